"""The app: routes, and problem details for every failure."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from fastapi import Depends, FastAPI
from pydantic import SecretStr

from parser_service.api import (
    docs_page,
    routes_differences,
    routes_health,
    routes_pictures,
    routes_saves,
    routes_servers,
    routes_things,
    routes_tokens,
    routes_worlds,
)
from parser_service.api.authorising import authenticate
from parser_service.api.errors import add_error_handlers
from parser_service.api.schemas import Problem
from parser_service.api.scope import Scope, Storage
from parser_service.pictures.painter import Painter
from parser_service.pictures.service import Pictures
from shared.clock import Clock, SystemClock
from shared.db import Database
from shared.ids import GuildId
from shared.runtime.reporting import Reporter

_PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"model": Problem, "content": {"application/problem+json": {}}, "description": description}
    for status, description in {
        401: "No token, or one that does not hold",
        403: "The token's scope does not show this",
        404: "There is no such thing",
        422: "A value that cannot be used",
        503: "A part is away; try again",
    }.items()
}
_ROUTES: Final = (
    routes_servers,
    routes_saves,
    routes_differences,
    routes_worlds,
    routes_things,
    routes_pictures,
    routes_tokens,
)


def build_app(
    *,
    db: Database,
    guild_id: GuildId,
    token: SecretStr,
    reporter: Reporter,
    clock: Clock | None = None,
    storage: Storage | None = None,
    cache: Path | None = None,
) -> FastAPI:
    """Return the API of one community.

    ``token`` is the owner's. Without ``storage``, what needs the columns of saves is not found, and uploads are
    refused. ``cache`` is where the drawing of pictures keeps its list of fonts.
    """
    app = FastAPI(
        title="Helena parser service",
        summary="What the game servers of a community wrote: events, saves, tribes, bases, and all that is in them.",
        version="1",
        # the usual pages load scripts from elsewhere, and are blank without internet
        docs_url=None,
        redoc_url=None,
    )
    app.state.scope = Scope(
        db=db,
        guild_id=guild_id,
        reporter=reporter,
        owner_token=token,
        clock=clock or SystemClock(),
        pictures=Pictures(Painter(cache)),
        storage=storage,
    )
    add_error_handlers(app)
    app.include_router(docs_page.make_router())
    app.include_router(routes_health.router)
    for routes in _ROUTES:
        app.include_router(routes.router, dependencies=[Depends(authenticate)], responses=_PROBLEMS)
    return app
