"""Tokens, as the API answers and takes them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from parser_service.api.access import SCOPE
from parser_service.api.parameters import Instant
from parser_service.api.schemas import Answer


class NewTokenBody(BaseModel):
    """A token to be made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # Postgres' text takes no NUL, and nobody can read control characters
    label: Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+$")] = (
        Field(description="Whom or what it is for.")
    )
    scope: Annotated[str, StringConstraints(max_length=80, pattern=SCOPE)] = Field(
        description="``staff``, ``public``, or ``tribe:<server>:<tribe id>``."
    )
    expires_at: Instant | None = Field(default=None, description="Without it, the token holds until revoked.")


class Token(Answer):
    """A token, without its secret."""

    id: int
    label: str
    scope: str
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class MadeToken(Token):
    """A token that was just made."""

    token: str = Field(description="Its secret: shown this once, and kept nowhere.")


class Tokens(Answer):
    """A page of tokens; ``next_after`` is what to ask with for the next page."""

    tokens: tuple[Token, ...]
    next_after: int | None
