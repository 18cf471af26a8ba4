"""The supervisor's ear for orders from the command line: a Unix socket in the data folder."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from supervisor.core import Supervisor
from supervisor.health import health_of


def make_control_app(supervisor: Supervisor) -> web.Application:
    """Return the application that takes orders."""

    async def status(_: web.Request) -> web.Response:
        view = supervisor.view()
        found = health_of(view)
        return web.json_response(
            view.to_json() | {"health": found.line, "announced": supervisor.announced.is_set()}
        )

    async def stop(_: web.Request) -> web.Response:
        supervisor.stop()
        return web.json_response({})

    async def reload(_: web.Request) -> web.Response:
        supervisor.reload()
        return web.json_response({})

    async def restart(request: web.Request) -> web.Response:
        name = request.match_info["service"]
        return web.json_response({}, status=200 if supervisor.restart(name) else 404)

    app = web.Application()
    app.router.add_get("/status", status)
    app.router.add_post("/stop", stop)
    app.router.add_post("/reload", reload)
    app.router.add_post("/restart/{service}", restart)
    return app


@asynccontextmanager
async def serve_control(app: web.Application, path: Path) -> AsyncIterator[None]:
    """Serve an application on a socket that only we may use (its folder is closed to others)."""
    _remove(path)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.UnixSite(runner, str(path)).start()
        _close_to_others(path)
        yield
    finally:
        await runner.cleanup()
        _remove(path)


def _close_to_others(path: Path) -> None:
    path.chmod(0o600)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
