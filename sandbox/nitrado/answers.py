"""The envelope of every answer, and the errors in it."""

from __future__ import annotations

from typing import TypeAlias

from aiohttp import web

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""What an answer may hold."""


def success(data: dict[str, Json], *, status: int = 200) -> web.Response:
    """Return ``{"status": "success", "data": …}``."""
    return web.json_response({"status": "success", "data": data}, status=status)


def message(text: str) -> web.Response:
    """Return ``{"status": "success", "message": …}``, the answer to actions."""
    return web.json_response({"status": "success", "message": text})


def failure(status: int, text: str, *, headers: dict[str, str] | None = None) -> web.Response:
    """Return ``{"status": "error", "message": …}``; the texts are those of the documentation."""
    return web.json_response({"status": "error", "message": text}, status=status, headers=headers)


def unauthorized() -> web.Response:
    """Return what a wrong token gets."""
    return failure(401, "Access denied. Please check your access token and scopes.")


def not_found() -> web.Response:
    """Return what an unknown address gets."""
    return failure(404, "Invalid address. Please check url and HTTP method (GET, POST, PUT, DELETE)")


def in_progress() -> web.Response:
    """Return what a second restart gets while the first is under way."""
    return failure(428, "Concurrency error. The same action is already in progress. Please wait.")


def no_such_file() -> web.Response:
    """Return what a missing file gets: 500, and not 404 (thommcgrath/Beacon)."""
    return failure(500, "File doesn't exist")


def expired() -> web.Response:
    """Return what a service gets that has run out (thommcgrath/Beacon)."""
    return failure(500, "The service is currently in state 4 but it expecting state 2,3.")


def maintenance() -> web.Response:
    """Return what everybody gets during maintenance."""
    text = "Maintenance. API is currently not available. Please come back in a few minutes and try it again."
    return failure(503, text)


def broken() -> web.Response:
    """Return an internal error with its id."""
    text = "An error occurred. Please try it again or check your parameters."
    return failure(500, text, headers={"X-Raven-Event-ID": "5f0c7d2e9a1b4c3d"})


def too_many() -> web.Response:
    """Return what comes after the last request of the hour."""
    return failure(429, "Rate limit exceeded. It is released within one hour.")


def cloudflare() -> web.Response:
    """Return the page of whoever stands before the API."""
    page = "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body></body></html>"
    return web.Response(status=403, text=page, content_type="text/html", headers={"Server": "cloudflare"})
