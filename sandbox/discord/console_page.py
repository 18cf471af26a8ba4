"""The console page: its files, and the people one may act as.

The page is reachable by any web page in the same browser, so what it gives out is guarded against
them: only loopback names as host (DNS rebinding), only the page itself as origin, and a token that
only the page's own HTML carries.
"""

from __future__ import annotations

import ipaddress
import json
import secrets
from pathlib import Path

from aiohttp import hdrs, web

from sandbox.discord.core import Core

FOLDER = Path(__file__).parent / "console"

# The page's own files and nothing else; pictures may also be made in the page.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
    " connect-src 'self' {socket}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_PLACE = "__CONSOLE_TOKEN__"
HEADER = "X-Console-Token"


def add_routes(app: web.Application, core: Core) -> None:
    """Serve the page's files and the people one may act as."""
    app[_TOKEN] = secrets.token_urlsafe(32)

    async def people(request: web.Request) -> web.Response:
        return _people(request, core)

    app.router.add_get("/console/{name}", _file)
    app.router.add_post("/console/people", people)


_TOKEN = web.AppKey("console_token", str)


def page(request: web.Request) -> web.Response:
    """Return the page."""
    _refuse_foreign_host(request)
    html = (FOLDER / "index.html").read_text(encoding="utf-8").replace(_PLACE, request.app[_TOKEN])
    return web.Response(
        text=html,
        content_type="text/html",
        headers={
            "Content-Security-Policy": POLICY.format(socket=f"ws://{request.host}"),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
            "Cross-Origin-Opener-Policy": "same-origin",
        },
    )


async def _file(request: web.Request) -> web.Response:
    """Return one of the page's files; a name is looked up among them, never joined into a path."""
    _refuse_foreign_host(request)
    files = {file.name: file for file in FOLDER.iterdir() if file.suffix in _KINDS}
    file = files.get(request.match_info["name"])
    if file is None:
        raise web.HTTPNotFound
    return web.Response(
        body=file.read_bytes(),
        content_type=_KINDS[file.suffix],
        charset="utf-8",
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"},
    )


def _people(request: web.Request, core: Core) -> web.Response:
    """Return the people with their tokens, to the page alone."""
    _refuse_foreign_host(request)
    own = f"http://{request.host}"
    if request.headers.get(hdrs.ORIGIN, own) != own:
        raise web.HTTPForbidden(text="not from this page")
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise web.HTTPForbidden(text="not from this page")
    if not secrets.compare_digest(request.headers.get(HEADER, "").encode(), request.app[_TOKEN].encode()):
        raise web.HTTPForbidden(text="not from this page")
    state = next(iter(core.world.guilds.values()))
    people = [core.world.users[user_id] for user_id in state.members if not core.world.users[user_id].bot]
    body = {
        "guild_id": state.guild.id,
        "people": [
            {
                "id": person.id,
                "token": person.token,
                "name": person.global_name or person.username,
                "is_owner": person.id == state.guild.owner_id,
            }
            for person in people
        ],
    }
    return web.Response(
        text=json.dumps(body), content_type="application/json", headers={"Cache-Control": "no-store"}
    )


def _refuse_foreign_host(request: web.Request) -> None:
    """Refuse a name that is not this machine's: a rebound DNS name would be another site's."""
    name = request.url.host or ""
    if name == "localhost":
        return
    try:
        is_loopback = ipaddress.ip_address(name).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise web.HTTPForbidden(text="Open this page under 127.0.0.1 or localhost.")
