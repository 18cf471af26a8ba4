"""What staff ask of the bridge: how it stands, pause, resume."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bots.chat_bridge.control.domain import notice_of_pause, notice_of_resumption
from bots.chat_bridge.domain import BOT, Bridge
from bots.chat_bridge.queries import (
    Failure,
    Pause,
    Skipped,
    add_pause,
    find_pause,
    list_failures,
    list_skipped,
    lock_pause,
    remove_pause,
)
from bots.chat_bridge.service import load_bridge
from shared.clock import Clock
from shared.db import Connection, Database
from shared.domain.events import EventKind
from shared.domain.permissions import Actor, Level, require
from shared.errors import InvalidInputError, NotFoundError
from shared.ids import ChannelId
from shared.store.audit import AuditEntry, add_audit
from shared.store.backlog import (
    LatestEvent,
    ParkedPost,
    WaitingCommands,
    WaitingPosts,
    list_latest_events,
    list_parked_posts,
    list_waiting_commands,
    list_waiting_posts,
)
from shared.store.outbox import Post, add_post

# How far back trouble is told of, and how much of it.
_RECENT = timedelta(days=1)
_TROUBLES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeStatus:
    """How the bridge of a community stands."""

    bridge: Bridge
    pause: Pause | None
    skipped: Sequence[Skipped]
    posts: Sequence[WaitingPosts]
    commands: Sequence[WaitingCommands]
    latest: Sequence[LatestEvent]
    failures: Sequence[Failure]
    parked: Sequence[ParkedPost]


class Control:
    """Looks at the bridge, pauses and resumes it."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def status(self, actor: Actor) -> BridgeStatus:
        """Return how things stand; members see their own failures, staff see all and what was given up."""
        guild_id, since = actor.guild_id, self._clock.now() - _RECENT
        is_staff = actor.level >= Level.STAFF
        async with self._db.transaction() as conn:
            return BridgeStatus(
                bridge=await load_bridge(conn, guild_id),
                pause=await find_pause(conn, guild_id),
                skipped=await list_skipped(conn, guild_id),
                posts=await list_waiting_posts(conn, guild_id, BOT),
                commands=await list_waiting_commands(conn, guild_id),
                latest=await list_latest_events(conn, guild_id, (EventKind.CHAT,)),
                failures=await list_failures(
                    conn,
                    guild_id,
                    author_id=None if is_staff else actor.member_id,
                    since=since,
                    limit=_TROUBLES,
                ),
                parked=await list_parked_posts(conn, guild_id, BOT, since=since, limit=_TROUBLES)
                if is_staff
                else (),
            )

    async def pause(self, actor: Actor, reason: str) -> None:
        """Carry nothing from now on; what is left out is counted.

        Raises
        ------
        InvalidInputError
            When the bridge is paused already.
        """
        require(actor, Level.STAFF)
        async with self._db.transaction() as conn:
            bridge = await load_bridge(conn, actor.guild_id)
            pause_id = await add_pause(
                conn, actor.guild_id, paused_at=self._clock.now(), paused_by=actor.name, reason=reason
            )
            if pause_id is None:
                raise InvalidInputError("The bridge is paused already. /bridge resume ends the pause.")
            for channel_id in _channels(bridge):
                await _tell(conn, actor, channel_id, f"pause:{pause_id}", notice_of_pause(reason))
            await add_audit(conn, self._entry(actor, "bridge pause", reason))

    async def resume(self, actor: Actor) -> Sequence[Skipped]:
        """Carry again, tell each channel what was left out, and return it.

        Raises
        ------
        NotFoundError
            When the bridge is not paused.
        """
        require(actor, Level.STAFF)
        async with self._db.transaction() as conn:
            pause = await lock_pause(conn, actor.guild_id)
            if pause is None:
                raise NotFoundError("The bridge is not paused. /bridge status shows how it stands.")
            bridge = await load_bridge(conn, actor.guild_id)
            skipped = await list_skipped(conn, actor.guild_id)
            by_channel = {one.channel_id: one for one in skipped}
            for channel_id in _channels(bridge):
                notice = notice_of_resumption(pause.paused_at, by_channel.get(channel_id))
                await _tell(conn, actor, channel_id, f"resume:{pause.id}", notice)
            await remove_pause(conn, actor.guild_id)
            await add_audit(conn, self._entry(actor, "bridge resume", ""))
        return skipped

    def _entry(self, actor: Actor, action: str, reason: str) -> AuditEntry:
        return AuditEntry(
            guild_id=actor.guild_id,
            at=self._clock.now(),
            actor_id=actor.member_id,
            actor_name=actor.name,
            action=action,
            reason=reason,
            result="done",
            reference=actor.reference,
        )


def _channels(bridge: Bridge) -> list[ChannelId]:
    return sorted(set(bridge.channels.values()))


async def _tell(conn: Connection, actor: Actor, channel_id: ChannelId, what: str, text: str) -> None:
    post = Post(
        guild_id=actor.guild_id,
        bot=BOT,
        channel_id=channel_id,
        dedupe_key=f"{BOT}:{channel_id}:{what}",
        content=text,
    )
    await add_post(conn, post)
