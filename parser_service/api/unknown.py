"""Lines that nobody knows, counted by what they have in common."""

from __future__ import annotations

from collections.abc import Iterable

from parser_service.api.schemas import UnknownLine
from parser_service.grammar.shapes import shape_of


def by_shape(lines: Iterable[UnknownLine]) -> list[UnknownLine]:
    """Return lines joined by the shape of their examples, the most frequent first."""
    joined: dict[str, UnknownLine] = {}
    for line in lines:
        shape = shape_of(line.example)
        known = joined.get(shape)
        joined[shape] = UnknownLine(
            pattern=shape,
            example=line.example if known is None else known.example,
            count=line.count + (0 if known is None else known.count),
            last_at=line.last_at if known is None else max(line.last_at, known.last_at),
        )
    return sorted(joined.values(), key=lambda line: (-line.count, line.pattern))
