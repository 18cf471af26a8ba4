"""The API about itself and the account."""

from __future__ import annotations

from aiohttp import web

from sandbox.nitrado import answers
from sandbox.nitrado.answers import Json
from sandbox.nitrado.api import Api
from sandbox.nitrado.bodies import service_body


class Account:
    """``/ping``, ``/maintenance``, ``/version``, ``/token`` and ``/services``."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get("/ping", self._ping),
            web.get("/maintenance", self._maintenance),
            web.get("/version", self._version),
            web.get("/token", self._token),
            web.get("/services", self._services),
            web.get("/services/{id:[0-9]{1,12}}", self._service),
        ]

    async def _ping(self, _: web.Request) -> web.Response:
        return answers.message("All systems operate as expected.")

    async def _maintenance(self, _: web.Request) -> web.Response:
        is_down = self._api.gate.quirks.is_in_maintenance
        names = ("cloud_backend", "domain_backend", "dns_backend", "pmacct_backend")
        return answers.success({"maintenance": dict.fromkeys(names, is_down)})

    async def _version(self, _: web.Request) -> web.Response:
        return answers.message("3ec67777f9121888a04a388d87c934294ba41421")

    async def _token(self, _: web.Request) -> web.Response:
        token: dict[str, Json] = {
            "id": 1,
            "user": {"id": 2, "username": "sandbox"},
            "expires_at": 2_147_483_647,
            "valid_until": "2038-01-19T03:14:07",
            "scopes": ["user_info", "service"],
            "two_factor_method": None,
            "employee": False,
        }
        return answers.success({"token": token})

    async def _services(self, _: web.Request) -> web.Response:
        now = self._api.clock.now()
        return answers.success(
            {"services": [service_body(each, now) for each in self._api.services.values()]}
        )

    async def _service(self, request: web.Request) -> web.Response:
        service = self._api.find(request)
        return answers.success(
            {"service": {**service_body(service, self._api.clock.now()), "status_code": 2}}
        )
