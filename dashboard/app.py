"""The web application: one page, and the API it reads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

from dashboard.schemas import Overview
from dashboard.service import OverviewService
from shared.errors import OperationalError

_PAGE = Path(__file__).parent / "page"

# Nothing from elsewhere is loaded, nothing inline is run, and no other site may frame the page.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def create_app(service: OverviewService) -> FastAPI:
    """Return the application over this service."""
    # the interactive documentation loads scripts from elsewhere, which the policy forbids
    app = FastAPI(
        title="Helena dashboard", version="1", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json"
    )

    @app.middleware("http")
    async def add_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    @app.exception_handler(OperationalError)
    async def unavailable(_: Request, error: OperationalError) -> JSONResponse:
        body = {"title": str(error), "status": 503, "code": error.code}
        return JSONResponse(body, status_code=503, media_type="application/problem+json")

    @app.get("/api/v1/overview")
    async def overview() -> Overview:
        """Return every community with its servers: state, players, saves, each with its age."""
        return await service.overview()

    @app.get("/health", include_in_schema=False)
    async def health() -> dict[str, str]:
        return {"status": "OK"}

    @app.get("/", include_in_schema=False)
    async def index() -> FileResponse:
        return FileResponse(_PAGE / "index.html")

    app.mount("/static", StaticFiles(directory=_PAGE), name="static")
    return app
