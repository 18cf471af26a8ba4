"""Threads: making them, and who is in them (Discord docs, "Threads")."""

from __future__ import annotations

from sandbox.discord import render
from sandbox.discord.api_errors import ApiError, archived_thread, invalid
from sandbox.discord.core import Core
from sandbox.discord.hub import Session
from sandbox.discord.models import Channel, ChannelType, Json, Message, ThreadState
from sandbox.discord.permissions import Permission
from sandbox.discord.snowflake import Snowflake

# Discord docs, "Thread Metadata Object".
AUTO_ARCHIVE_MINUTES = frozenset({60, 1440, 4320, 10080})

# Discord docs, "Start Thread from Message" and "Start Thread without Message".
_PARENTS = frozenset({ChannelType.TEXT, ChannelType.ANNOUNCEMENT})
_KINDS = frozenset({ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD, ChannelType.ANNOUNCEMENT_THREAD})


def make_thread(
    core: Core, parent: Channel, body: Json, owner_id: Snowflake, from_message: Message | None = None
) -> Channel:
    """Make a thread below a channel, with its owner in it."""
    if parent.type not in _PARENTS:
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    if from_message is not None and from_message.id in core.world.channels:
        raise ApiError(400, 160004, "A thread has already been created for this message")
    kind = _kind(body) if from_message is None else ChannelType.PUBLIC_THREAD
    private = kind is ChannelType.PRIVATE_THREAD
    needed = Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
    core.access.require_in(owner_id, parent, needed)
    now = core.world.clock.now()
    thread = Channel(
        id=from_message.id if from_message else core.world.ids.next(),
        type=kind,
        guild_id=parent.guild_id,
        name=thread_name(body.get("name")),
        parent_id=parent.id,
        slowmode_seconds=body.get("rate_limit_per_user") or 0,
        thread=ThreadState(
            owner_id=owner_id,
            created_at=now,
            archived_changed_at=now,
            invitable=body.get("invitable", True) is not False,
            auto_archive_minutes=auto_archive(body.get("auto_archive_duration") or 1440),
            members={owner_id: now},
        ),
    )
    core.world.save(thread)
    _announce(core, thread, newly=True)
    return thread


def _kind(body: Json) -> ChannelType:
    """Return the kind of thread that is wanted; Discord docs: without one, a private thread is made."""
    wanted = body.get("type", ChannelType.PRIVATE_THREAD)
    if wanted not in _KINDS:
        raise invalid("type", "BASE_TYPE_CHOICES", "Value must be one of (10, 11, 12).")
    return ChannelType(wanted)


def thread_name(value: object) -> str:
    """Return a thread's name, or answer 400."""
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= 100:
        raise invalid("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    return value.strip()


def auto_archive(value: object) -> int:
    """Return a time after which quiet threads are archived, or answer 400."""
    if value not in AUTO_ARCHIVE_MINUTES or not isinstance(value, int):
        raise invalid(
            "auto_archive_duration", "BASE_TYPE_CHOICES", "Value must be one of (60, 1440, 4320, 10080)."
        )
    return value


def _announce(core: Core, thread: Channel, *, newly: bool, only: Snowflake | None = None) -> None:
    """Tell who sees a thread that it is there, with their own membership when they are in it."""
    state = thread.thread
    assert state is not None  # only threads come here

    def for_session(session: Session) -> Json:
        body = render.channel(thread)
        if newly:
            body["newly_created"] = True
        if session.user_id in state.members:
            body["member"] = render.thread_member(thread, session.user_id)
        return body

    if only is not None:
        core.hub.to_users([only], "THREAD_CREATE", for_session)
    else:
        core.hub.to_channel(thread, "THREAD_CREATE", for_session)


def enter_thread(core: Core, thread: Channel, user_id: Snowflake, *, by: Snowflake) -> None:
    """Add a user who can see the parent; nothing changes when they are in it, or may not be added."""
    state, guild_id = thread.thread, thread.guild_id
    parent = core.world.channels.get(thread.parent_id) if thread.parent_id else None
    if state is None or guild_id is None or parent is None or user_id in state.members:
        return
    if not core.access.can_view(user_id, parent):
        return
    if thread.type is ChannelType.PRIVATE_THREAD and not state.invitable and by != state.owner_id:
        # Discord docs, ``invitable``: whether people who are not moderators may add others.
        by_webhook = by not in core.world.users
        if not by_webhook and not core.access.in_channel(by, thread) & Permission.MANAGE_THREADS:
            return
    saw_it = core.access.can_view(user_id, thread)
    state.members[user_id] = core.world.clock.now()
    core.world.save(thread)
    if not saw_it:
        _announce(core, thread, newly=False, only=user_id)
    added = render.thread_member(thread, user_id)
    added |= {"member": render.member(core.world, core.world.get_member(guild_id, user_id)), "presence": None}
    _tell_members(core, thread, {"added_members": [added]})


def leave_thread(core: Core, thread: Channel, user_id: Snowflake) -> None:
    """Take a user out of a thread; from a private one they see no more of it."""
    state = thread.thread
    if state is None or user_id not in state.members:
        return
    _tell_members(core, thread, {"removed_member_ids": [user_id]}, count=len(state.members) - 1)
    del state.members[user_id]
    core.world.save(thread)
    if not core.access.can_view(user_id, thread):
        core.hub.to_users([user_id], "THREAD_DELETE", gone(thread))


def _tell_members(core: Core, thread: Channel, change: Json, *, count: int | None = None) -> None:
    assert thread.thread is not None  # only threads come here
    core.hub.to_channel(
        thread,
        "THREAD_MEMBERS_UPDATE",
        {
            "id": thread.id,
            "guild_id": thread.guild_id,
            "member_count": len(thread.thread.members) if count is None else count,
            **change,
        },
    )


def gone(thread: Channel) -> Json:
    """Return the data of THREAD_DELETE."""
    return {
        "id": thread.id,
        "guild_id": thread.guild_id,
        "parent_id": thread.parent_id,
        "type": int(thread.type),
    }


def note_message(core: Core, channel: Channel, message: Message) -> None:
    """Count a message in a thread, wake the thread up, and let its author in."""
    state = channel.thread
    if state is None:
        return
    state.message_count += 1
    state.total_message_sent += 1
    if state.archived:
        # Discord docs: a message unarchives a thread that is not locked.
        state.archived = False
        state.archived_changed_at = core.world.clock.now()
        core.hub.to_channel(channel, "THREAD_UPDATE", render.channel(channel))
    if message.author_id in core.world.users:
        enter_thread(core, channel, message.author_id, by=message.author_id)


def require_open(core: Core, channel: Channel, user_id: Snowflake) -> None:
    """Answer 400 when a user writes into a thread that is locked."""
    state = channel.thread
    if state is None or not state.locked:
        return
    if not core.access.in_channel(user_id, channel) & Permission.MANAGE_THREADS:
        raise archived_thread()
