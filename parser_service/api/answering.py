"""Rows of a save's columns as an answer: a page of JSON, or all of them streamed as NDJSON."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, TypeAlias

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from pydantic_core import to_json
from starlette.types import Message, Send

from parser_service.api.etags import caching
from shared.errors import NotFoundError

NDJSON: Final = "application/x-ndjson"
STREAMED: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": f"A page; with ``Accept: {NDJSON}`` all rows there are, one object on each line.",
        "content": {NDJSON: {"schema": {"type": "string"}}},
    }
}
"""What the description says of routes that answer rows."""

# Some milliseconds of work for a thread, during which the event loop gets the interpreter when it asks for it.
_ROWS_AT_ONCE: Final = 250
# Who does not take what it asked for holds memory for nothing.
_SEND_SECONDS: Final = 60.0

WriteRows: TypeAlias = Callable[[int, int], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowAnswer:
    """Rows to answer: how many there are, how some of them are written, and what goes with them."""

    save_id: int
    total: int
    write: WriteRows
    fields: Mapping[str, Any]
    headers: Mapping[str, str]
    etag: str


def wants_ndjson(request: Request) -> bool:
    """Tell whether a request asks for lines instead of a page."""
    accepted = request.headers.get("Accept", "").split(",")
    return any(part.partition(";")[0].strip().lower() == NDJSON for part in accepted)


def cursor_save(cursor: str | None, save_id: int | None) -> int | None:
    """Return the save that a page is of: that of the page before, if there was one.

    Raises
    ------
    NotFoundError
        When the page before was of another save than the one asked for.
    """
    if cursor is None:
        return save_id
    number = int(cursor.partition("-")[0])
    if save_id not in {None, number}:
        raise NotFoundError("The cursor is of a page of another save. Leave one of the two out.")
    return number


async def answer_page(answer: RowAnswer, *, cursor: str | None, limit: int) -> Response:
    """Return a page of rows."""
    start = int(cursor.partition("-")[2]) if cursor else 0
    end = min(start + limit, answer.total)
    body = await asyncio.to_thread(_page, answer, start, max(start, end))
    headers = dict(answer.headers) | caching(answer.etag)
    return Response(body, media_type="application/json", headers=headers)


def stream_rows(answer: RowAnswer) -> Response:
    """Return all rows, written while they are sent; at no time are there more than some hundred in memory."""
    headers = dict(answer.headers) | caching(answer.etag)
    return _TimedStream(_lines(answer), media_type=NDJSON, headers=headers, status_code=HTTPStatus.OK)


def _page(answer: RowAnswer, start: int, end: int) -> bytes:
    next_cursor = f"{answer.save_id}-{end}" if end < answer.total else None
    rows = answer.write(start, end)
    return to_json({**answer.fields, "total": answer.total, "next_cursor": next_cursor, "rows": rows})


async def _lines(answer: RowAnswer) -> AsyncIterator[bytes]:
    for start in range(0, answer.total, _ROWS_AT_ONCE):
        yield await asyncio.to_thread(_written, answer.write, start, min(start + _ROWS_AT_ONCE, answer.total))


def _written(write: WriteRows, start: int, end: int) -> bytes:
    rows: Sequence[dict[str, Any]] = write(start, end)
    return b"".join(to_json(row) + b"\n" for row in rows)


class _TimedStream(StreamingResponse):
    """A stream that gives up on a caller who takes nothing."""

    async def stream_response(self, send: Send) -> None:
        """Send all of it."""

        async def timed(message: Message) -> None:
            async with asyncio.timeout(_SEND_SECONDS):
                await send(message)

        await super().stream_response(timed)
