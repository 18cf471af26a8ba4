"""Looks at the holes of a community's servers, and tells the channels of those that are settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bots.chat_bridge.domain import BOT, Bridge
from bots.chat_bridge.gaps.domain import SETTLED_AFTER, TOLD_FOR, recap_key, recap_of
from bots.chat_bridge.queries import find_pause
from bots.chat_bridge.service import load_bridge, load_bridges
from shared.clock import Clock
from shared.db import Connection, Database
from shared.domain.permissions import Actor
from shared.ids import ServerId
from shared.store.gaps import (
    FeedGap,
    FeedState,
    GapDay,
    list_feed_states,
    list_gap_days,
    list_gaps,
    list_settled_gaps,
)
from shared.store.outbox import Post, add_post

_DAYS = timedelta(days=7)
_NEWEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class GapReport:
    """The holes of the last week, and how fresh each server's lines are."""

    bridge: Bridge
    days: Sequence[GapDay]
    newest: dict[ServerId, list[FeedGap]]
    states: dict[ServerId, FeedState]


class Gaps:
    """What is missing from the log, for people."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def report(self, actor: Actor) -> GapReport:
        """Return the holes of the actor's community; anybody may know what is missing."""
        since = self._clock.now() - _DAYS
        async with self._db.transaction() as conn:
            bridge = await load_bridge(conn, actor.guild_id)
            return GapReport(
                bridge=bridge,
                days=await list_gap_days(conn, actor.guild_id, since=since),
                newest={
                    server.id: await list_gaps(conn, server.id, since=since, limit=_NEWEST)
                    for server in bridge.servers
                },
                states={state.server_id: state for state in await list_feed_states(conn, actor.guild_id)},
            )

    async def tell(self) -> bool:
        """Tell each channel of the holes that are settled, once, and say whether there was something to tell."""
        async with self._db.transaction() as conn:
            told = [await self._tell(conn, bridge) for bridge in await load_bridges(conn)]
        return any(told)

    async def _tell(self, conn: Connection, bridge: Bridge) -> bool:
        now = self._clock.now()
        if await find_pause(conn, bridge.guild_id) is not None:
            return False
        gaps = await list_settled_gaps(
            conn, bridge.guild_id, since=now - TOLD_FOR, settled_before=now - SETTLED_AFTER
        )
        told = False
        for gap in gaps:
            server = bridge.server(gap.server_id)
            channel_id = None if server is None else bridge.channel_of(server)
            text = None if server is None else recap_of(gap, server.name)
            if channel_id is None or text is None:
                continue
            post = Post(
                guild_id=bridge.guild_id,
                bot=BOT,
                channel_id=channel_id,
                dedupe_key=f"{BOT}:{gap.server_id}:{recap_key(gap)}",
                content=text,
            )
            told |= await add_post(conn, post)
        return told
