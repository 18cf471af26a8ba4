"""``/docs``: the API on one page of our own, which needs neither the internet nor scripts."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from parser_service.api.describing import Api, api_of

_FOLDER = Path(__file__).parent / "page"

# Nothing from elsewhere is loaded, nothing is run, and no other site may frame the page.
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def make_router() -> APIRouter:
    """Return the routes of the page and of its style; both are open, as the description itself is."""
    pages = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = pages.get_template("docs.html")
    router = APIRouter(include_in_schema=False)

    @router.get("/docs")
    async def docs(request: Request) -> HTMLResponse:
        described: dict[str, Any] = request.app.openapi()
        api: Api = api_of(described)
        base = str(request.base_url).rstrip("/")
        return HTMLResponse(template.render(api=api, base=base), headers=_HEADERS)

    @router.get("/docs/style.css")
    async def style() -> FileResponse:
        return FileResponse(_FOLDER / "style.css", media_type="text/css", headers=_HEADERS)

    return router
