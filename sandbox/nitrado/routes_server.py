"""One game server: what it does, who is on, and making it do something."""

from __future__ import annotations

from aiohttp import web

from sandbox.ark.commands import run_command
from sandbox.ark.screen import Shown
from sandbox.ark.server import State
from sandbox.nitrado import answers
from sandbox.nitrado.api import Api
from sandbox.nitrado.bodies import Service, gameserver_body, players_body, stats_body

BASE = "/services/{id:[0-9]{1,12}}/gameservers"
MOST_HOURS = 168


class GameServer:
    """``…/gameservers`` and what is below it, but for files."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get(BASE, self._details),
            web.post(f"{BASE}/restart", self._restart),
            web.post(f"{BASE}/stop", self._stop),
            web.post(f"{BASE}/games/start", self._start),
            web.get(f"{BASE}/stats", self._stats),
            web.get(f"{BASE}/games/players", self._players),
            web.get(f"{BASE}/games/banlist", self._banlist),
            web.get(f"{BASE}/app_server", self._app_ping),
            web.post(f"{BASE}/app_server/command", self._command),
        ]

    async def _details(self, request: web.Request) -> web.Response:
        service = self._api.find(request)
        is_empty = self._api.gate.quirks.has_empty_query
        body = gameserver_body(service, self._api.changed_at(service), has_empty_query=is_empty)
        return answers.success({"gameserver": body})

    async def _restart(self, request: web.Request) -> web.Response:
        service = self._api.find(request)
        if self._is_busy(service):
            return answers.in_progress()
        form = await request.post()
        self._announce(service, form.get("message"), form.get("restart_message"))
        if service.server.state is State.DOWN:
            service.server.start()
        else:
            service.server.restart()
        return answers.message("Server will be restarted now.")

    async def _stop(self, request: web.Request) -> web.Response:
        service = self._api.find(request)
        if self._is_busy(service):
            return answers.in_progress()
        form = await request.post()
        self._announce(service, form.get("message"), form.get("stop_message"))
        service.server.stop()
        return answers.message("Server will be stopped now.")

    async def _start(self, request: web.Request) -> web.Response:
        service = self._api.find(request)
        form = await request.post()
        if form.get("game") != service.code:
            return answers.broken()
        service.server.start()
        return answers.message("Game will be started now.")

    async def _stats(self, request: web.Request) -> web.Response:
        service = self._api.find(request)
        hours = _number(request, "hours", 24)
        if hours is None or not 1 <= hours <= MOST_HOURS:
            return answers.broken()
        slots = service.server.spec.max_players
        body = stats_body(self._api.samples(service), slots, hours, self._api.clock.now())
        return answers.success({"stats": body})

    async def _players(self, request: web.Request) -> web.Response:
        return answers.success({"players": players_body(self._api.find(request).server)})

    async def _banlist(self, request: web.Request) -> web.Response:
        banned = sorted(self._api.find(request).server.world.banned)
        return answers.success(
            {"banlist": [{"name": None, "id": each, "id_type": "internal"} for each in banned]}
        )

    async def _app_ping(self, request: web.Request) -> web.Response:
        self._api.find(request)
        return answers.message("Application server pinged")

    async def _command(self, request: web.Request) -> web.Response:
        """Run a command; its output goes elsewhere (a websocket), so this is no substitute for RCON."""
        service = self._api.find(request)
        command = (await request.post()).get("command")
        if not isinstance(command, str) or service.server.state is not State.UP:
            return answers.broken()
        await run_command(service.server, command)
        return answers.message("Command successfully sent to the application server")

    def _is_busy(self, service: Service) -> bool:
        return self._api.gate.quirks.is_busy or service.server.state is State.STARTING

    def _announce(self, service: Service, message: object, shown: object) -> None:
        """Write the message for restart.log, and show the one for the game."""
        if isinstance(message, str) and message:
            path = service.restart_log
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as file:
                file.write(f"{self._api.clock.now():%Y-%m-%d %H:%M:%S} {message}\n")
        if isinstance(shown, str) and shown and service.server.state is State.UP:
            service.server.show(Shown.BROADCAST, shown)


def _number(request: web.Request, name: str, default: int) -> int | None:
    text = request.query.get(name, str(default))
    return int(text) if text.isdecimal() and len(text) < 10 else None
