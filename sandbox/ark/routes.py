"""The game in the browser: what is on each server, and the few things a person does to it.

``game_application`` is mounted by the sandbox under ``/game/``.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from sandbox.ark.cluster import Cluster
from sandbox.ark.server import ArkServer
from shared.errors import InvalidInputError, NotFoundError, OperationalError, UserError

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

PAGE = Path(__file__).parent / "page"
FILES = {"": "index.html", "game.css": "game.css", "game.js": "game.js"}
# A request is a name and a line of chat.
MOST_BODY_BYTES = 32 * 1024
LOG_LINES = 60
SCREEN_LINES = 80
LONGEST_STALL_SECONDS = 600.0
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?")


def game_application(cluster: Cluster) -> web.Application:
    """Return the application; its addresses are relative to where it is mounted."""
    app = web.Application(middlewares=[_guard], client_max_size=MOST_BODY_BYTES)
    game = _Game(cluster)
    app.add_routes(
        [
            web.get("/servers", game.servers),
            web.post("/servers/{key}/{action}", game.act),
            web.get("/{name:[a-z.]*}", _file),
        ]
    )
    return app


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse foreign pages (a page may rebind its own name to this machine), and put errors into words."""
    if not _is_ours(request):
        answer: web.StreamResponse = _error(403, "Only pages of this machine may ask.")
    else:
        try:
            answer = await handler(request)
        except NotFoundError as error:
            answer = _error(404, str(error))
        except UserError as error:
            answer = _error(400, str(error))
        except OperationalError as error:
            answer = _error(503, str(error))
    answer.headers.update(HEADERS)
    return answer


def _is_ours(request: web.Request) -> bool:
    if not LOOPBACK.fullmatch(request.host):
        return False
    if request.method == "GET":
        return True
    origin = request.headers.get("Origin")
    # JSON cannot be sent across origins without asking first, and nobody answers that question.
    return request.content_type == "application/json" and (
        origin is None or urlsplit(origin).netloc == request.host
    )


def _error(status: int, text: str) -> web.Response:
    return web.json_response({"error": text}, status=status)


async def _file(request: web.Request) -> web.StreamResponse:
    name = FILES.get(request.match_info["name"])
    return _error(404, "There is no such page.") if name is None else web.FileResponse(PAGE / name)


class _Game:
    """The two ways in: look, and act."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    async def servers(self, _: web.Request) -> web.Response:
        """Show every server."""
        shown = [await asyncio.to_thread(_show, server) for server in self._cluster.servers.values()]
        return web.json_response({"servers": shown})

    async def act(self, request: web.Request) -> web.Response:
        """Do something to a server."""
        server = self._cluster.servers.get(request.match_info["key"])
        action = ACTIONS.get(request.match_info["action"])
        if server is None or action is None:
            message = "There is no such server or action."
            raise NotFoundError(message)
        await action(server, await _body(request))
        return web.json_response({"state": server.state})


async def _body(request: web.Request) -> dict[str, object]:
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError as error:
        message = "The request is not JSON."
        raise InvalidInputError(message) from error
    if not isinstance(body, dict):
        message = "The request is not a JSON object."
        raise InvalidInputError(message)
    return body


def _show(server: ArkServer) -> dict[str, object]:
    world = server.world
    return {
        "key": server.spec.key,
        "name": server.spec.name,
        "game": server.spec.game,
        "map": server.spec.map_name,
        "state": server.state,
        "day": world.day()[0],
        "time": world.day()[1],
        "saves": world.save_count,
        "players": [_player(server, survivor.player_id) for survivor in server.online()],
        "survivors": [_player(server, player_id) for player_id in list(world.survivors)],
        "screen": [
            {"at": line.at.isoformat(), "shown": line.shown, "text": line.text, "to": line.to}
            for line in list(server.screen.lines)[-SCREEN_LINES:]
        ],
        "log": server.log.tail(LOG_LINES),
    }


def _player(server: ArkServer, player_id: int) -> dict[str, object]:
    survivor = server.world.survivors[player_id]
    return {
        "account": survivor.account,
        "name": survivor.name,
        "platform": survivor.platform_name,
        "level": survivor.level,
        "tribe": server.scene.tribe_name(survivor),
    }


async def _say(server: ArkServer, body: dict[str, object]) -> None:
    who, text = body.get("who"), body.get("text")
    if not isinstance(who, str) or not isinstance(text, str):
        message = "Say who speaks (who) and what (text)."
        raise InvalidInputError(message)
    server.say(who, text)


async def _stall(server: ArkServer, body: dict[str, object]) -> None:
    seconds = body.get("seconds", 15)
    if not isinstance(seconds, int | float) or not 0 < seconds <= LONGEST_STALL_SECONDS:
        message = f"Stall for more than 0 and at most {LONGEST_STALL_SECONDS:.0f} seconds."
        raise InvalidInputError(message)
    server.stall(float(seconds))


async def _save(server: ArkServer, _: dict[str, object]) -> None:
    await server.save()


async def _restart(server: ArkServer, _: dict[str, object]) -> None:
    server.restart()


async def _crash(server: ArkServer, _: dict[str, object]) -> None:
    server.crash()


async def _start(server: ArkServer, _: dict[str, object]) -> None:
    server.start()


ACTIONS: dict[str, Callable[[ArkServer, dict[str, object]], Awaitable[None]]] = {
    "say": _say,
    "save": _save,
    "restart": _restart,
    "stall": _stall,
    "crash": _crash,
    "start": _start,
}
