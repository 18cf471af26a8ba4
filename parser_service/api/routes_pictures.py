"""``/v1/servers/{key}/map.png`` and ``timelapse``: territory as pictures."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from parser_service.api.authorising import ForTribe
from parser_service.api.drawings import AskedLapse, AskedMap, map_picture, timelapse
from parser_service.api.etags import NOT_MODIFIED
from parser_service.api.parameters import Key, SaveFilter, TribeFilter
from parser_service.api.scope import Scoped
from parser_service.pictures.domain import Colouring, Form

router = APIRouter(prefix="/v1/servers", tags=["pictures"])

Mode = Annotated[Colouring, Query(description="What colours mean: whose a base is, or when it decays.")]
Frames = Annotated[int, Query(ge=2, le=30, description="How many saves are shown at most.")]
Days = Annotated[int, Query(ge=1, le=365, description="How far back the time-lapse begins.")]


def _file(kind: str) -> dict[int | str, dict[str, Any]]:
    schema = {"type": "string", "format": "binary"}
    return {200: {"description": "The picture.", "content": {kind: {"schema": schema}}}} | NOT_MODIFIED


_PNG: Final = _file("image/png")
_GIF: Final = _file("image/gif")


@router.get("/{key}/map.png", summary="A map of the bases", response_class=Response, responses=_PNG)
async def map_png(
    scope: Scoped,
    access: ForTribe,
    key: Key,
    *,
    request: Request,
    tribe_id: TribeFilter = None,
    colour: Mode = Colouring.TRIBE,
    save_id: SaveFilter = None,
) -> Response:
    """Return a picture of all bases, or of one tribe's, 1,080 pixels wide."""
    asked = AskedMap(tribe_id=access.narrow(tribe_id), colour=colour, save_id=save_id)
    return await map_picture(scope, access, request, key, asked)


@router.get(
    "/{key}/timelapse.gif",
    summary="How the bases grew, as an animated GIF",
    response_class=Response,
    responses=_GIF,
)
async def timelapse_gif(
    scope: Scoped,
    access: ForTribe,
    key: Key,
    *,
    request: Request,
    tribe_id: TribeFilter = None,
    frames: Frames = 12,
    days: Days = 30,
) -> Response:
    """Return the good saves whose columns are kept, evenly chosen, the oldest first."""
    asked = AskedLapse(tribe_id=access.narrow(tribe_id), frames=frames, days=days, form=Form.GIF)
    return await timelapse(scope, access, request, key, asked)


@router.get(
    "/{key}/timelapse.png",
    summary="How the bases grew, as an animated PNG",
    response_class=Response,
    responses=_PNG,
)
async def timelapse_png(
    scope: Scoped,
    access: ForTribe,
    key: Key,
    *,
    request: Request,
    tribe_id: TribeFilter = None,
    frames: Frames = 12,
    days: Days = 30,
) -> Response:
    """Return the good saves whose columns are kept, evenly chosen, the oldest first."""
    asked = AskedLapse(tribe_id=access.narrow(tribe_id), frames=frames, days=days, form=Form.ANIMATED_PNG)
    return await timelapse(scope, access, request, key, asked)
