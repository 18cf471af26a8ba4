"""``/v1/servers``: thin ways in; what they read is in ``queries``."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from fastapi import APIRouter, Request, Response

from parser_service.api import queries
from parser_service.api.access import Access
from parser_service.api.authorising import ForAll, ForStaff
from parser_service.api.etags import NOT_MODIFIED, answered
from parser_service.api.parameters import After, Before, Key, Kinds, PageSize
from parser_service.api.schemas import Events, Gap, Gaps, Server, State, UnknownLine
from parser_service.api.scope import Scope, Scoped
from parser_service.api.unknown import by_shape
from shared.store.gaps import list_gaps
from shared.store.servers import list_servers
from shared.store.states import ServerState, list_states

router = APIRouter(prefix="/v1/servers", tags=["servers"])

# As far back as the base events and the columns of saves go by default, and a little.
_GAPS_SHOWN = timedelta(days=90)


@router.get("", summary="The community's game servers, and the latest look at each")
async def all_servers(scope: Scoped, access: ForAll) -> list[Server]:
    """Return the servers by name; a tribe's token shows the server of that tribe alone."""
    found = await _servers(scope, access)
    return [server for server in found if access.server_key in {None, server.key}]


@router.get("/{key}", summary="One game server")
async def one_server(scope: Scoped, access: ForAll, key: Key) -> Server:
    """Return a server and the latest look at it."""
    async with scope.db.connection() as conn:
        await scope.server_id(conn, key)
    return next(server for server in await _servers(scope, access) if server.key == key)


@router.get("/{key}/events", summary="What happened, in order")
async def events(
    scope: Scoped, access: ForStaff, key: Key, *, after: After = 0, limit: PageSize = 200, kind: Kinds = None
) -> Events:
    """Return a page of the event log."""
    del access
    async with scope.db.connection() as conn:
        server_id = await scope.server_id(conn, key)
        page = await queries.list_events(conn, server_id, after=after, kinds=kind, limit=limit)
    newest = page.events[-1].seq if page.events else after
    next_after = newest if len(page.events) == limit else max(page.last_seq, newest)
    return Events(events=page.events, last_seq=page.last_seq, next_after=next_after)


@router.get(
    "/{key}/gaps",
    summary="Times whose lines could not be read",
    response_model=Gaps,
    responses=NOT_MODIFIED,
)
async def gaps(
    scope: Scoped,
    access: ForStaff,
    key: Key,
    *,
    request: Request,
    before: Before = None,
    limit: PageSize = 100,
) -> Response:
    """Return a page of the gaps of the last 90 days, the newest first."""
    del access
    async with scope.db.connection() as conn:
        server_id = await scope.server_id(conn, key)
        since = scope.clock.now() - _GAPS_SHOWN
        found = await list_gaps(conn, server_id, since=since, before=before, limit=limit)
    next_before = found[-1].id if len(found) == limit else None
    return answered(
        request, Gaps(gaps=tuple(Gap.model_validate(gap) for gap in found), next_before=next_before)
    )


@router.get("/{key}/unknown", summary="Lines that the grammar does not know, by frequency")
async def unknown(scope: Scoped, access: ForStaff, key: Key, limit: PageSize = 50) -> list[UnknownLine]:
    """Return what to extend the grammar by: lines that differ in names and numbers alone are counted as one."""
    del access
    async with scope.db.connection() as conn:
        found = await queries.list_unknown_lines(conn, await scope.server_id(conn, key))
    return (await asyncio.to_thread(by_shape, found))[:limit]


async def _servers(scope: Scope, access: Access) -> list[Server]:
    async with scope.db.connection() as conn:
        states = {state.server_id: state for state in await list_states(conn, scope.guild_id)}
        servers = await list_servers(conn, scope.guild_id)
    return [
        Server(
            key=server.key,
            name=server.name,
            game=server.game,
            map=server.map,
            cluster=server.cluster,
            state=_state(states[server.id], access) if server.id in states else None,
        )
        for server in servers
    ]


def _state(state: ServerState, access: Access) -> State:
    """Return a look at a server; who is on, and what the machine complained of, is for staff."""
    return State(
        is_up=state.is_up,
        since=state.since,
        player_count=len(state.players),
        players=state.players if access.is_staff else None,
        source=state.source,
        observed_at=state.observed_at,
        problem=state.problem if access.is_staff else None,
    )
