"""What requests may ask with; every number is bounded."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query

# Postgres' bigint; a larger number names nothing.
MAX_ID = 2**63 - 1

Key = Annotated[
    str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$", description="The server's key in the community file.")
]
PageSize = Annotated[int, Query(ge=1, le=1000)]
After = Annotated[int, Query(ge=0, le=MAX_ID, description="Where the previous page ended.")]
