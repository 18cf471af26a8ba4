"""``/v1/servers/{key}/tribes`` and ``/bases``: what the save in use says, with ETags."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, Request, Response

from parser_service.api import queries
from parser_service.api.etags import NOT_MODIFIED, caching, etag_of, is_known, not_modified
from parser_service.api.parameters import After, Key, PageSize, TribeFilter
from parser_service.api.schemas import Bases, Save, Tribes
from parser_service.api.scope import Scope, Scoped
from shared.db import Connection
from shared.errors import NotFoundError
from shared.ids import BaseId, ServerId, TribeId

router = APIRouter(prefix="/v1/servers", tags=["worlds"])


@router.get("/{key}/tribes", summary="Tribes", response_model=Tribes, responses=NOT_MODIFIED)
async def tribes(scope: Scoped, key: Key, request: Request, response: Response) -> Tribes | Response:
    """Return the tribes by name."""
    async with _world(scope, key) as (conn, server_id, save):
        etag = etag_of(save, "tribes")
        if is_known(request, etag):
            return not_modified(etag)
        found = await queries.list_tribes(conn, server_id)
    response.headers.update(caching(etag))
    return Tribes(save_id=save.id, saved_at=save.saved_at, tribes=tuple(found))


@router.get("/{key}/bases", summary="Bases, by id", response_model=Bases, responses=NOT_MODIFIED)
async def bases(
    scope: Scoped,
    key: Key,
    *,
    request: Request,
    response: Response,
    tribe_id: TribeFilter = None,
    limit: PageSize = 200,
    after: After = 0,
) -> Bases | Response:
    """Return a page of the bases, of one tribe or of all."""
    tribe = None if tribe_id is None else TribeId(tribe_id)
    async with _world(scope, key) as (conn, server_id, save):
        etag = etag_of(save, "bases", tribe, limit, after)
        if is_known(request, etag):
            return not_modified(etag)
        found = await queries.list_bases(conn, server_id, tribe_id=tribe, after=BaseId(after), limit=limit)
    response.headers.update(caching(etag))
    next_after = found[-1].id if len(found) == limit else None
    return Bases(save_id=save.id, saved_at=save.saved_at, bases=tuple(found), next_after=next_after)


@asynccontextmanager
async def _world(scope: Scope, key: str) -> AsyncIterator[tuple[Connection, ServerId, Save]]:
    """Lend a connection that sees one save from beginning to end."""
    async with scope.db.transaction() as conn:
        await queries.set_snapshot(conn)
        server_id = await scope.server_id(conn, key)
        save = await queries.find_current_save(conn, server_id)
        if save is None:
            message = f"No save of {key!r} has been decoded yet. /v1/servers/{key}/save says why."
            raise NotFoundError(message)
        yield conn, server_id, save
