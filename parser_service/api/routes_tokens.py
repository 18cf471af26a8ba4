"""``/v1/tokens``: what the owner gives to others."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Response

from parser_service.api.access import AskedScope
from parser_service.api.authorising import ForOwner
from parser_service.api.parameters import After, NumberPath, PageSize
from parser_service.api.schemas import Problem
from parser_service.api.schemas_tokens import MadeToken, NewTokenBody, Token, Tokens
from parser_service.api.scope import Scoped
from parser_service.api.token_service import make_token, withdraw_token
from parser_service.api.tokens import list_tokens

router = APIRouter(prefix="/v1/tokens", tags=["tokens"])


@router.get("", summary="The tokens that were made, without their secrets")
async def tokens(scope: Scoped, access: ForOwner, after: After = 0, limit: PageSize = 100) -> Tokens:
    """Return a page of the tokens, also of those that are revoked or have expired."""
    del access
    async with scope.db.connection() as conn:
        found = await list_tokens(conn, scope.guild_id, after=after, limit=limit)
    next_after = found[-1].id if len(found) == limit else None
    return Tokens(tokens=tuple(Token.model_validate(row) for row in found), next_after=next_after)


@router.post(
    "",
    summary="Make a token",
    status_code=HTTPStatus.CREATED,
    responses={
        400: {
            "model": Problem,
            "content": {"application/problem+json": {}},
            "description": "The body is no JSON",
        }
    },
)
async def add_token(scope: Scoped, access: ForOwner, body: NewTokenBody, response: Response) -> MadeToken:
    """Make a token that shows what its scope allows, and return its secret, which cannot be had again."""
    row, secret = await make_token(
        scope.db,
        scope.guild_id,
        label=body.label,
        scope=AskedScope.parse(body.scope),
        actor=access.actor,
        now=scope.clock.now(),
        expires_at=body.expires_at,
    )
    response.headers["Cache-Control"] = "no-store"
    return MadeToken(**Token.model_validate(row).model_dump(), token=secret)


@router.delete(
    "/{token_id}",
    summary="Revoke a token",
    status_code=HTTPStatus.NO_CONTENT,
    responses={204: {"description": "It is refused from now on."}},
)
async def remove_token(scope: Scoped, access: ForOwner, token_id: NumberPath) -> None:
    """Let a token be refused from now on; that it was there stays on record."""
    await withdraw_token(scope.db, scope.guild_id, token_id, actor=access.actor, now=scope.clock.now())
