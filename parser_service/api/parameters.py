"""What requests may ask with; every number is bounded."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from pydantic import BeforeValidator

from shared.domain.events import EventKind

# Postgres' bigint; a larger number names nothing.
MAX_ID = 2**63 - 1

Key = Annotated[
    str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$", description="The server's key in the community file.")
]
PageSize = Annotated[int, Query(ge=1, le=1000)]
After = Annotated[int, Query(ge=0, le=MAX_ID, description="Where the previous page ended.")]


def _known_kind(value: object) -> object:
    # the set itself reads what it does not know as "unknown", which is right for stored events alone
    if value not in set(EventKind):
        raise ValueError(f"kinds are {', '.join(EventKind)}")
    return value


Kind = Annotated[EventKind, BeforeValidator(_known_kind)]
Kinds = Annotated[list[Kind] | None, Query(max_length=len(EventKind))]

# The game's ids of tribes are 32-bit, and some tools write them signed.
TribeFilter = Annotated[int | None, Query(ge=-MAX_ID, le=MAX_ID)]
