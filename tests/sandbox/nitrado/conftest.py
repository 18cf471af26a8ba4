from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from sandbox.ark.cluster import Cluster, open_cluster
from sandbox.nitrado.app import NitradoStandIn, open_nitrado
from shared.clock import SystemClock


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Any
    text: str
    body: Any


@dataclass(frozen=True, slots=True)
class Desk:
    """The API, the cluster behind it, and a client that knows the token."""

    nitrado: NitradoStandIn
    cluster: Cluster
    session: aiohttp.ClientSession

    async def call(self, method: str, path: str, *, token: str | None = None, **more: Any) -> Answer:
        headers = {"Authorization": f"Bearer {token or self.nitrado.token}", "User-Agent": "Tests/1.0"}
        headers.update(more.pop("headers", {}))
        url = path if path.startswith("http") else self.nitrado.url + path
        async with self.session.request(method, url, headers=headers, **more) as answer:
            text = await answer.text()
            is_json = answer.content_type == "application/json"
            return Answer(answer.status, answer.headers, text, (await answer.json()) if is_json else None)

    async def get(self, path: str, **more: Any) -> Any:
        answer = await self.call("GET", path, **more)
        assert answer.body["status"] == "success", answer.text
        return answer.body.get("data", answer.body.get("message"))

    def base(self, key: str) -> str:
        return f"/services/{self.nitrado.service_ids[key]}/gameservers"


@pytest.fixture(scope="module")
async def cluster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster]:
    data = tmp_path_factory.mktemp("cluster")
    async with open_cluster(data=data, clock=SystemClock(), is_lively=False, boot=timedelta(0)) as opened:
        yield opened


@pytest.fixture
async def desk(cluster: Cluster) -> AsyncIterator[Desk]:
    """Return the API anew, over servers on which nobody is and nothing was said."""
    for server in cluster.servers.values():
        for survivor in server.online():
            server.leave(survivor.account)
        server.screen.lines.clear()
    timeout = aiohttp.ClientTimeout(total=10)
    async with open_nitrado(cluster=cluster) as nitrado, aiohttp.ClientSession(timeout=timeout) as session:
        yield Desk(nitrado, cluster, session)
