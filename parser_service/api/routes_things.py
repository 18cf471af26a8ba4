"""``/v1/servers/{key}/structures`` and the like: rows of a save's columns, as pages or as a stream."""

from __future__ import annotations

import asyncio
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Depends, Request, Response

from parser_service.api.access import Access
from parser_service.api.answering import (
    STREAMED,
    RowAnswer,
    answer_page,
    cursor_save,
    stream_rows,
    wants_ndjson,
)
from parser_service.api.authorising import ForStaff, ForTribe
from parser_service.api.columns import read_columns
from parser_service.api.etags import NOT_MODIFIED, answered, etag_of, is_known, not_modified
from parser_service.api.origin import Origin, origin_of
from parser_service.api.parameters import (
    BaseFilter,
    ClassFilter,
    Cursor,
    Key,
    PageSize,
    SaveFilter,
    TribeFilter,
)
from parser_service.api.rows.kinds import (
    ITEMS,
    STRUCTURES,
    SURVIVORS,
    TAMES,
    WILD,
    Kind,
    Wanted,
    choose,
)
from parser_service.api.schemas_things import (
    ClassCount,
    Items,
    Structures,
    Survivors,
    Tames,
    WildCounts,
    WildCreatures,
)
from parser_service.api.scope import Scope, Scoped
from parser_service.storable import storable
from shared.saves.classes import display_name

router = APIRouter(prefix="/v1/servers", tags=["things"])

_ANSWERS = STREAMED | NOT_MODIFIED


class Asked:
    """What every list of things may be asked with."""

    def __init__(
        self,
        request: Request,
        scope: Scoped,
        key: Key,
        *,
        save_id: SaveFilter = None,
        cursor: Cursor = None,
        limit: PageSize = 200,
    ) -> None:
        self.request = request
        self.scope = scope
        self.key = key
        self.save_id = save_id
        self.cursor = cursor
        self.limit = limit


Asking = Annotated[Asked, Depends()]


@router.get("/{key}/structures", summary="Structures", response_model=Structures, responses=_ANSWERS)
async def structures(
    access: ForTribe,
    asked: Asking,
    tribe_id: TribeFilter = None,
    class_name: ClassFilter = None,
    base_id: BaseFilter = None,
) -> Response:
    """Return the structures of a save, in the order in which it has them."""
    wanted = Wanted(tribe_id=access.narrow(tribe_id), class_name=class_name, base_id=base_id)
    return await _rows(STRUCTURES, asked, access, wanted)


@router.get("/{key}/tames", summary="Tames", response_model=Tames, responses=_ANSWERS)
async def tames(
    access: ForTribe, asked: Asking, tribe_id: TribeFilter = None, class_name: ClassFilter = None
) -> Response:
    """Return the tames of a save, those in cryopods as well; with 2000000000 as tribe those that nobody claimed."""
    wanted = Wanted(tribe_id=access.narrow(tribe_id), class_name=class_name)
    return await _rows(TAMES, asked, access, wanted)


@router.get("/{key}/items", summary="Items in inventories", response_model=Items, responses=_ANSWERS)
async def items(
    access: ForTribe,
    asked: Asking,
    tribe_id: TribeFilter = None,
    class_name: ClassFilter = None,
    base_id: BaseFilter = None,
) -> Response:
    """Return the items in containers, on tames and on survivors."""
    wanted = Wanted(tribe_id=access.narrow(tribe_id), class_name=class_name, base_id=base_id)
    return await _rows(ITEMS, asked, access, wanted)


@router.get("/{key}/survivors", summary="Survivors", response_model=Survivors, responses=_ANSWERS)
async def survivors(access: ForTribe, asked: Asking, tribe_id: TribeFilter = None) -> Response:
    """Return the players' characters; their accounts are for staff alone."""
    return await _rows(SURVIVORS, asked, access, Wanted(tribe_id=access.narrow(tribe_id)))


@router.get("/{key}/wild", summary="Wild creatures", response_model=WildCreatures, responses=_ANSWERS)
async def wild(access: ForStaff, asked: Asking, class_name: ClassFilter = None) -> Response:
    """Return the creatures that belong to nobody."""
    return await _rows(WILD, asked, access, Wanted(class_name=class_name))


@router.get(
    "/{key}/wild/counts",
    summary="How many wild creatures of each class there are",
    response_model=WildCounts,
    responses=NOT_MODIFIED,
)
async def wild_counts(
    scope: Scoped, access: ForStaff, key: Key, request: Request, save_id: SaveFilter = None
) -> Response:
    """Return the classes, the most frequent first."""
    del access
    origin = await _origin(scope, key, save_id)
    table = (await read_columns(scope, key, origin, WILD.tables)).world.wild
    counts = np.bincount(table.class_index[table.class_index >= 0], minlength=len(table.classes)).tolist()
    found = [
        ClassCount(class_name=storable(name), display_name=display_name(storable(name)), count=count)
        for name, count in zip(table.classes, counts, strict=True)
        if count
    ]
    found.sort(key=lambda one: (-one.count, one.class_name))
    return answered(request, WildCounts(**origin.fields(), classes=tuple(found)), origin)


async def _rows(kind: Kind, asked: Asked, access: Access, wanted: Wanted) -> Response:
    origin = await _origin(asked.scope, asked.key, cursor_save(asked.cursor, asked.save_id))
    is_stream = wants_ndjson(asked.request)
    etag = etag_of(origin, access, kind.table, wanted, is_stream or (asked.cursor, asked.limit))
    if is_known(asked.request, etag):
        return not_modified(etag)
    save = await read_columns(asked.scope, asked.key, origin, kind.tables)
    owners = await asyncio.to_thread(kind.owners, save)
    rows = await asyncio.to_thread(choose, kind, save, owners, wanted)
    answer = RowAnswer(
        save_id=origin.save_id,
        total=len(rows),
        write=lambda start, end: kind.write(save, rows[start:end], owners, access.is_staff),
        fields=origin.fields(),
        headers=origin.headers(),
        etag=etag,
    )
    return (
        stream_rows(answer)
        if is_stream
        else await answer_page(answer, cursor=asked.cursor, limit=asked.limit)
    )


async def _origin(scope: Scope, key: str, save_id: int | None) -> Origin:
    async with scope.db.connection() as conn:
        return await origin_of(conn, await scope.server(conn, key), save_id)
