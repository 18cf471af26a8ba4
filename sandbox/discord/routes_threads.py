"""Threads and who is in them."""

from __future__ import annotations

from aiohttp import web

from sandbox.discord import messages, render, threads
from sandbox.discord.api_errors import ApiError, archived_thread
from sandbox.discord.audit import Action, note
from sandbox.discord.bodies import MessageBody
from sandbox.discord.exchange import Call, Route, answer, no_content
from sandbox.discord.messages import Sender
from sandbox.discord.models import Channel, ChannelType, Json, Message
from sandbox.discord.permissions import Permission
from sandbox.discord.routes_messages import find_channel, find_message


async def start_thread(call: Call) -> web.Response:
    """Make a thread without a message; a public one is announced in its parent (observed)."""
    parent = find_channel(call)
    thread = _start(call, parent, await call.json())
    if thread.type is ChannelType.PUBLIC_THREAD:
        messages.send(
            call.core,
            parent,
            MessageBody(content=thread.name, allowed_mentions={"parse": []}),
            Sender(author_id=call.user_id, message_type=messages.THREAD_STARTED),
        )
    return answer(_with_own_member(call, thread), 201)


async def start_thread_from_message(call: Call) -> web.Response:
    """Make a thread on a message; it has the message's id."""
    parent = find_channel(call)
    message = find_message(call, parent)
    thread = _start(call, parent, await call.json(), message)
    messages.publish(call.core, "MESSAGE_UPDATE", message)
    return answer(_with_own_member(call, thread), 201)


def _start(call: Call, parent: Channel, body: Json, message: Message | None = None) -> Channel:
    thread = threads.make_thread(call.core, parent, body, call.user_id, message)
    if parent.guild_id:
        note(call.core, parent.guild_id, call.user_id, Action.THREAD_CREATE, thread.id, reason=call.reason)
    return thread


def _with_own_member(call: Call, thread: Channel) -> Json:
    return render.channel(thread) | {"member": render.thread_member(thread, call.user_id)}


def _find_thread(call: Call) -> Channel:
    channel = find_channel(call)
    if channel.thread is None:
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    return channel


async def list_thread_members(call: Call) -> web.Response:
    """Return who is in a thread."""
    thread = _find_thread(call)
    assert thread.thread is not None  # _find_thread looked
    found = []
    for user_id in thread.thread.members:
        body = render.thread_member(thread, user_id)
        if call.query_flag("with_member") and thread.guild_id:
            member = call.core.world.get_member(thread.guild_id, user_id)
            body["member"] = render.member(call.core.world, member)
        found.append(body)
    return answer(found)


async def add_thread_member(call: Call) -> web.Response:
    """Add someone to a thread, or join it."""
    thread = _find_thread(call)
    assert thread.thread is not None  # _find_thread looked
    if thread.thread.archived:
        raise archived_thread()
    target = call.id("user")
    call.core.access.require_in(call.user_id, thread, Permission.SEND_MESSAGES_IN_THREADS)
    if thread.guild_id:
        call.core.world.get_member(thread.guild_id, target)
    threads.enter_thread(call.core, thread, target, by=call.user_id)
    if target not in thread.thread.members:
        # Who cannot see the parent cannot be added (observed).
        raise ApiError(403, 50001, "Missing Access")
    return no_content()


async def remove_thread_member(call: Call) -> web.Response:
    """Take someone out of a thread, or leave it."""
    thread = _find_thread(call)
    target = call.id("user")
    owns_private = (
        thread.type is ChannelType.PRIVATE_THREAD and thread.thread and thread.thread.owner_id == call.user_id
    )
    if target != call.user_id and not owns_private:
        call.core.access.require_in(call.user_id, thread, Permission.MANAGE_THREADS)
    threads.leave_thread(call.core, thread, target)
    return no_content()


async def list_active_threads(call: Call) -> web.Response:
    """Return the guild's threads that are not archived and that the caller sees."""
    core = call.core
    guild_id = call.id("guild_id")
    core.access.require(call.user_id, guild_id, Permission(0))
    seen = [
        t
        for t in core.access.visible_channels(call.user_id, core.world.threads_in(guild_id))
        if t.thread and not t.thread.archived
    ]
    return answer(_thread_list(call, seen))


async def list_archived_threads(call: Call) -> web.Response:
    """Return a channel's archived threads of one kind."""
    parent = find_channel(call, Permission.READ_MESSAGE_HISTORY)
    private = call.part("kind") == "private"
    if private and not call.request.path.endswith("/users/@me/threads/archived/private"):
        call.core.access.require_in(call.user_id, parent, Permission.MANAGE_THREADS)
    seen = [
        t
        for t in call.core.access.visible_channels(call.user_id, call.core.world.threads_of(parent.id))
        if t.thread and t.thread.archived and (t.type is ChannelType.PRIVATE_THREAD) == private
    ]
    seen.sort(key=lambda t: t.thread.archived_changed_at if t.thread else 0, reverse=True)
    limit = call.query_int("limit", 50, least=1, most=100)
    return answer({**_thread_list(call, seen[:limit]), "has_more": len(seen) > limit})


def _thread_list(call: Call, found: list[Channel]) -> Json:
    mine = [t for t in found if t.thread and call.user_id in t.thread.members]
    return {
        "threads": [render.channel(thread) for thread in found],
        "members": [render.thread_member(thread, call.user_id) for thread in mine],
        "has_more": False,
    }


def routes() -> list[Route]:
    """Return the ways in."""
    channel = "/channels/{channel_id}"
    member = channel + "/thread-members/{user}"
    return [
        Route(method="POST", path=channel + "/threads", handler=start_thread),
        Route(
            method="POST", path=channel + "/messages/{message_id}/threads", handler=start_thread_from_message
        ),
        Route(method="GET", path=channel + "/thread-members", handler=list_thread_members),
        Route(method="PUT", path=member, handler=add_thread_member),
        Route(method="DELETE", path=member, handler=remove_thread_member),
        Route(method="GET", path="/guilds/{guild_id}/threads/active", handler=list_active_threads),
        Route(method="GET", path=channel + "/threads/archived/{kind}", handler=list_archived_threads),
        Route(
            method="GET", path=channel + "/users/@me/threads/archived/{kind}", handler=list_archived_threads
        ),
    ]
