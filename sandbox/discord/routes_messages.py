"""Messages and pins."""

from __future__ import annotations

import bisect
from datetime import timedelta

from aiohttp import web

from sandbox.discord import messages, render
from sandbox.discord.api_errors import ApiError, cannot_message_user, invalid
from sandbox.discord.audit import Action, note
from sandbox.discord.bodies import MessageBody, PersonsMessageBody, snowflake_of
from sandbox.discord.exchange import Bucket, Call, Route, answer, no_content
from sandbox.discord.messages import Sender
from sandbox.discord.models import Channel, ChannelType, Json, Message, MessageFlag
from sandbox.discord.permissions import Permission
from sandbox.discord.render_message import keeps_content, redacted
from sandbox.discord.snowflake import created_at
from sandbox.discord.threads import require_open

# Discord docs, "Bulk Delete Messages".
BULK_AGE = timedelta(days=14)

# What of an edit is the author's alone; others with MANAGE_MESSAGES may only set flags.
_READ = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY


def find_channel(call: Call, needed: Permission = Permission.VIEW_CHANNEL) -> Channel:
    """Return the channel of the path, or answer 404 or 403."""
    channel = call.core.world.get_channel(call.id("channel_id"))
    call.core.access.require_in(call.user_id, channel, needed)
    return channel


def find_message(call: Call, channel: Channel) -> Message:
    """Return the message of the path, or answer 404; another's ephemeral message is not there."""
    message = call.core.world.get_message(channel.id, call.id("message_id"))
    if not call.core.access.can_see(call.user_id, message):
        raise ApiError(404, 10008, "Unknown Message")
    return message


def shown(call: Call, message: Message) -> Json:
    """Return a message as the caller gets it."""
    body = call.core.messages.message(message, call.user_id)
    application = call.core.world.applications.get(call.user_id)
    if application is not None and not keeps_content(application.privileged):
        channel = call.core.world.get_channel(message.channel_id)
        return redacted(body, call.user_id, in_guild=channel.guild_id is not None)
    return body


async def list_messages(call: Call) -> web.Response:
    """Return messages, newest first; without READ_MESSAGE_HISTORY there are none (Discord docs)."""
    channel = find_channel(call)
    held = call.core.access.in_channel(call.user_id, channel)
    limit = call.query_int("limit", 50, least=1, most=100)
    if not held & Permission.READ_MESSAGE_HISTORY:
        return answer([])
    chosen = _page(
        call, [m for m in call.core.world.messages[channel.id].values() if m.visible_to is None], limit
    )
    return answer([shown(call, message) for message in reversed(chosen)])


def _page(call: Call, every: list[Message], limit: int) -> list[Message]:
    """Return the part of the history that ``before``, ``after`` or ``around`` names, oldest first."""
    before, after, around = (call.query_id(name) for name in ("before", "after", "around"))

    def place(snowflake: str, *, after_it: bool) -> int:
        find = bisect.bisect_right if after_it else bisect.bisect_left
        return find(every, int(snowflake), key=lambda message: int(message.id))

    if around is not None:
        middle = place(around, after_it=False)
        start = max(0, middle - limit // 2)
        return every[start : start + limit]
    if after is not None:
        start = place(after, after_it=True)
        return every[start : start + limit]
    end = place(before, after_it=False) if before is not None else len(every)
    return every[max(0, end - limit) : end]


async def get_message(call: Call) -> web.Response:
    """Return one message."""
    return answer(shown(call, find_message(call, find_channel(call, _READ))))


async def create_message(call: Call) -> web.Response:
    """Send a message as the caller."""
    core, user = call.core, call.user
    channel = core.world.get_channel(call.id("channel_id"))
    sent, uploads = await call.form()
    body = (MessageBody if call.user.bot else PersonsMessageBody).read(sent)
    core.access.require_in(user.id, channel, _needed(channel, body, has_files=bool(uploads)))
    require_open(core, channel, user.id)
    if channel.type is ChannelType.CATEGORY:
        raise ApiError(400, 50008, "Cannot send messages in a non-text channel")
    if channel.type is ChannelType.DM and any(
        not core.world.users[u].accepts_dms for u in channel.recipients
    ):
        raise cannot_message_user()
    # A sender cannot make it ephemeral or loading: those are interactions' flags (Discord docs).
    body.flags = (body.flags or 0) & ~(MessageFlag.EPHEMERAL | MessageFlag.LOADING)
    sender = Sender(author_id=user.id, application_id=user.id if user.bot else None)
    message = messages.send(core, channel, body, sender, uploads)
    reply = core.messages.message(message, user.id)
    return answer(reply if body.nonce is None else reply | {"nonce": body.nonce})


def _needed(channel: Channel, body: MessageBody, *, has_files: bool) -> Permission:
    needed = Permission.SEND_MESSAGES_IN_THREADS if channel.thread else Permission.SEND_MESSAGES
    if body.embeds:
        needed |= Permission.EMBED_LINKS
    if has_files:
        needed |= Permission.ATTACH_FILES
    if body.message_reference:
        # Discord docs, "Create Message": a reply needs it.
        needed |= Permission.READ_MESSAGE_HISTORY
    return needed


async def edit_message(call: Call) -> web.Response:
    """Change an own message; others' flags with MANAGE_MESSAGES."""
    channel = find_channel(call)
    message = find_message(call, channel)
    sent, uploads = await call.form()
    body = (MessageBody if call.user.bot else PersonsMessageBody).read(sent)
    if message.author_id != call.user_id:
        if set(sent) != {"flags"}:
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
        call.core.access.require_in(call.user_id, channel, Permission.MANAGE_MESSAGES)
    if message.visible_to is not None:
        # Observed: an ephemeral message is edited through its interaction only.
        raise ApiError(404, 10008, "Unknown Message")
    return answer(shown(call, messages.edit(call.core, message, body, uploads)))


async def delete_message(call: Call) -> web.Response:
    """Delete an own message, or another's with MANAGE_MESSAGES."""
    channel = find_channel(call)
    message = find_message(call, channel)
    if message.visible_to is not None:
        raise ApiError(404, 10008, "Unknown Message")
    if message.author_id != call.user_id:
        call.core.access.require_in(call.user_id, channel, Permission.MANAGE_MESSAGES)
    messages.delete(call.core, message)
    if message.author_id != call.user_id and channel.guild_id:
        options = {"channel_id": channel.id, "count": "1"}
        note(
            call.core,
            channel.guild_id,
            call.user_id,
            Action.MESSAGE_DELETE,
            message.author_id,
            reason=call.reason,
            options=options,
        )
    return no_content()


async def delete_messages(call: Call) -> web.Response:
    """Delete many messages at once."""
    channel = find_channel(call, Permission.MANAGE_MESSAGES)
    ids = [snowflake_of(value, "messages") for value in (await call.json()).get("messages") or []]
    if not 2 <= len(ids) <= 100:
        raise invalid("messages", "BASE_TYPE_BAD_LENGTH", "Must be between 2 and 100 in length.")
    world = call.core.world
    if any(world.clock.now() - created_at(message_id) > BULK_AGE for message_id in ids):
        raise ApiError(400, 50034, "You can only bulk delete messages that are under 14 days old.")
    world.remove(*(m for i in ids if (m := world.messages[channel.id].get(i)) and m.visible_to is None))
    gone = {"ids": ids, "channel_id": channel.id, "guild_id": channel.guild_id}
    call.core.hub.to_channel(channel, "MESSAGE_DELETE_BULK", gone)
    if channel.guild_id:
        options = {"count": str(len(ids))}
        note(
            call.core,
            channel.guild_id,
            call.user_id,
            Action.MESSAGE_BULK_DELETE,
            channel.id,
            reason=call.reason,
            options=options,
        )
    return no_content()


async def list_pins(call: Call) -> web.Response:
    """Return the pinned messages, latest pin first."""
    channel = find_channel(call, _READ)
    pinned = [m for m in call.core.world.messages[channel.id].values() if m.pinned_at is not None]
    pinned.sort(key=lambda m: m.pinned_at or m.created_at, reverse=True)
    items = [{"pinned_at": render.timestamp_or_none(m.pinned_at), "message": shown(call, m)} for m in pinned]
    return answer({"items": items, "has_more": False})


async def pin_message(call: Call) -> web.Response:
    """Pin a message; the channel says so with a message of its own (observed)."""
    channel, message = _pin(call, pinned=True)
    messages.send(
        call.core,
        channel,
        MessageBody(message_reference={"message_id": message.id}, allowed_mentions={"parse": []}),
        Sender(author_id=call.user_id, message_type=messages.PINNED),
    )
    return no_content()


async def unpin_message(call: Call) -> web.Response:
    """Unpin a message."""
    _pin(call, pinned=False)
    return no_content()


def _pin(call: Call, *, pinned: bool) -> tuple[Channel, Message]:
    # Discord docs: since 2026-02-23 MANAGE_MESSAGES is not enough.
    channel = find_channel(
        call,
        Permission.PIN_MESSAGES
        if call.core.world.get_channel(call.id("channel_id")).guild_id
        else Permission.VIEW_CHANNEL,
    )
    message = find_message(call, channel)
    now = call.core.world.clock.now()
    edited = message.model_copy(update={"pinned_at": now if pinned else None})
    messages.replace(call.core, edited)
    event = {
        "channel_id": channel.id,
        "last_pin_timestamp": render.timestamp(now),
        **messages.in_guild(channel),
    }
    call.core.hub.to_channel(channel, "CHANNEL_PINS_UPDATE", event)
    if channel.guild_id:
        note(
            call.core,
            channel.guild_id,
            call.user_id,
            Action.MESSAGE_PIN if pinned else Action.MESSAGE_UNPIN,
            message.author_id,
            reason=call.reason,
            options={"channel_id": channel.id, "message_id": message.id},
        )
    return channel, edited


def routes() -> list[Route]:
    """Return the ways in; the fixed paths come before those with an id in the same place."""
    every = "/channels/{channel_id}/messages"
    one = every + "/{message_id}"
    pins = every + "/pins/{message_id}"
    old_pins = "/channels/{channel_id}/pins/{message_id}"
    return [
        Route(method="GET", path=every, handler=list_messages),
        Route(method="POST", path=every, handler=create_message, bucket=Bucket.MESSAGES),
        Route(method="POST", path=every + "/bulk-delete", handler=delete_messages),
        Route(method="GET", path=every + "/pins", handler=list_pins),
        Route(method="PUT", path=pins, handler=pin_message),
        Route(method="DELETE", path=pins, handler=unpin_message),
        Route(method="PUT", path=old_pins, handler=pin_message),
        Route(method="DELETE", path=old_pins, handler=unpin_message),
        Route(method="GET", path=one, handler=get_message),
        Route(method="PATCH", path=one, handler=edit_message),
        Route(method="DELETE", path=one, handler=delete_message),
    ]
