"""``/health``: open to whoever asks, and silent about everything but that."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Response

from parser_service.api.schemas import Health
from shared.runtime.reporting import Reporter


def health_routes(reporter: Reporter) -> APIRouter:
    """Return the routes that need no token."""
    router = APIRouter()

    @router.head("/health", include_in_schema=False)
    @router.get("/health", summary="Whether the service does its job")
    async def health(response: Response) -> Health:
        if reporter.report().ready:
            return Health(status="ok")
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        return Health(
            status="starting", detail="The feeds are not all being read yet. Try again in a moment."
        )

    return router
