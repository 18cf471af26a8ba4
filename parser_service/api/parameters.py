"""What requests may ask with; every number is bounded."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Path, Query
from pydantic import AwareDatetime, BeforeValidator

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

# pydantic would take numbers too, as seconds since 1970
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:?\d\d)")


def _written_out(value: object) -> object:
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise ValueError("an instant is written like 2026-09-13T18:00:00Z, with its time zone")
    return value


Instant = Annotated[AwareDatetime, BeforeValidator(_written_out)]

TribePath = Annotated[int, Path(ge=-MAX_ID, le=MAX_ID, description="The game's id of the tribe.")]
SavePath = Annotated[int, Path(ge=1, le=MAX_ID, description="The id that a save has in the list of saves.")]
NumberPath = Annotated[int, Path(ge=1, le=MAX_ID)]

SaveFilter = Annotated[
    int | None,
    Query(ge=1, le=MAX_ID, description="A save whose columns are kept; without it, the save in use."),
]
BaseFilter = Annotated[int | None, Query(ge=1, le=MAX_ID)]
# The game's longest class names have some 120 letters.
ClassFilter = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=300,
        description="A class as saves spell it, such as ``Rex_Character_BP_C``; small letters will do.",
    ),
]
Cursor = Annotated[
    str | None,
    Query(
        pattern=r"^[1-9][0-9]{0,17}-[0-9]{1,10}$",
        description="``next_cursor`` of the page before; it stays with the save of that page.",
    ),
]

Before = Annotated[int | None, Query(ge=1, le=MAX_ID, description="Where the previous page ended.")]
SavedAt = Annotated[
    Instant | None,
    Query(description="When the game wrote the file; without it, now. Decay is counted from here."),
]
