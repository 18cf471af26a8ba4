"""How the bridge's status looks."""

from __future__ import annotations

import discord

from bots.chat_bridge.control.service import BridgeStatus
from bots.chat_bridge.queries import Failure
from shared.discord_kit.cards import Colour, ago, card, cut, plain
from shared.store.backlog import LatestEvent, WaitingCommands
from shared.store.commands import CommandState
from shared.store.servers import GameServer


def status_card(status: BridgeStatus) -> discord.Embed:
    """Return how the bridge of a community stands."""
    if not status.bridge.servers:
        return card(
            "Chat bridge",
            "No game server is set up yet. Name one in the community file, then restart Helena.",
            colour=Colour.DOUBTFUL,
        )
    fields = [(plain(server.name), _server(status, server)) for server in status.bridge.servers]
    fields += _troubles(status)
    is_well = status.pause is None and not status.failures and not status.parked
    return card(
        "Chat bridge",
        _pause(status),
        colour=Colour.GOOD if is_well else Colour.DOUBTFUL,
        fields=fields,
        inline=False,
        footer="Chat · from the event log and the queues · just now",
    )


def _pause(status: BridgeStatus) -> str:
    if status.pause is None:
        return "Carries both ways."
    pause = status.pause
    from_game = sum(one.from_game for one in status.skipped)
    from_discord = sum(one.from_discord for one in status.skipped)
    why = f" Reason: {plain(pause.reason)}." if pause.reason else ""
    return (
        f"⏸️ Paused by {plain(pause.paused_by)} {ago(pause.paused_at)}.{why} Left out so far: "
        f"{from_game} from the game, {from_discord} from Discord. `/bridge resume` ends the pause."
    )


def _server(status: BridgeStatus, server: GameServer) -> str:
    channel_id = status.bridge.channel_of(server)
    if channel_id is None:
        return "No channel: its chat goes nowhere. An owner sets one with `/setup channel`."
    posts = next((one for one in status.posts if one.channel_id == channel_id), None)
    commands = next((one for one in status.commands if one.server_id == server.id), None)
    latest = next((one for one in status.latest if one.server_id == server.id), None)
    to_discord = f"{posts.count} waiting, oldest {ago(posts.oldest_at)}" if posts else "nothing waits"
    return f"<#{channel_id}>\nLast chat line: {_last(latest)}\nTo Discord: {to_discord}\nTo the game: {_waiting(commands)}"


def _last(latest: LatestEvent | None) -> str:
    return "none yet" if latest is None else ago(latest.occurred_at)


def _waiting(commands: WaitingCommands | None) -> str:
    return f"{commands.count} waiting, oldest {ago(commands.oldest_at)}" if commands else "nothing waits"


def _troubles(status: BridgeStatus) -> list[tuple[str, str]]:
    troubles = []
    if status.failures:
        lines = "\n".join(_failure(status, failure) for failure in status.failures)
        troubles.append(("Did not reach the game", lines))
    if status.parked:
        lines = "\n".join(
            f"<#{post.channel_id}> {ago(post.created_at)}: {cut(plain(post.reason), 150)}"
            for post in status.parked
        )
        troubles.append(("Refused by Discord", lines))
    return troubles


def _failure(status: BridgeStatus, failure: Failure) -> str:
    late = "the server could not be reached in time" if failure.state is CommandState.EXPIRED else "refused"
    reason = cut(plain(failure.reason), 100) if failure.reason else late
    link = f"https://discord.com/channels/{status.bridge.guild_id}/{failure.channel_id}/{failure.message_id}"
    return f"[message]({link}) to {plain(failure.server)} {ago(failure.taken_at)}: {reason}"
