"""The addresses of the supervisor, for people, monitors and Prometheus."""

from __future__ import annotations

import errno
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shared.errors import ConfigError
from supervisor.health import health_of
from supervisor.state import SystemView
from supervisor.web.metrics import metrics_of
from supervisor.web.page import page_values

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
# A request to a page that is made in milliseconds: whoever holds it longer is broken or hostile.
CLOSE_SECONDS = 2.0


def make_app(view: Callable[[], SystemView]) -> web.Application:
    """Return the application; ``view`` is asked at each request."""
    pages = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    async def page(_: web.Request) -> web.Response:
        now = view()
        html = pages.get_template("page.html").render(page_values(now, health_of(now)))
        return web.Response(text=html, content_type="text/html", headers=_HEADERS)

    async def health(request: web.Request) -> web.Response:
        now = view()
        found = health_of(now)
        wants_json = request.path.endswith(".json") or "application/json" in request.headers.get("Accept", "")
        if wants_json:
            body = {"status": "OK" if found.is_ok else "DEGRADED", "reasons": list(found.reasons)}
            return web.json_response(body | _services(now), status=found.status, headers=_HEADERS)
        return web.Response(text=found.line, status=found.status, headers=_HEADERS)

    async def metrics(_: web.Request) -> web.Response:
        headers = _HEADERS | {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        return web.Response(body=metrics_of(view()), headers=headers)

    app = web.Application()
    app.router.add_get("/", page)
    app.router.add_get("/health", health)
    app.router.add_get("/health.json", health)
    app.router.add_get("/metrics", metrics)
    return app


def _services(view: SystemView) -> dict[str, object]:
    services = {service.name: str(service.phase) for service in view.services}
    return {"services": services, "stores": {store.name.lower(): store.is_up for store in view.stores}}


@asynccontextmanager
async def serve(app: web.Application, *, host: str, port: int) -> AsyncIterator[None]:
    """Serve an application on a port.

    Raises
    ------
    ConfigError
        When the port is taken or the address is not this machine's.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=CLOSE_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        raise port_error(error, host, port, "HELENA_PORT") from error
    try:
        yield
    finally:
        await runner.cleanup()


def port_error(error: OSError, host: str, port: int, variable: str) -> ConfigError:
    """Return in one line why a port cannot be used, and what to do."""
    if error.errno == errno.EADDRINUSE:
        return ConfigError(
            f"Port {port} is in use by another program. Stop that, or set {variable} to a free port."
        )
    if error.errno == errno.EACCES:
        return ConfigError(f"Port {port} may not be used by this user. Set {variable} to one above 1023.")
    return ConfigError(
        f"{host}:{port} cannot be listened on ({error.strerror}). Check HELENA_HOST and {variable}."
    )
