"""The app: routes, the token in front of them, and problem details for every failure."""

from __future__ import annotations

import secrets
from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, Header
from pydantic import SecretStr

from parser_service.api import docs_page, routes_health, routes_servers, routes_worlds
from parser_service.api.errors import UnauthorizedError, add_error_handlers
from parser_service.api.schemas import Problem
from parser_service.api.scope import Scope
from shared.db import Database
from shared.ids import GuildId
from shared.runtime.reporting import Reporter

_PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"model": Problem, "content": {"application/problem+json": {}}, "description": description}
    for status, description in {
        401: "No token, or a wrong one",
        404: "There is no such thing",
        422: "A value that cannot be used",
        503: "A part is away; try again",
    }.items()
}


def build_app(*, db: Database, guild_id: GuildId, token: SecretStr, reporter: Reporter) -> FastAPI:
    """Return the API of one community."""
    app = FastAPI(
        title="Helena parser service",
        summary="What the game servers of a community wrote: events, saves, tribes, bases.",
        version="1",
        # the usual pages load scripts from elsewhere, and are blank without internet
        docs_url=None,
        redoc_url=None,
    )
    app.state.scope = Scope(db=db, guild_id=guild_id, reporter=reporter)
    expected = f"Bearer {token.get_secret_value()}".encode()

    async def check_token(authorization: Annotated[str, Header(include_in_schema=False)] = "") -> None:
        if not secrets.compare_digest(authorization.encode("utf-8", "surrogateescape"), expected):
            raise UnauthorizedError(
                "This needs the token of the parser service: 'Authorization: Bearer <HELENA_PARSER_TOKEN>'."
            )

    add_error_handlers(app)
    app.include_router(docs_page.make_router())
    app.include_router(routes_health.router)
    for routes in (routes_servers, routes_worlds):
        app.include_router(routes.router, dependencies=[Depends(check_token)], responses=_PROBLEMS)
    return app
