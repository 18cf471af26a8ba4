"""ETags by content: of small answers their own bytes, of large ones the save they come from and what was asked."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import Any, Final

from fastapi import Request, Response

from parser_service.api.access import Access
from parser_service.api.origin import Origin
from parser_service.api.schemas import Answer

NOT_MODIFIED: Final[dict[int | str, dict[str, Any]]] = {
    304: {"description": "What ``If-None-Match`` names is what would be answered."}
}


def etag_of(origin: Origin, access: Access, *asked: object) -> str:
    """Return the ETag of an answer made from a save, for whoever asks, and what was asked of it."""
    whole = (origin.content_hash, origin.decoded_at.isoformat(), origin.verdict, access.scope)
    return _quoted("\0".join((*whole, *map(repr, asked))).encode("utf-8", "surrogatepass"))


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
    return {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Accept, Authorization"}


def answered(request: Request, answer: Answer, origin: Origin | None = None) -> Response:
    """Return an answer with the ETag of its own bytes, or that the caller has it."""
    body = answer.model_dump_json().encode()
    etag = _quoted(body)
    if is_known(request, etag):
        return not_modified(etag)
    headers = caching(etag) | ({} if origin is None else origin.headers())
    return Response(body, media_type="application/json", headers=headers)


def _quoted(content: bytes) -> str:
    return f'"{hashlib.blake2b(content, digest_size=16).hexdigest()}"'
