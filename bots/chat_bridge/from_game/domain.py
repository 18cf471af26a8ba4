"""How what happens in the game reads in Discord, on other maps, and to a player who asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.events import Chat, GameEvent, Joined, Left, ServerChat, ServerStarted
from shared.domain.text import WEBHOOK_NAME_LIMIT, fold, for_discord, for_game, webhook_name
from shared.store.servers import GameServer
from shared.store.states import ServerState

HISTORY = timedelta(hours=1)
"""Lines that are older than this when a server is first read are history, not news."""
LATE = timedelta(minutes=10)
"""From this age on, a post says when it happened."""
RELAY_LIFETIME = timedelta(minutes=5)
"""A line for another map that could not be said for so long is not said any more."""
# The longest line the parser keeps of a log, and more than the game lets anybody type.
_RELAY_LIMIT = 400
# Room that the time of a late line needs in a message of 2,000 characters.
_CONTENT_LIMIT = 1_950
# Long server names must leave the speaker's name readable.
_SUFFIX_LIMIT = 30
_BOT_COMMAND = re.compile(r"![a-zA-Z]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Something to post under a name."""

    author: str
    content: str


def is_history(occurred_at: datetime, since: datetime) -> bool:
    """Tell a line of an old log from news for a reader that first looked at ``since``."""
    return occurred_at < since - HISTORY


def line_of(event: GameEvent, server: GameServer, *, is_shared: bool) -> Line | None:
    """Return what to post for an event; ``is_shared``: the channel carries other servers as well."""
    if isinstance(event, Chat):
        return Line(author=author_of(event, server, is_shared=is_shared), content=_shown(event.text))
    text = _news(event)
    return None if text is None else Line(author=webhook_name(server.name), content=text)


def author_of(chat: Chat, server: GameServer, *, is_shared: bool) -> str:
    """Return under which name a player's line is posted."""
    suffix = f" · {_fit(server.name, _SUFFIX_LIMIT)}" if is_shared else ""
    survivor = chat.survivor.strip() or chat.platform_name.strip()
    other = chat.platform_name.strip()
    name = webhook_name(
        survivor if other.casefold() in {"", survivor.casefold()} else f"{survivor} ({other})"
    )
    return webhook_name(_fit(name, WEBHOOK_NAME_LIMIT - len(suffix)) + suffix)


def with_time(content: str, occurred_at: datetime, now: datetime) -> str:
    """Return the text, with the time it was said where that is a while ago."""
    return content if now - occurred_at < LATE else f"{content} · <t:{int(occurred_at.timestamp())}:t>"


def for_other_map(chat: Chat, server: GameServer, *, ascii_only: bool) -> str:
    """Return a player's line as the other maps of the cluster read it."""
    name = chat.survivor.strip() or chat.platform_name.strip()
    head = for_game(f"[{server.name}] {name}", limit=80, ascii_only=ascii_only)
    return for_game(f"{head}: {chat.text}", limit=_RELAY_LIMIT, ascii_only=ascii_only)


def is_for_bots(text: str) -> bool:
    """Tell a word to a bot (``!players``) from talk; other maps need not read it."""
    return _BOT_COMMAND.fullmatch(text.strip().partition(" ")[0]) is not None


def command_in(text: str) -> str | None:
    """Return which of the bridge's own commands a player typed."""
    word = text.strip().lower()
    return word if word in {"!players", "!discord", "!help"} else None


def is_too_late(occurred_at: datetime, now: datetime, lifetime: timedelta) -> bool:
    """Tell whether nobody waits for this any more."""
    return now - occurred_at > lifetime


def answer_to(
    command: str,
    *,
    community: str,
    servers: Sequence[GameServer],
    states: Sequence[ServerState],
    now: datetime,
) -> str:
    """Return the answer to one of the bridge's commands in the game."""
    if command == "!players":
        return _players(servers, states, now)
    if command == "!discord":
        return f"This chat is also in the Discord server '{community}'. Lines from there begin with [D]."
    return "Chat commands: !players (who is on), !discord (where else this chat is read), !help."


def _players(servers: Sequence[GameServer], states: Sequence[ServerState], now: datetime) -> str:
    known = {state.server_id: state for state in states}
    parts = []
    for server in servers:
        state = known.get(server.id)
        if state is None:
            parts.append(f"{server.name}: not known yet")
        elif not state.is_up:
            parts.append(f"{server.name}: down")
        else:
            names = f" ({', '.join(state.players)})" if state.players else ""
            age = max(int((now - state.observed_at).total_seconds()), 0)
            parts.append(f"{server.name}: {len(state.players)}{names}, {_age(age)} ago")
    return "On now - " + "; ".join(parts)


def _age(seconds: int) -> str:
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"


def _news(event: GameEvent) -> str | None:
    match event:
        case Joined():
            return f"→ **{_shown(event.platform_name)}** joined"
        case Left():
            return f"← **{_shown(event.platform_name)}** left"
        case ServerStarted():
            return "🟢 The server has started."
        case ServerChat():
            return _shown(event.text)
        case _:
            return None


def _shown(text: str) -> str:
    # a message of blanks alone is refused by Discord
    return for_discord(text, limit=_CONTENT_LIMIT).strip() or "(nothing readable)"


def _fit(text: str, limit: int) -> str:
    return fold([text], limit)[0]
