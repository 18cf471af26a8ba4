"""Decay and bases from the saves in use, for people on Discord."""

from __future__ import annotations

from datetime import timedelta

from bots.decay.domain import LONGEST_WITHIN, PASSER_BY, Report, Watch, see, servers_by_id, watch
from bots.decay.looking import sources_of, viewer_of
from bots.decay.recording import put_on_record
from shared.clock import Clock
from shared.db import Connection, Database
from shared.domain.durations import parse_duration
from shared.domain.permissions import Actor
from shared.ids import ChannelId, GuildId, TribeId
from shared.store.saves import list_bases, list_decaying, list_tribes
from shared.store.servers import GameServer, Purpose, find_route, list_communities, list_servers

# What one answer holds at most; more is said to be there.
_BASES = 200
# The panel looks past the overdue ones, however many have piled up.
_PANEL_LOOK = 1000
_PANEL_AHEAD = timedelta(days=400)
_CHOICES = 25


class DecayService:
    """What is read from saves about decay and bases."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def decaying(self, actor: Actor, server_key: str | None, within: str) -> Report:
        """Return the bases that begin to decay within a time, the most urgent first."""
        now = self._clock.now()
        before = now + parse_duration(within, longest=LONGEST_WITHIN)
        async with self._db.transaction() as conn:
            sources = await sources_of(conn, actor.guild_id, server_key)
            servers = servers_by_id(sources)
            only = sources[0].server.id if server_key is not None else None
            rows = await list_decaying(conn, actor.guild_id, before=before, server_id=only, limit=_BASES + 1)
            viewer = await viewer_of(conn, actor)
            shown = [row for row in rows[:_BASES] if row.server_id in servers]
            bases = [see(row, servers[row.server_id], viewer) for row in shown]
            report = Report(bases=tuple(bases), sources=sources, now=now, has_more=len(rows) > _BASES)
            if viewer.is_staff and bases:
                await self._audit(
                    conn,
                    actor,
                    action="decay.list",
                    server_key=server_key,
                    arguments={"within": within},
                    count=len(bases),
                )
        return report

    async def bases(self, actor: Actor, server_key: str | None, tribe: str | None) -> Report:
        """Return the bases of a server or of all, of a tribe or of all, the largest first."""
        async with self._db.transaction() as conn:
            sources = await sources_of(conn, actor.guild_id, server_key)
            viewer = await viewer_of(conn, actor)
            bases = []
            for source in sources:
                for tribe_id in await _tribe_ids(conn, source.server, tribe):
                    rows = await list_bases(conn, source.server.id, tribe_id=tribe_id, limit=_BASES + 1)
                    bases += [see(row, source.server, viewer) for row in rows]
            bases.sort(key=lambda base: (-base.structures, base.id))
            shown = tuple(bases[:_BASES])
            if viewer.is_staff and bases:
                await self._audit(
                    conn,
                    actor,
                    action="bases.list",
                    server_key=server_key,
                    arguments={"tribe": tribe or ""},
                    count=len(shown),
                )
        return Report(bases=shown, sources=sources, now=self._clock.now(), has_more=len(bases) > _BASES)

    async def suggest_tribes(self, guild_id: GuildId, server_key: str | None, typed: str) -> list[str]:
        """Return names of tribes that match what somebody types; those that begin with it come first."""
        wanted = typed.strip().casefold()
        async with self._db.connection() as conn:
            servers = await list_servers(conn, guild_id)
            names: set[str] = set()
            for server in servers:
                if server_key in {None, server.key}:
                    names |= {tribe.name for tribe in await list_tribes(conn, server.id) if tribe.name}
        found = [name for name in names if wanted in name.casefold()]
        found.sort(key=lambda name: (not name.casefold().startswith(wanted), name.casefold(), name))
        return found[:_CHOICES]

    async def watch(self, guild_id: GuildId) -> Watch:
        """Return what a community's panel shows; never a place, nor how a tribe calls its base."""
        now = self._clock.now()
        async with self._db.connection() as conn:
            sources = await sources_of(conn, guild_id, None)
            servers = servers_by_id(sources)
            rows = await list_decaying(conn, guild_id, before=now + _PANEL_AHEAD, limit=_PANEL_LOOK)
        bases = [see(row, servers[row.server_id], PASSER_BY) for row in rows if row.server_id in servers]
        return watch(bases, sources, now)

    async def panels(self) -> list[tuple[GuildId, ChannelId]]:
        """Return which communities want a panel, and in which channel."""
        async with self._db.connection() as conn:
            found = []
            for guild_id in await list_communities(conn):
                channel_id = await find_route(conn, guild_id, Purpose.DECAY)
                if channel_id is not None:
                    found.append((guild_id, channel_id))
        return found

    async def _audit(
        self,
        conn: Connection,
        actor: Actor,
        *,
        action: str,
        server_key: str | None,
        arguments: dict[str, str],
        count: int,
    ) -> None:
        await put_on_record(
            conn,
            actor,
            at=self._clock.now(),
            action=action,
            target=server_key or "all servers",
            arguments=arguments,
            result=f"saw where {count} bases are",
        )


async def _tribe_ids(conn: Connection, server: GameServer, tribe: str | None) -> list[TribeId | None]:
    """Return which tribes of a server go by a name; ``[None]`` stands for all of them."""
    if tribe is None:
        return [None]
    name = tribe.strip().casefold()
    # what people pick from the list was cut to what Discord shows
    return [
        row.tribe_id
        for row in await list_tribes(conn, server.id)
        if row.name.strip().casefold() == name
        or (len(name) >= 99 and row.name.casefold().startswith(name[:-1]))
    ]
