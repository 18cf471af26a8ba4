"""One request: who calls, with what body; and the answers."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import unquote

from aiohttp import BodyPartReader, web

from sandbox.discord.api_errors import ApiError, invalid, unauthorized
from sandbox.discord.bodies import snowflake_of
from sandbox.discord.core import Core
from sandbox.discord.messages import Upload
from sandbox.discord.models import Json, User
from sandbox.discord.snowflake import Snowflake

# Discord docs, "Uploading Files": 25 MiB for a whole request.
MOST_REQUEST_BYTES = 25 * 1024 * 1024

# discord.py compares the header with this, exactly; "; charset=utf-8" makes it hand out a string
# (http.py, ``json_or_text``).
JSON_TYPE = "application/json"

_SLOT = re.compile(r"\D")


class Bucket(StrEnum):
    """Which rate limit a route falls under."""

    MESSAGES = "messages"
    WEBHOOKS = "webhooks"
    OTHER = "other"
    # Discord docs, "Rate Limits": interaction endpoints are not bound to the global limit.
    EXEMPT = "exempt"


class Call:
    """One request to the API."""

    def __init__(self, request: web.Request, core: Core, caller: User | None) -> None:
        self.request = request
        self.core = core
        self.caller = caller
        self.sent: Any = None

    @property
    def user(self) -> User:
        """Return who calls, or answer 401."""
        if self.caller is None:
            raise unauthorized()
        return self.caller

    @property
    def user_id(self) -> Snowflake:
        """Return the id of who calls, or answer 401."""
        return self.user.id

    def id(self, name: str) -> Snowflake:
        """Return an id from the path; ``@me`` is the caller's."""
        value = self.request.match_info[name]
        return self.user_id if value == "@me" else snowflake_of(value, name)

    def part(self, name: str) -> str:
        """Return a piece of the path."""
        return self.request.match_info[name]

    def query_int(self, name: str, default: int, *, least: int, most: int) -> int:
        """Return a number from the query, or answer 400."""
        text = self.request.query.get(name)
        if text is None:
            return default
        if not re.fullmatch(r"[0-9]{1,6}", text) or not least <= int(text) <= most:
            raise invalid(name, "NUMBER_TYPE_MAX", f"int value should be between {least} and {most}.")
        return int(text)

    def query_id(self, name: str) -> Snowflake | None:
        """Return an id from the query, if it is there."""
        text = self.request.query.get(name)
        return None if text is None else snowflake_of(text, name)

    def query_flag(self, name: str) -> bool:
        """Return whether a switch of the query is on; discord.py sends ``1`` or ``true``."""
        return self.request.query.get(name, "").lower() in {"1", "true"}

    @property
    def reason(self) -> str | None:
        """Return the reason for the audit log (Discord docs, ``X-Audit-Log-Reason``)."""
        text = self.request.headers.get("X-Audit-Log-Reason")
        return unquote(text)[:512] if text else None

    async def json(self) -> Json:
        """Return the body as an object; an empty body is an empty object."""
        body = await self.any_json()
        if not isinstance(body, dict):
            raise ApiError(400, 50109, "The request body contains invalid JSON.")
        return body

    async def any_json(self) -> Any:
        """Return the body, whatever kind of JSON it is."""
        text = await self.request.text()
        self.sent = _parse_json(text) if text else {}
        return self.sent

    async def form(self) -> tuple[Json, list[Upload]]:
        """Return the body and its files, whether it came as JSON or as a form."""
        if not self.request.content_type.startswith("multipart/"):
            return await self.json(), []
        body: Json = {}
        uploads: list[Upload] = []
        async for part in await self.request.multipart():
            if not isinstance(part, BodyPartReader):
                raise ApiError(400, 50035, "Invalid Form Body")
            if part.name == "payload_json":
                body = self.sent = _parse_json(await part.text())
            else:
                uploads.append(await _upload(part))
        return body, uploads


def _parse_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ApiError(400, 50109, "The request body contains invalid JSON.") from error


async def _upload(part: BodyPartReader) -> Upload:
    """Return a file of a form; it is bounded by the request's own limit."""
    return Upload(
        slot=_SLOT.sub("", part.name or "") or "0",
        filename=part.filename or "file",
        content_type=_content_type(part.headers.get("Content-Type"), part.filename or ""),
        body=bytes(await part.read()),
    )


# discord.py sends every file as application/octet-stream; Discord looks at the name (observed).
_BY_ENDING = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".txt": "text/plain; charset=utf-8",
    ".log": "text/plain; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".pdf": "application/pdf",
    ".zip": "application/zip",
}


def _content_type(sent: str | None, filename: str) -> str:
    ending = filename[filename.rfind(".") :].lower() if "." in filename else ""
    return _BY_ENDING.get(ending) or sent or "application/octet-stream"


Handler = Callable[[Call], Awaitable[web.Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A way in: ``path`` is Discord's, with parameters in braces; those ending in ``_id`` are digits."""

    method: str
    path: str
    handler: Handler
    needs_token: bool = True
    bucket: Bucket = Bucket.OTHER


def answer(body: object, status: int = 200) -> web.Response:
    """Return a JSON answer with the content type that discord.py wants."""
    return web.Response(body=json.dumps(body).encode(), status=status, headers={"Content-Type": JSON_TYPE})


def no_content() -> web.Response:
    """Return the answer of a call that gives nothing back."""
    return web.Response(status=204)
