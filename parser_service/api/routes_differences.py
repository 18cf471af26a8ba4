"""``/v1/servers/{key}/saves/{first}/difference/{second}``: what changed between any two kept saves."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response

from parser_service.api.answering import (
    STREAMED,
    RowAnswer,
    answer_page,
    cursor_save,
    stream_rows,
    wants_ndjson,
)
from parser_service.api.authorising import ForTribe
from parser_service.api.columns import read_columns
from parser_service.api.differences import (
    KINDS,
    TABLES,
    ThingKind,
    TwoSaves,
    changed_things,
    summary,
    write_changed,
)
from parser_service.api.etags import NOT_MODIFIED, answered, etag_of, is_known, not_modified
from parser_service.api.origin import Origin, origin_of
from parser_service.api.parameters import Cursor, Key, PageSize, SavePath, TribeFilter
from parser_service.api.schemas_things import ChangedRows, Difference
from parser_service.api.scope import Scope, Scoped

router = APIRouter(prefix="/v1/servers/{key}/saves/{first_id}/difference/{second_id}", tags=["differences"])


@router.get(
    "",
    summary="How much changed from one save to another",
    response_model=Difference,
    responses=NOT_MODIFIED,
)
async def difference(
    scope: Scoped,
    access: ForTribe,
    key: Key,
    *,
    first_id: SavePath,
    second_id: SavePath,
    request: Request,
    tribe_id: TribeFilter = None,
) -> Response:
    """Return how many structures, tames and items were added, removed, moved and changed, by tribe and by base."""
    wanted = access.narrow(tribe_id)
    saves = await _two_saves(scope, key, first_id, second_id)
    return answered(request, await asyncio.to_thread(summary, saves, wanted))


@router.get(
    "/{kind}",
    summary="What changed from one save to another",
    response_model=ChangedRows,
    responses=STREAMED | NOT_MODIFIED,
)
async def difference_rows(
    scope: Scoped,
    access: ForTribe,
    key: Key,
    *,
    first_id: SavePath,
    second_id: SavePath,
    kind: ThingKind,
    request: Request,
    tribe_id: TribeFilter = None,
    cursor: Cursor = None,
    limit: PageSize = 200,
) -> Response:
    """Return the things themselves, each with what became of it; one that moved and changed is there twice."""
    cursor_save(cursor, second_id)
    wanted = access.narrow(tribe_id)
    origins = await _origins(scope, key, first_id, second_id)
    is_stream = wants_ndjson(request)
    asked = (kind.value, wanted, is_stream or (cursor, limit), etag_of(origins[0], access))
    etag = etag_of(origins[1], access, *asked)
    if is_known(request, etag):
        return not_modified(etag)
    saves = await _read(scope, key, origins)
    things = await asyncio.to_thread(changed_things, saves, KINDS[kind], wanted)
    answer = RowAnswer(
        save_id=second_id,
        total=len(things.rows),
        write=lambda start, end: write_changed(saves, KINDS[kind], things, start, end),
        fields=saves.fields(),
        headers=origins[1].headers(),
        etag=etag,
    )
    return stream_rows(answer) if is_stream else await answer_page(answer, cursor=cursor, limit=limit)


async def _two_saves(scope: Scope, key: str, first_id: int, second_id: int) -> TwoSaves:
    return await _read(scope, key, await _origins(scope, key, first_id, second_id))


async def _origins(scope: Scope, key: str, first_id: int, second_id: int) -> tuple[Origin, Origin]:
    async with scope.db.connection() as conn:
        server = await scope.server(conn, key)
        return await origin_of(conn, server, first_id), await origin_of(conn, server, second_id)


async def _read(scope: Scope, key: str, origins: tuple[Origin, Origin]) -> TwoSaves:
    first = await read_columns(scope, key, origins[0], TABLES)
    second = await read_columns(scope, key, origins[1], TABLES)
    return TwoSaves(first=first, second=second, origins=origins)
