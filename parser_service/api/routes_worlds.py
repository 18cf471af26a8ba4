"""``/v1/servers/{key}/tribes`` and ``/bases``: what the save in use says, with ETags."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from parser_service.api import queries
from parser_service.api.authorising import ForAll, ForTribe
from parser_service.api.columns import read_columns
from parser_service.api.etags import NOT_MODIFIED, answered
from parser_service.api.origin import stored_world
from parser_service.api.parameters import (
    After,
    BaseFilter,
    Key,
    NumberPath,
    PageSize,
    TribeFilter,
    TribePath,
)
from parser_service.api.schemas import BaseEvents, Bases, OneBase, TribeDetail, TribeLog, Tribes
from parser_service.api.scope import Scoped
from parser_service.api.tribes import TABLES, log_of, tribe_of
from shared.errors import NotFoundError
from shared.ids import BaseId

router = APIRouter(prefix="/v1/servers", tags=["worlds"])


@router.get("/{key}/tribes", summary="Tribes", response_model=Tribes, responses=NOT_MODIFIED)
async def tribes(scope: Scoped, access: ForAll, key: Key, request: Request) -> Response:
    """Return the tribes by name; a tribe's token shows that one alone, a public one no names of players."""
    async with stored_world(scope, key) as world:
        found = await queries.list_tribes(world.conn, world.server_id)
    own = access.narrow(None)
    shown = [
        tribe
        if access.tribe_id or access.is_staff
        else tribe.model_copy(update={"owner_name": None, "members": None})
        for tribe in found
        if own in {None, tribe.tribe_id}
    ]
    return answered(request, Tribes(**world.origin.fields(), tribes=tuple(shown)), world.origin)


@router.get(
    "/{key}/tribes/{tribe_id}",
    summary="One tribe, with its members and alliances",
    response_model=TribeDetail,
    responses=NOT_MODIFIED,
)
async def tribe(scope: Scoped, access: ForTribe, key: Key, tribe_id: TribePath, request: Request) -> Response:
    """Return all that the save tells of a tribe but its log."""
    del access
    async with stored_world(scope, key) as world:
        origin = world.origin
    save = await read_columns(scope, key, origin, TABLES)
    return answered(request, tribe_of(save, tribe_id, origin), origin)


@router.get(
    "/{key}/tribes/{tribe_id}/log",
    summary="A tribe's own log",
    response_model=TribeLog,
    responses=NOT_MODIFIED,
)
async def tribe_log(
    scope: Scoped,
    access: ForTribe,
    key: Key,
    tribe_id: TribePath,
    *,
    request: Request,
    after: After = 0,
    limit: PageSize = 200,
) -> Response:
    """Return a page of the lines that the tribe sees in the game; for staff and for that tribe alone."""
    del access
    async with stored_world(scope, key) as world:
        origin = world.origin
    save = await read_columns(scope, key, origin, ("tribes", "tribe_logs"))
    return answered(request, log_of(save, tribe_id, origin, after=after, limit=limit), origin)


@router.get("/{key}/bases", summary="Bases, by id", response_model=Bases, responses=NOT_MODIFIED)
async def bases(
    scope: Scoped,
    access: ForTribe,
    key: Key,
    *,
    request: Request,
    tribe_id: TribeFilter = None,
    limit: PageSize = 200,
    after: After = 0,
) -> Response:
    """Return a page of the bases, of one tribe or of all."""
    wanted = access.narrow(tribe_id)
    async with stored_world(scope, key) as world:
        found = await queries.list_bases(
            world.conn, world.server_id, tribe_id=wanted, after=BaseId(after), limit=limit
        )
    next_after = found[-1].id if len(found) == limit else None
    page = Bases(**world.origin.fields(), bases=tuple(found), next_after=next_after)
    return answered(request, page, world.origin)


@router.get("/{key}/bases/{base_id}", summary="One base", response_model=OneBase, responses=NOT_MODIFIED)
async def base(scope: Scoped, access: ForTribe, key: Key, base_id: NumberPath, request: Request) -> Response:
    """Return a base; of another tribe than the token's, that there is none."""
    async with stored_world(scope, key) as world:
        found = await queries.list_bases(
            world.conn, world.server_id, tribe_id=access.narrow(None), after=BaseId(base_id - 1), limit=1
        )
    if not found or found[0].id != base_id:
        raise NotFoundError(f"There is no base {base_id}. /v1/servers/{key}/bases lists them.")
    return answered(request, OneBase(**world.origin.fields(), base=found[0]), world.origin)


@router.get(
    "/{key}/base-events",
    summary="What became of bases, in order",
    response_model=BaseEvents,
    responses=NOT_MODIFIED,
)
async def base_events(
    scope: Scoped,
    access: ForTribe,
    key: Key,
    *,
    request: Request,
    tribe_id: TribeFilter = None,
    base_id: BaseFilter = None,
    limit: PageSize = 200,
    after: After = 0,
) -> Response:
    """Return a page of how bases were born, grew, shrank, merged, split and ended from save to save."""
    wanted = access.narrow(tribe_id)
    async with stored_world(scope, key) as world:
        found = await queries.list_base_events(
            world.conn, world.server_id, tribe_id=wanted, base_id=base_id, after=after, limit=limit
        )
    next_after = found[-1].id if len(found) == limit else None
    page = BaseEvents(**world.origin.fields(), events=tuple(found), next_after=next_after)
    return answered(request, page, world.origin)
