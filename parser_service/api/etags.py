"""ETags by content: tribes and bases are what the save in use says, so its hash names the answer."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import Any, Final

from fastapi import Request, Response

from parser_service.api.schemas import Save

NOT_MODIFIED: Final[dict[int | str, dict[str, Any]]] = {
    304: {"description": "What ``If-None-Match`` names is what would be answered."}
}


def etag_of(save: Save, *asked: object) -> str:
    """Return the ETag of an answer made from a save and what was asked of it."""
    text = "\0".join((save.content_hash, save.decoded_at.isoformat(), *map(repr, asked)))
    return f'"{hashlib.blake2b(text.encode(), digest_size=16).hexdigest()}"'


def is_known(request: Request, etag: str) -> bool:
    """Tell whether the caller has the answer already (RFC 9110, section 13.1.2)."""
    asked = request.headers.get("If-None-Match", "")
    known = (part.strip().removeprefix("W/") for part in asked.split(","))
    return asked.strip() == "*" or etag in known


def not_modified(etag: str) -> Response:
    """Return the answer that says so."""
    return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=caching(etag))


def caching(etag: str) -> dict[str, str]:
    """Return the headers of an answer that may be kept by whoever asked, and asked for again."""
    return {"ETag": etag, "Cache-Control": "private, no-cache"}
