"""``/v1/servers``: thin ways in; what they read is in ``queries``."""

from __future__ import annotations

from fastapi import APIRouter

from parser_service.api import queries
from parser_service.api.parameters import After, Key, Kinds, PageSize
from parser_service.api.schemas import CurrentSave, Events, Refused, Save, Server, State, UnknownLine
from parser_service.api.scope import Scope, Scoped
from shared.store.servers import list_servers
from shared.store.states import list_states

router = APIRouter(prefix="/v1/servers", tags=["servers"])


@router.get("", summary="The community's game servers, and the latest look at each")
async def all_servers(scope: Scoped) -> list[Server]:
    """Return the servers by name."""
    return await _servers(scope)


@router.get("/{key}", summary="One game server")
async def one_server(scope: Scoped, key: Key) -> Server:
    """Return a server and the latest look at it."""
    async with scope.db.connection() as conn:
        await scope.server_id(conn, key)
    return next(server for server in await _servers(scope) if server.key == key)


@router.get("/{key}/saves", summary="Decoded saves, the newest first")
async def saves(scope: Scoped, key: Key, limit: PageSize = 50) -> list[Save]:
    """Return what is known of each save."""
    async with scope.db.connection() as conn:
        return await queries.list_saves(conn, await scope.server_id(conn, key), limit=limit)


@router.get("/{key}/save", summary="The save in use, and whether a newer file had to be refused")
async def save(scope: Scoped, key: Key) -> CurrentSave:
    """Return the save that tribes and bases come from, with the verdict on it."""
    async with scope.db.connection() as conn:
        server_id = await scope.server_id(conn, key)
        used = await queries.find_current_save(conn, server_id)
        after = None if used is None else used.decoded_at
        return _verdict(used, await queries.find_refusal(conn, server_id, after=after))


@router.get("/{key}/events", summary="What happened, in order")
async def events(
    scope: Scoped, key: Key, after: After = 0, limit: PageSize = 200, kind: Kinds = None
) -> Events:
    """Return a page of the event log."""
    async with scope.db.connection() as conn:
        server_id = await scope.server_id(conn, key)
        page = await queries.list_events(conn, server_id, after=after, kinds=kind, limit=limit)
    newest = page.events[-1].seq if page.events else after
    next_after = newest if len(page.events) == limit else max(page.last_seq, newest)
    return Events(events=page.events, last_seq=page.last_seq, next_after=next_after)


@router.get("/{key}/unknown", summary="Lines that the grammar does not know, by frequency")
async def unknown(scope: Scoped, key: Key, limit: PageSize = 50) -> list[UnknownLine]:
    """Return what to extend the grammar by."""
    async with scope.db.connection() as conn:
        return await queries.list_unknown_lines(conn, await scope.server_id(conn, key), limit=limit)


async def _servers(scope: Scope) -> list[Server]:
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
            state=State.model_validate(states[server.id]) if server.id in states else None,
        )
        for server in servers
    ]


def _verdict(used: Save | None, refused: Refused | None) -> CurrentSave:
    if used is None:
        return CurrentSave(verdict="none", save=None, refused=refused)
    return CurrentSave(verdict="good" if refused is None else "stale", save=used, refused=refused)
