"""Names and histories of bases, for those whom they concern."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bots.decay.base.domain import History, Named, base_id_of, happened_on, name_of, no_base
from bots.decay.domain import see, servers_by_id
from bots.decay.looking import sources_of, viewer_of
from bots.decay.recording import put_on_record
from shared.clock import Clock
from shared.db import Database
from shared.domain.permissions import Actor
from shared.errors import InvalidInputError, NotFoundError
from shared.store.bases import list_newest_base_events, remove_base_name, search_bases, set_base_name
from shared.store.saves import BaseRow
from shared.store.server_by_id import get_server_by_id

# What one answer holds at most; more is said to be there.
_EVENTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseChoice:
    """A base as somebody may pick it."""

    base: BaseRow
    server_name: str


class BaseService:
    """What people do with one base."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def name(self, actor: Actor, picked: str, typed: str) -> Named:
        """Give a base a name, or take it away where none is typed; its tribe and staff may, and it is on record."""
        base_id, name, now = base_id_of(picked), name_of(typed), self._clock.now()
        async with self._db.transaction() as conn:
            viewer = await viewer_of(conn, actor)
            found = await search_bases(conn, actor.guild_id, owners=viewer.owners, base_id=base_id)
            if not found:
                raise NotFoundError(no_base(picked))
            base = found[0]
            if name == base.name:
                raise InvalidInputError(
                    "It is called so already." if name else "It has no name to take away."
                )
            if name:
                by = f"{actor.name} ({actor.member_id})"
                await set_base_name(conn, base.server_id, base_id, name, named_by=by, at=now)
            else:
                await remove_base_name(conn, base.server_id, base_id)
            server = await get_server_by_id(conn, base.server_id)
            await put_on_record(
                conn,
                actor,
                at=now,
                action="base.name",
                target=f"{server.key} base {base_id}",
                arguments={"before": base.name, "after": name},
                result="named" if name else "name taken away",
            )
        return Named(base=see(replace(base, name=name), server, viewer), before=base.name)

    async def choices(self, actor: Actor, typed: str) -> list[BaseChoice]:
        """Return bases that somebody may name, the largest first: 25 at most, as Discord shows."""
        async with self._db.connection() as conn:
            viewer = await viewer_of(conn, actor)
            found = await search_bases(conn, actor.guild_id, owners=viewer.owners, text=typed.strip())
            servers = servers_by_id(await sources_of(conn, actor.guild_id, None))
        return [
            BaseChoice(base=base, server_name=servers[base.server_id].name)
            for base in found
            if base.server_id in servers
        ]

    async def history(self, actor: Actor, server_key: str | None, picked: str | None) -> History:
        """Return what became of bases: of those of one's own tribes, for staff of all."""
        base_id = None if picked is None else base_id_of(picked)
        async with self._db.transaction() as conn:
            viewer = await viewer_of(conn, actor)
            if not viewer.is_staff and not viewer.own:
                raise NotFoundError(
                    "No save knows a survivor of yours yet. Prove with /link who you are in the game; the next save "
                    "then tells your tribe."
                )
            sources = await sources_of(conn, actor.guild_id, server_key)
            events = await list_newest_base_events(
                conn,
                actor.guild_id,
                owners=viewer.owners,
                server_id=sources[0].server.id if server_key is not None else None,
                base_id=base_id,
                limit=_EVENTS + 1,
            )
            if viewer.is_staff and events:
                await put_on_record(
                    conn,
                    actor,
                    at=self._clock.now(),
                    action="base.history",
                    target=server_key or "all servers",
                    arguments={"base": picked or ""},
                    result=f"saw {min(len(events), _EVENTS)} events",
                )
        return History(
            happened=happened_on(events[:_EVENTS], servers_by_id(sources)),
            sources=sources,
            now=self._clock.now(),
            of_own=not viewer.is_staff,
            has_more=len(events) > _EVENTS,
        )
