"""A small Nitrado on loopback for the client's tests: says what it was told to say, and keeps what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

TOKEN = "a-long-life-token"


@dataclass
class Asked:
    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    headers: dict[str, str]


@dataclass
class FakeNitrado:
    url: str = ""
    status: int = 200
    body: Any = field(default_factory=lambda: {"status": "success", "message": "ok"})
    text: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    # the second step of a download
    file: bytes = b""
    file_status: int = 200
    file_url: str | None = None
    breaks_off: bool = False
    received: bytes = b""
    asked: list[Asked] = field(default_factory=list)

    def say(self, data: dict[str, Any]) -> None:
        self.body = {"status": "success", "data": data}

    def fail(self, status: int, message: str = "", **headers: str) -> None:
        self.status = status
        self.body = {"status": "error", "message": message}
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    async def answer(self, request: web.Request) -> web.StreamResponse:
        form = {key: str(value) for key, value in (await request.post()).items()}
        self.asked.append(
            Asked(request.method, request.path, dict(request.query), form, dict(request.headers))
        )
        if request.path == "/file":
            self.received = await request.read()
            return await self._answer_file(request)
        await asyncio.sleep(self.seconds)
        if self.text is not None:
            return web.Response(
                status=self.status, text=self.text, content_type="text/html", headers=self.headers
            )
        if request.path.endswith(("/seek", "/download", "/upload")) and self.status == 200:
            self.say(
                {"token": {"url": self.file_url or f"{self.url}/file?token=secret", "token": "file-token"}}
            )
        return web.json_response(self.body, status=self.status, headers=self.headers)

    async def _answer_file(self, request: web.Request) -> web.StreamResponse:
        if not self.breaks_off:
            return web.Response(status=self.file_status, body=self.file)
        response = web.StreamResponse(headers={"Content-Length": str(len(self.file) + 100)})
        await response.prepare(request)
        await response.write(self.file)
        assert request.transport is not None
        request.transport.abort()
        return response


@asynccontextmanager
async def open_api() -> AsyncIterator[FakeNitrado]:
    fake = FakeNitrado()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", fake.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        fake.url = f"http://127.0.0.1:{port}"
        yield fake
    finally:
        await runner.cleanup()
