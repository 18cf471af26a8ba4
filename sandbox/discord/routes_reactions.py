"""Reactions and typing."""

from __future__ import annotations

import time

from aiohttp import web

from sandbox.discord import render
from sandbox.discord.api_errors import unknown
from sandbox.discord.exchange import Call, Route, answer, no_content
from sandbox.discord.messages import in_guild
from sandbox.discord.models import Channel, Json, Message, Reaction
from sandbox.discord.permissions import Permission
from sandbox.discord.routes_messages import find_channel, find_message
from sandbox.discord.snowflake import Snowflake, parse_snowflake


def _emoji(call: Call) -> tuple[str, Snowflake | None]:
    """Return name and id of the path's emoji: a character, or ``name:id`` of a guild's own."""
    name, _, emoji_id = call.part("emoji").partition(":")
    if not name or len(name) > 64:
        raise unknown("Emoji")
    try:
        return name, parse_snowflake(emoji_id) if emoji_id else None
    except ValueError as error:
        raise unknown("Emoji") from error


def _find(message: Message, emoji: tuple[str, Snowflake | None]) -> Reaction | None:
    return next((r for r in message.reactions if (r.name, r.emoji_id) == emoji), None)


def _event(channel: Channel, message: Message, user_id: Snowflake, reaction: Reaction) -> Json:
    """Return a reaction event; without ``type`` discord.py's client ends (raw_models.py)."""
    return {
        "user_id": user_id,
        "channel_id": channel.id,
        "message_id": message.id,
        "emoji": {"id": reaction.emoji_id, "name": reaction.name},
        "burst": False,
        "type": 0,
        **in_guild(channel),
    }


async def add_reaction(call: Call) -> web.Response:
    """React to a message; a new emoji needs ADD_REACTIONS, joining one does not (Discord docs)."""
    core = call.core
    channel = find_channel(call, Permission.READ_MESSAGE_HISTORY)
    message = find_message(call, channel)
    emoji = _emoji(call)
    reaction = _find(message, emoji)
    if reaction is None:
        core.access.require_in(call.user_id, channel, Permission.ADD_REACTIONS)
        reaction = Reaction(name=emoji[0], emoji_id=emoji[1])
        message.reactions.append(reaction)
    if call.user_id in reaction.users:
        return no_content()
    reaction.users.append(call.user_id)
    core.world.save(message)
    event = _event(channel, message, call.user_id, reaction) | {"message_author_id": message.author_id}
    if channel.guild_id:
        event["member"] = render.member(core.world, core.world.get_member(channel.guild_id, call.user_id))
    core.hub.to_channel(channel, "MESSAGE_REACTION_ADD", event)
    return no_content()


async def remove_reaction(call: Call) -> web.Response:
    """Take a reaction back; others' with MANAGE_MESSAGES."""
    channel = find_channel(call)
    message = find_message(call, channel)
    target = call.user_id if call.part("user") == "@me" else Snowflake(call.part("user"))
    if target != call.user_id:
        call.core.access.require_in(call.user_id, channel, Permission.MANAGE_MESSAGES)
    reaction = _find(message, _emoji(call))
    if reaction is None or target not in reaction.users:
        return no_content()
    reaction.users.remove(target)
    message.reactions = [r for r in message.reactions if r.users]
    call.core.world.save(message)
    call.core.hub.to_channel(channel, "MESSAGE_REACTION_REMOVE", _event(channel, message, target, reaction))
    return no_content()


async def list_reactions(call: Call) -> web.Response:
    """Return who reacted with an emoji."""
    message = find_message(call, find_channel(call))
    reaction = _find(message, _emoji(call))
    users = reaction.users if reaction else []
    after = int(call.query_id("after") or 0)
    limit = call.query_int("limit", 25, least=1, most=100)
    page = sorted((u for u in users if int(u) > after), key=int)[:limit]
    return answer([render.user(call.core.world.users[user_id]) for user_id in page])


async def clear_reactions(call: Call) -> web.Response:
    """Remove every reaction of a message."""
    channel = find_channel(call, Permission.MANAGE_MESSAGES)
    message = find_message(call, channel)
    message.reactions = []
    call.core.world.save(message)
    gone = {"channel_id": channel.id, "message_id": message.id, **in_guild(channel)}
    call.core.hub.to_channel(channel, "MESSAGE_REACTION_REMOVE_ALL", gone)
    return no_content()


async def start_typing(call: Call) -> web.Response:
    """Show the caller as typing."""
    core = call.core
    channel = find_channel(call)
    event: Json = {
        "channel_id": channel.id,
        "user_id": call.user_id,
        "timestamp": int(time.time()),
        **in_guild(channel),
    }
    if channel.guild_id:
        event["member"] = render.member(core.world, core.world.get_member(channel.guild_id, call.user_id))
    core.hub.to_channel(channel, "TYPING_START", event)
    return no_content()


def routes() -> list[Route]:
    """Return the ways in."""
    every = "/channels/{channel_id}/messages/{message_id}/reactions"
    one = every + "/{emoji}"
    return [
        Route(method="PUT", path=one + "/@me", handler=add_reaction),
        Route(method="DELETE", path=one + "/{user}", handler=remove_reaction),
        Route(method="GET", path=one, handler=list_reactions),
        Route(method="DELETE", path=every, handler=clear_reactions),
        Route(method="POST", path="/channels/{channel_id}/typing", handler=start_typing),
    ]
