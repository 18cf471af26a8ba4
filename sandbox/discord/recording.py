"""The record of traffic, one JSON object a line, for checking against Discord's OpenAPI description."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from aiohttp import web

from sandbox.discord.exchange import JSON_TYPE


class Recorder:
    """Writes each exchange: ``m`` method, ``p`` path, ``b`` body, ``s`` status, ``r`` answer, ``bot``."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def note(self, request: web.Request, sent: Any, response: web.Response, *, by_bot: bool) -> None:
        """Write one exchange, as it went over the wire."""
        body = response.body
        is_json = response.headers.get("Content-Type") == JSON_TYPE and isinstance(body, bytes) and body
        line = {
            "m": request.method,
            "p": request.path,
            "q": dict(request.query),
            "b": sent,
            "s": response.status,
            "r": json.loads(body) if is_json and isinstance(body, bytes) else None,
            "bot": by_bot,
        }
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()


@contextmanager
def open_recorder(file: Path | None) -> Iterator[Recorder | None]:
    """Open the record, if one is wanted."""
    if file is None:
        yield None
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as stream:
        yield Recorder(stream)
