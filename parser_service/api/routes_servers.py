"""``/v1/servers``: thin ways in; what they read is in ``queries``."""

from __future__ import annotations

from fastapi import APIRouter

from parser_service.api import queries
from parser_service.api.parameters import After, Key, Kinds, PageSize
from parser_service.api.schemas import CurrentSave, Events, Refused, Save, Server, State, UnknownLine
from shared.db import Connection, Database
from shared.ids import GuildId, ServerId
from shared.store.servers import get_server, list_servers
from shared.store.states import list_states


def server_routes(db: Database, guild_id: GuildId) -> APIRouter:
    """Return the routes about one community's servers."""
    router = APIRouter(prefix="/v1/servers", tags=["servers"])

    async def server_id(conn: Connection, key: str) -> ServerId:
        return (await get_server(conn, guild_id, key)).id

    async def servers(conn: Connection) -> list[Server]:
        states = {state.server_id: state for state in await list_states(conn, guild_id)}
        return [
            Server(
                key=server.key,
                name=server.name,
                game=server.game,
                map=server.map,
                cluster=server.cluster,
                state=State.model_validate(states[server.id]) if server.id in states else None,
            )
            for server in await list_servers(conn, guild_id)
        ]

    @router.get("", summary="The community's game servers, and the latest look at each")
    async def all_servers() -> list[Server]:
        async with db.connection() as conn:
            return await servers(conn)

    @router.get("/{key}", summary="One game server")
    async def one_server(key: Key) -> Server:
        async with db.connection() as conn:
            await server_id(conn, key)
            return next(server for server in await servers(conn) if server.key == key)

    @router.get("/{key}/saves", summary="Decoded saves, the newest first")
    async def saves(key: Key, limit: PageSize = 50) -> list[Save]:
        async with db.connection() as conn:
            return await queries.list_saves(conn, await server_id(conn, key), limit=limit)

    @router.get("/{key}/save", summary="The save in use, and whether a newer file had to be refused")
    async def save(key: Key) -> CurrentSave:
        async with db.connection() as conn:
            found = await server_id(conn, key)
            used = await queries.find_current_save(conn, found)
            refused = await queries.find_refusal(conn, found, after=None if used is None else used.decoded_at)
        return _verdict(used, refused)

    @router.get("/{key}/events", summary="What happened, in order")
    async def events(
        key: Key,
        after: After = 0,
        limit: PageSize = 200,
        kind: Kinds = None,
    ) -> Events:
        async with db.connection() as conn:
            page = await queries.list_events(
                conn, await server_id(conn, key), after=after, kinds=kind, limit=limit
            )
        newest = page.events[-1].seq if page.events else after
        next_after = newest if len(page.events) == limit else max(page.last_seq, newest)
        return Events(events=page.events, last_seq=page.last_seq, next_after=next_after)

    @router.get("/{key}/unknown", summary="Lines that the grammar does not know, by frequency")
    async def unknown(key: Key, limit: PageSize = 50) -> list[UnknownLine]:
        async with db.connection() as conn:
            return await queries.list_unknown_lines(conn, await server_id(conn, key), limit=limit)

    return router


def _verdict(save: Save | None, refused: Refused | None) -> CurrentSave:
    if save is None:
        return CurrentSave(verdict="none", save=None, refused=refused)
    return CurrentSave(verdict="good" if refused is None else "stale", save=save, refused=refused)
