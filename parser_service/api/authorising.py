"""Who asks, and whether they may: the token of a request, checked before anything else of it is looked at."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated, Final

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer

from parser_service.api.access import Access, AccessKind
from parser_service.api.errors import UnauthorizedError
from parser_service.api.scope import Scoped
from parser_service.api.tokens import find_access
from shared.errors import ForbiddenError

# It describes the header to programs; what is in the header is read below, so that every failure is our own.
_BEARER: Final = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="The owner's token (HELENA_PARSER_TOKEN), or one made with POST /v1/tokens.",
)
_OWNER: Final = Access(kind=AccessKind.OWNER, actor="owner")


async def authenticate(request: Request, scope: Scoped, _: Annotated[object, Security(_BEARER)]) -> Access:
    """Return what the request's token gives access to.

    Raises
    ------
    UnauthorizedError
        When there is no token, or one that is unknown, revoked or has expired.
    """
    header = request.headers.get("Authorization", "")
    if secrets.compare_digest(header.encode("utf-8", "surrogateescape"), scope.owner_header()):
        return _OWNER
    word, _space, secret = header.partition(" ")
    access = None
    if word == "Bearer":
        async with scope.db.connection() as conn:
            access = await find_access(conn, scope.guild_id, secret, now=scope.clock.now())
    if access is None:
        raise UnauthorizedError(
            "This needs a token: 'Authorization: Bearer <HELENA_PARSER_TOKEN>', or one that the owner made."
        )
    return access


Authenticated = Annotated[Access, Depends(authenticate)]


def _allow(*kinds: AccessKind) -> Callable[[Request, Access], Awaitable[Access]]:
    async def check(request: Request, access: Authenticated) -> Access:
        if access.kind not in kinds:
            raise ForbiddenError(f"A token with the scope '{access.scope}' does not show this.")
        if (key := request.path_params.get("key")) is not None:
            access.check_server(key)
        if access.tribe_id is not None and request.path_params.get("tribe_id", str(access.tribe_id)) != str(
            access.tribe_id
        ):
            raise ForbiddenError(f"This token is for the tribe {access.tribe_id} alone.")
        return access

    return check


ForOwner = Annotated[Access, Depends(_allow(AccessKind.OWNER))]
"""The owner alone: who may see what is decided here."""
ForStaff = Annotated[Access, Depends(_allow(AccessKind.OWNER, AccessKind.STAFF))]
"""Staff: everything there is."""
ForTribe = Annotated[Access, Depends(_allow(AccessKind.OWNER, AccessKind.STAFF, AccessKind.TRIBE))]
"""Staff, and a tribe what is its own."""
ForAll = Annotated[Access, Depends(_allow(*AccessKind))]
"""Every token; what is answered still depends on it."""
