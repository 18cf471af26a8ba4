"""Channels, threads as channels, and permission overwrites."""

from __future__ import annotations

import re
import time

from aiohttp import web

from sandbox.discord import render, threads
from sandbox.discord.api_errors import archived_thread, invalid, unknown
from sandbox.discord.audit import Action, note
from sandbox.discord.bodies import number_of, snowflake_of
from sandbox.discord.exchange import Call, Route, answer, no_content
from sandbox.discord.gateway_events import told_channels
from sandbox.discord.guard import LimitedError
from sandbox.discord.hub import Session
from sandbox.discord.models import Channel, ChannelType, Json, Overwrite
from sandbox.discord.permissions import NOTHING, Permission
from sandbox.discord.routes_messages import find_channel
from sandbox.discord.snowflake import Snowflake
from sandbox.discord.visibility import watch_visibility

# Observed: Discord makes text channels' names lower case, and spaces into dashes.
_SPACES = re.compile(r"\s+")

_MAKEABLE = frozenset({ChannelType.TEXT, ChannelType.VOICE, ChannelType.CATEGORY, ChannelType.ANNOUNCEMENT})


async def get_channel(call: Call) -> web.Response:
    """Return a channel, a thread or direct messages."""
    return answer(render.channel_for(call.core.world, find_channel(call), call.user_id))


async def list_channels(call: Call) -> web.Response:
    """Return the guild's channels, without threads."""
    guild_id = call.id("guild_id")
    call.core.access.require(call.user_id, guild_id, NOTHING)
    return answer([render.channel(channel) for channel in told_channels(call.core, guild_id, call.user)])


async def create_channel(call: Call) -> web.Response:
    """Make a channel in the guild."""
    core, guild_id = call.core, call.id("guild_id")
    core.access.require(call.user_id, guild_id, Permission.MANAGE_CHANNELS)
    body = await call.json()
    kind = body.get("type") or 0
    if kind not in _MAKEABLE:
        raise invalid("type", "BASE_TYPE_CHOICES", "Value must be one of (0, 2, 4, 5).")
    channel = Channel(id=core.world.ids.next(), type=ChannelType(kind), guild_id=guild_id)
    channel.position = len(core.world.channels_of(guild_id))
    _change(call, channel, {"name": body.get("name"), **body})
    if body.get("permission_overwrites") is None and channel.parent_id:
        # Observed: a channel made without overwrites gets its category's.
        channel.overwrites = list(core.world.get_channel(channel.parent_id).overwrites)
    core.world.save(channel)
    _tell(call, channel, "CREATE")
    note(core, guild_id, call.user_id, Action.CHANNEL_CREATE, channel.id, reason=call.reason)
    return answer(render.channel(channel), 201)


async def edit_channel(call: Call) -> web.Response:
    """Change a channel or thread."""
    channel = find_channel(call)
    if channel.guild_id is None:
        raise unknown("Channel")
    body = await call.json()
    _limit_renames(call, channel, body)
    if channel.thread is not None:
        _edit_thread(call, channel, body)
        note(call.core, channel.guild_id, call.user_id, Action.THREAD_UPDATE, channel.id, reason=call.reason)
        return answer(render.channel(channel))
    needed = Permission.MANAGE_CHANNELS
    if "permission_overwrites" in body:
        needed |= Permission.MANAGE_ROLES
    call.core.access.require_in(call.user_id, channel, needed)
    edited = channel.model_copy(deep=True)
    _change(call, edited, body)
    changes = [
        {"key": key, "old_value": getattr(channel, key), "new_value": getattr(edited, key)}
        for key in ("name", "topic")
        if getattr(channel, key) != getattr(edited, key)
    ]
    with watch_visibility(call.core, channel.guild_id):
        call.core.world.save(edited)
    _tell(call, edited, "UPDATE")
    note(
        call.core,
        channel.guild_id,
        call.user_id,
        Action.CHANNEL_UPDATE,
        channel.id,
        reason=call.reason,
        changes=changes,
    )
    return answer(render.channel(edited))


def _limit_renames(call: Call, channel: Channel, body: Json) -> None:
    """Observed: new names and topics have a limit of their own that no header tells beforehand."""
    fresh = [key for key in ("name", "topic") if key in body and body[key] != getattr(channel, key)]
    if not fresh or not call.user.bot:
        return
    verdict = call.core.limiter.hit("rename", channel.id, call.core.limits.renames, time.monotonic())
    if not verdict.allowed:
        raise LimitedError(verdict)


def _change(call: Call, channel: Channel, body: Json) -> None:
    """Put what was sent of a channel into it, or answer 400."""
    if "name" in body:
        channel.name = _channel_name(body["name"], channel.type)
    if "topic" in body:
        topic = body["topic"] or None
        if topic is not None and (not isinstance(topic, str) or len(topic) > 1024):
            raise invalid("topic", "BASE_TYPE_MAX_LENGTH", "Must be 1024 or fewer in length.")
        channel.topic = topic
    if "parent_id" in body:
        parent_id = None if body["parent_id"] is None else snowflake_of(body["parent_id"], "parent_id")
        parent = call.core.world.channels.get(parent_id) if parent_id else None
        if parent_id and (parent is None or parent.type is not ChannelType.CATEGORY):
            raise invalid("parent_id", "CHANNEL_PARENT_INVALID", "Category does not exist")
        channel.parent_id = parent_id
    if body.get("permission_overwrites") is not None:
        channel.overwrites = [_overwrite(call, channel, sent) for sent in body["permission_overwrites"]]
    if "nsfw" in body:
        channel.nsfw = bool(body["nsfw"])
    if isinstance(body.get("position"), int):
        channel.position = body["position"]
    if body.get("rate_limit_per_user") is not None:
        channel.slowmode_seconds = _slowmode(body["rate_limit_per_user"])


def _slowmode(value: object) -> int:
    # Discord docs, "Modify Channel": six hours at most.
    if not isinstance(value, int) or not 0 <= value <= 21600:
        raise invalid(
            "rate_limit_per_user", "NUMBER_TYPE_MAX", "int value should be less than or equal to 21600."
        )
    return value


def _channel_name(value: object, kind: ChannelType) -> str:
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= 100:
        raise invalid("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    name = value.strip()
    return _SPACES.sub("-", name).lower() if kind in {ChannelType.TEXT, ChannelType.ANNOUNCEMENT} else name


def _overwrite(call: Call, channel: Channel, sent: Json) -> Overwrite:
    """Return an overwrite; nobody may hand out or take what they do not have (Discord docs)."""
    overwrite = Overwrite(
        id=snowflake_of(sent.get("id"), "permission_overwrites.id"),
        type=number_of(sent.get("type"), "permission_overwrites.type") & 1,
        allow=Permission(number_of(sent.get("allow"), "permission_overwrites.allow")),
        deny=Permission(number_of(sent.get("deny"), "permission_overwrites.deny")),
    )
    if channel.guild_id is not None:
        old = next(
            (o for o in channel.overwrites if o.id == overwrite.id), Overwrite(id=overwrite.id, type=0)
        )
        changed = (old.allow ^ overwrite.allow) | (old.deny ^ overwrite.deny)
        call.core.access.require_held(call.user_id, channel.guild_id, changed)
    return overwrite


def _edit_thread(call: Call, thread: Channel, body: Json) -> None:
    """Change a thread: its owner and moderators may; an archived one must be opened first."""
    state = thread.thread
    assert state is not None  # the caller looked
    held = call.core.access.in_channel(call.user_id, thread)
    moderates = bool(held & Permission.MANAGE_THREADS)
    only_opens = set(body) == {"archived"} and body["archived"] is False and not state.locked
    if not (moderates or state.owner_id == call.user_id or only_opens):
        call.core.access.require_in(call.user_id, thread, Permission.MANAGE_THREADS)
    if (state.locked or "locked" in body) and not moderates:
        call.core.access.require_in(call.user_id, thread, Permission.MANAGE_THREADS)
    if state.archived and body.get("archived") is not False and not moderates:
        raise archived_thread()
    if "name" in body:
        thread.name = threads.thread_name(body["name"])
    if "archived" in body and bool(body["archived"]) != state.archived:
        state.archived = bool(body["archived"])
        state.archived_changed_at = call.core.world.clock.now()
    if "locked" in body:
        state.locked = bool(body["locked"])
    if "invitable" in body:
        state.invitable = bool(body["invitable"])
    if body.get("auto_archive_duration") is not None:
        state.auto_archive_minutes = threads.auto_archive(body["auto_archive_duration"])
    if body.get("rate_limit_per_user") is not None:
        thread.slowmode_seconds = _slowmode(body["rate_limit_per_user"])
    call.core.world.save(thread)
    call.core.hub.to_channel(thread, "THREAD_UPDATE", render.channel(thread))


async def delete_channel(call: Call) -> web.Response:
    """Delete a channel or thread; direct messages are only closed."""
    core, channel = call.core, find_channel(call)
    if channel.guild_id is None:
        return answer(render.direct_channel(core.world, channel, call.user_id))
    body = render.channel(channel)
    if channel.thread is not None:
        core.access.require_in(call.user_id, channel, Permission.MANAGE_THREADS)
        core.hub.to_channel(channel, "THREAD_DELETE", threads.gone(channel))
    else:
        core.access.require_in(call.user_id, channel, Permission.MANAGE_CHANNELS)
        _tell(call, channel, "DELETE")
        _empty_category(call, channel)
    core.world.remove(channel)
    action = Action.THREAD_DELETE if channel.thread else Action.CHANNEL_DELETE
    note(core, channel.guild_id, call.user_id, action, channel.id, reason=call.reason)
    return answer(body)


def _empty_category(call: Call, category: Channel) -> None:
    """Discord docs, "Delete/Close Channel": the channels of a category stay, without one."""
    if category.type is not ChannelType.CATEGORY or category.guild_id is None:
        return
    for child in call.core.world.channels_of(category.guild_id):
        if child.parent_id == category.id:
            child.parent_id = None
            call.core.world.save(child)
            _tell(call, child, "UPDATE")


async def set_overwrite(call: Call) -> web.Response:
    """Set what a channel changes for a role or member."""
    channel, target = _overwrite_target(call)
    body = await call.json()
    is_new = all(o.id != target for o in channel.overwrites)
    overwrite = _overwrite(call, channel, {**body, "id": target})
    _set_overwrites(call, channel, [*(o for o in channel.overwrites if o.id != target), overwrite])
    _note_overwrite(call, channel, overwrite, Action.OVERWRITE_CREATE if is_new else Action.OVERWRITE_UPDATE)
    return no_content()


async def delete_overwrite(call: Call) -> web.Response:
    """Remove what a channel changes for a role or member."""
    channel, target = _overwrite_target(call)
    found = next((o for o in channel.overwrites if o.id == target), None)
    if found is None:
        raise unknown("Permission Overwrite")
    _set_overwrites(call, channel, [o for o in channel.overwrites if o.id != target])
    _note_overwrite(call, channel, found, Action.OVERWRITE_DELETE)
    return no_content()


def _overwrite_target(call: Call) -> tuple[Channel, Snowflake]:
    channel = find_channel(call, Permission.MANAGE_ROLES)
    if channel.guild_id is None or channel.thread is not None:
        raise unknown("Channel")
    return channel, call.id("overwrite_id")


def _set_overwrites(call: Call, channel: Channel, overwrites: list[Overwrite]) -> None:
    assert channel.guild_id is not None  # _overwrite_target looked
    edited = channel.model_copy(update={"overwrites": overwrites})
    with watch_visibility(call.core, channel.guild_id):
        call.core.world.save(edited)
    _tell(call, edited, "UPDATE")


def _note_overwrite(call: Call, channel: Channel, overwrite: Overwrite, action: Action) -> None:
    assert channel.guild_id is not None  # _overwrite_target looked
    # Discord docs, "Optional Audit Entry Info": ``type`` is "0" for a role, "1" for a member.
    options = {"id": overwrite.id, "type": str(overwrite.type)}
    if overwrite.type == 0:
        role = call.core.world.get_guild(channel.guild_id).roles.get(overwrite.id)
        options["role_name"] = role.name if role else "deleted-role"
    note(call.core, channel.guild_id, call.user_id, action, channel.id, reason=call.reason, options=options)


def _tell(call: Call, channel: Channel, what: str) -> None:
    """Tell of a channel: people who see it, and every bot (see ``guild_create``)."""
    assert channel.guild_id is not None  # guild channels only
    core, body = call.core, render.channel(channel)
    members = core.world.get_guild(channel.guild_id).members
    event = f"CHANNEL_{what}"

    def is_told(session: Session) -> bool:
        if session.user_id not in members or not session.hears(event, in_guild=True):
            return False
        return session.is_bot or core.access.can_view(session.user_id, channel)

    core.hub.to_sessions(is_told, event, body)


def routes() -> list[Route]:
    """Return the ways in."""
    one = "/channels/{channel_id}"
    overwrite = one + "/permissions/{overwrite_id}"
    return [
        Route(method="GET", path=one, handler=get_channel),
        Route(method="PATCH", path=one, handler=edit_channel),
        Route(method="DELETE", path=one, handler=delete_channel),
        Route(method="PUT", path=overwrite, handler=set_overwrite),
        Route(method="DELETE", path=overwrite, handler=delete_overwrite),
        Route(method="GET", path="/guilds/{guild_id}/channels", handler=list_channels),
        Route(method="POST", path="/guilds/{guild_id}/channels", handler=create_channel),
    ]
