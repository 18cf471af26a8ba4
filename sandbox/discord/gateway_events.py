"""The big events of a gateway session: READY, GUILD_CREATE, member chunks, presences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.discord import render
from sandbox.discord.core import Core
from sandbox.discord.hub import Session
from sandbox.discord.intents import Intent
from sandbox.discord.models import Channel, ChannelType, Json, Member, User
from sandbox.discord.snowflake import Snowflake

# Discord docs, "Identify": members are listed up to ``large_threshold``, which is at most this.
LARGE = 250

# Discord docs, "Guild Members Chunk".
CHUNK = 1_000

_STATUSES = frozenset({"online", "idle", "dnd", "invisible", "offline"})


def ready(core: Core, user: User, session: Session, shard: Any) -> Json:
    """Return the data of READY."""
    application = core.world.applications.get(user.id)
    guilds = [guild_id for guild_id, state in core.world.guilds.items() if user.id in state.members]
    return {
        "v": 10,
        "user": render.own_user(user),
        "guilds": [{"id": guild_id, "unavailable": True} for guild_id in guilds],
        "session_id": session.id,
        "session_type": "normal",
        "resume_gateway_url": core.gateway_url,
        "shard": shard or [0, 1],
        "application": {"id": user.id, "flags": render.application_flags(application) if application else 0},
        "private_channels": [] if user.bot else _direct_channels(core, user),
        "user_settings": {},
        "relationships": [],
    }


def _direct_channels(core: Core, user: User) -> list[Json]:
    """Return a person's direct messages; bots get theirs when they are written to (Discord docs)."""
    return [
        render.direct_channel(core.world, channel, user.id)
        for channel in core.world.channels.values()
        if channel.type is ChannelType.DM and user.id in channel.recipients
    ]


def guild_create(core: Core, guild_id: Snowflake, user: User, intents: Intent) -> Json:
    """Return the data of GUILD_CREATE.

    Observed: a bot is told of every channel, whether it sees it or not; so its cache holds channels
    that answer 403. People are told of those they see. Threads come only to who sees them.
    """
    world, state = core.world, core.world.get_guild(guild_id)
    members = list(state.members.values())
    if user.bot and not intents & Intent.GUILD_MEMBERS:
        members = [state.members[user.id]]
    threads = [
        thread
        for thread in core.access.visible_channels(user.id, world.threads_in(guild_id))
        if thread.thread is not None and not thread.thread.archived
    ]
    sees_presences = not user.bot or bool(intents & Intent.GUILD_PRESENCES)
    return {
        **render.guild(state),
        "joined_at": render.timestamp(state.members[user.id].joined_at),
        "large": len(state.members) > LARGE,
        "unavailable": False,
        "member_count": len(state.members),
        "members": [render.member(world, member) for member in members[:LARGE]],
        "channels": [render.channel(channel) for channel in told_channels(core, guild_id, user)],
        "threads": [_thread_with_member(thread, user.id) for thread in threads],
        "presences": [
            presence_of(core, guild_id, member.user_id)
            for member in members
            if sees_presences and core.hub.is_online(member.user_id)
        ],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def told_channels(core: Core, guild_id: Snowflake, user: User) -> list[Channel]:
    """Return the channels a user is told of: people those they see, bots all."""
    channels = core.world.channels_of(guild_id)
    return channels if user.bot else core.access.visible_channels(user.id, channels)


def _thread_with_member(thread: Channel, user_id: Snowflake) -> Json:
    body = render.channel(thread)
    if thread.thread is not None and user_id in thread.thread.members:
        body["member"] = render.thread_member(thread, user_id)
    return body


def presence_of(core: Core, guild_id: Snowflake, user_id: Snowflake) -> Json:
    """Return a member's presence."""
    shown = core.hub.presences.get(user_id, {})
    status = shown.get("status", "online") if core.hub.is_online(user_id) else "offline"
    status = "offline" if status == "invisible" else status
    return {
        "user": {"id": user_id},
        "guild_id": guild_id,
        "status": status,
        "activities": shown.get("activities") or [],
        "client_status": {} if status == "offline" else {"desktop": status},
    }


def tell_presence(core: Core, user_id: Snowflake, shown: Json) -> None:
    """Keep what a user shows, and tell the members of their guilds."""
    status = shown.get("status")
    core.hub.presences[user_id] = {
        "status": status if status in _STATUSES else "online",
        "activities": [
            {"created_at": 0, **activity}
            for activity in shown.get("activities") or []
            if isinstance(activity, dict) and activity.get("name")
        ],
    }
    for guild_id, state in core.world.guilds.items():
        if user_id in state.members:
            core.hub.to_guild(guild_id, "PRESENCE_UPDATE", presence_of(core, guild_id, user_id))


def members_chunks(core: Core, session: Session, asked: Json) -> Iterator[Json]:
    """Return the answers to REQUEST_GUILD_MEMBERS."""
    guild_id = Snowflake(str(asked.get("guild_id")))
    state = core.world.guilds.get(guild_id)
    if state is None or session.user_id not in state.members:
        return
    members, missing = _asked_members(core, guild_id, asked)
    chunks = [members[start : start + CHUNK] for start in range(0, len(members), CHUNK)] or [[]]
    for index, chunk in enumerate(chunks):
        body: Json = {
            "guild_id": guild_id,
            "members": [render.member(core.world, member) for member in chunk],
            "chunk_index": index,
            "chunk_count": len(chunks),
            "not_found": missing,
        }
        if asked.get("presences"):
            body["presences"] = [presence_of(core, guild_id, member.user_id) for member in chunk]
        if asked.get("nonce"):
            body["nonce"] = asked["nonce"]
        yield body


def _asked_members(core: Core, guild_id: Snowflake, asked: Json) -> tuple[list[Member], list[Snowflake]]:
    members = list(core.world.guilds[guild_id].members.values())
    limit = asked.get("limit") or None
    if asked.get("user_ids"):
        ids = asked["user_ids"] if isinstance(asked["user_ids"], list) else [asked["user_ids"]]
        wanted = [Snowflake(str(value)) for value in ids]
        found = [member for member in members if member.user_id in wanted]
        present = {member.user_id for member in found}
        return found, [user_id for user_id in wanted if user_id not in present]
    if query := str(asked.get("query") or "").lower():
        # Discord docs: what the username begins with; observed: nicknames count, too.
        members = [
            member
            for member in members
            if core.world.users[member.user_id].username.lower().startswith(query)
            or (member.nick or "").lower().startswith(query)
        ]
    return members[:limit], []
