"""The API, running."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from sandbox.ark.cluster import Cluster
from sandbox.ark.tasks import open_tasks
from sandbox.nitrado.api import Api
from sandbox.nitrado.gate import Gate, Handler
from sandbox.nitrado.quirks import NitradoQuirks
from sandbox.nitrado.routes_account import Account
from sandbox.nitrado.routes_files import Files
from sandbox.nitrado.routes_server import GameServer
from shared.clock import Clock, SystemClock

SAMPLE_SECONDS = 30.0


class NitradoStandIn:
    """The running API: where it is, its token, and its switches."""

    def __init__(self, cluster: Cluster, *, token: str, clock: Clock) -> None:
        self.token = token
        self.url = ""
        self._gate = Gate(token, clock)
        self._api = Api(cluster, self._gate, clock)
        self._files = Files(self._api)

    @property
    def quirks(self) -> NitradoQuirks:
        """How the API misbehaves; may be replaced at any time."""
        return self._gate.quirks

    @quirks.setter
    def quirks(self, quirks: NitradoQuirks) -> None:
        self._gate.quirks = quirks

    @property
    def requests(self) -> list[tuple[str, str]]:
        """Method and path of every request that came."""
        return self._gate.requests

    @property
    def service_ids(self) -> dict[str, int]:
        """The service of each server, by the server's key."""
        return {key: service.service_id for key, service in self._api.services.items()}

    def application(self) -> web.Application:
        """Return the application."""

        @web.middleware
        async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self._gate.check(request, handler)

        app = web.Application(middlewares=[check])
        for part in (Account(self._api), GameServer(self._api), self._files):
            app.add_routes(part.routes())
        return app

    def listens_at(self, url: str) -> None:
        """Learn the address."""
        self.url = url
        self._files.url = url

    async def sample(self) -> None:
        """Note again and again how many are on."""
        while True:
            self._api.note()
            await asyncio.sleep(SAMPLE_SECONDS)


@asynccontextmanager
async def open_nitrado(
    *, cluster: Cluster, port: int = 0, token: str | None = None, clock: Clock | None = None
) -> AsyncIterator[NitradoStandIn]:
    """Serve the API on loopback; 0 takes any free port, and without a token a new one is made."""
    clock = clock or SystemClock()
    stand_in = NitradoStandIn(cluster, token=token or secrets.token_urlsafe(32), clock=clock)
    runner = web.AppRunner(stand_in.application(), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        address = runner.addresses[0]
        stand_in.listens_at(f"http://127.0.0.1:{address[1]}")
        async with open_tasks() as group:
            sampler = group.create_task(stand_in.sample())
            try:
                yield stand_in
            finally:
                sampler.cancel()
    finally:
        await runner.cleanup()
