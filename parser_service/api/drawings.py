"""From what is asked for to a picture: which saves, which bases, and what the page is called."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from fastapi import Request, Response

from parser_service.api import queries
from parser_service.api.access import Access
from parser_service.api.columns import read_columns
from parser_service.api.etags import caching, etag_of, is_known, not_modified
from parser_service.api.origin import Origin, origin_of
from parser_service.api.scope import Scope
from parser_service.pictures.ages import age_in_words
from parser_service.pictures.domain import Colouring, Drawing, Form, Territory
from parser_service.pictures.territory import TABLES, territory_from, territory_of
from shared.errors import NotFoundError
from shared.ids import TribeId
from shared.store.servers import GameServer

_NO_GRID: Final = "The grid of this map is not known: places are in the game's own units."
_MEDIA: Final = {Form.PNG: "image/png", Form.ANIMATED_PNG: "image/png", Form.GIF: "image/gif"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedMap:
    """A map: of all bases or of one tribe's, of a save or of the one in use."""

    tribe_id: TribeId | None
    colour: Colouring
    save_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedLapse:
    """A time-lapse: of all bases or of one tribe's, of at most so many saves of so many days."""

    tribe_id: TribeId | None
    frames: int
    days: int
    form: Form


async def map_picture(scope: Scope, access: Access, request: Request, key: str, asked: AskedMap) -> Response:
    """Return a map."""
    async with scope.db.connection() as conn:
        server = await scope.server(conn, key)
        origin = await origin_of(conn, server, asked.save_id)
    now = scope.clock.now()
    # what depends on the present changes in steps, so that a picture can be kept meanwhile
    hour = now.replace(minute=0, second=0, microsecond=0) if asked.colour is Colouring.DECAY else None
    etag = etag_of(origin, access, "map", asked, server.name, age_in_words(now - origin.saved_at), hour)
    if is_known(request, etag):
        return not_modified(etag)

    async def load() -> Drawing:
        if asked.save_id is None:
            territory = await _stored(scope, server, origin, asked.tribe_id)
        else:
            territory = await _kept(scope, key, origin, asked.tribe_id)
        what = "when bases decay" if asked.colour is Colouring.DECAY else "territory"
        return _drawing(server, (territory,), what, tribe_id=asked.tribe_id, now=now, colour=asked.colour)

    return _answer(origin, etag, await scope.pictures.picture(etag, load), Form.PNG)


async def timelapse(scope: Scope, access: Access, request: Request, key: str, asked: AskedLapse) -> Response:
    """Return a time-lapse."""
    now = scope.clock.now()
    async with scope.db.connection() as conn:
        server = await scope.server(conn, key)
        since = now - timedelta(days=asked.days)
        saves = await queries.list_kept_saves(conn, server.id, since=since, until=now)
        if not saves:
            raise NotFoundError(f"No good save of the last {asked.days} days is kept. Ask for more days.")
        chosen = [saves[place].id for place in _evenly(len(saves), asked.frames)]
        origins = [await origin_of(conn, server, save_id) for save_id in chosen]
    etag = etag_of(origins[-1], access, "timelapse", asked, server.name, chosen)
    if is_known(request, etag):
        return not_modified(etag)

    async def load() -> Drawing:
        frames = [await _kept(scope, key, origin, asked.tribe_id) for origin in origins]
        return _drawing(server, frames, "growth", tribe_id=asked.tribe_id, now=now, form=asked.form)

    picture = await scope.pictures.picture(etag, load)
    return _answer(origins[-1], etag, picture, asked.form)


async def _stored(scope: Scope, server: GameServer, origin: Origin, tribe_id: TribeId | None) -> Territory:
    """Return the territory of the save in use, which needs no columns."""
    async with scope.db.transaction() as conn:
        await queries.set_snapshot(conn)
        bases = await queries.list_territory(conn, server.id, tribe_id=tribe_id)
        names = await queries.list_tribe_names(conn, server.id)
    return await asyncio.to_thread(
        territory_from, bases, map_name=origin.map, saved_at=origin.saved_at, names=names
    )


async def _kept(scope: Scope, key: str, origin: Origin, tribe_id: TribeId | None) -> Territory:
    """Return the territory of a save whose columns are kept."""
    save = await read_columns(scope, key, origin, TABLES)
    territory = await asyncio.to_thread(territory_of, save)
    return territory if tribe_id is None else territory.of_tribe(tribe_id)


def _drawing(
    server: GameServer,
    frames: Sequence[Territory],
    what: str,
    *,
    tribe_id: TribeId | None,
    now: datetime,
    colour: Colouring = Colouring.TRIBE,
    form: Form = Form.PNG,
) -> Drawing:
    title = f"{server.name} · {what}"
    if tribe_id is not None:
        name = frames[-1].names.get(tribe_id) or f"tribe {tribe_id}"
        title = f"{name} · {title}"
    return Drawing(
        frames=tuple(frames),
        title=title,
        colouring=colour,
        form=form,
        now=now,
        note="" if frames[-1].is_geographic else _NO_GRID,
        tribe_id=tribe_id,
    )


def _answer(origin: Origin, etag: str, picture: bytes, form: Form) -> Response:
    return Response(picture, media_type=_MEDIA[form], headers=origin.headers() | caching(etag))


def _evenly(count: int, most: int) -> list[int]:
    """Return which of so many to take, evenly, the first and the last among them."""
    places = np.linspace(0, count - 1, min(count, most)).round().astype(np.int64)
    chosen: list[int] = np.unique(places).tolist()
    return chosen
