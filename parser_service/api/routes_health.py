"""``/health``: open to whoever asks, and silent about everything but that."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Response

from parser_service.api.schemas import Health
from parser_service.api.scope import Scoped

router = APIRouter(tags=["health"])


@router.head("/health", include_in_schema=False)
@router.get("/health", summary="Whether the service does its job")
async def health(scope: Scoped, response: Response) -> Health:
    """Answer 200 when every feed is read and the API listens, 503 until then."""
    if scope.reporter.report().ready:
        return Health(status="ok")
    response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return Health(status="starting", detail="The feeds are not all being read yet. Try again in a moment.")
