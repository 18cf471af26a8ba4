"""Plain REST and gateway calls, for what discord.py would hide."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from sandbox.discord.models import Json


class Rest:
    """Calls the API with one token and returns status, headers and body as they came."""

    def __init__(self, http: aiohttp.ClientSession, api: str, authorization: str | None) -> None:
        self._http = http
        self._api = api
        self._headers = {"Authorization": authorization} if authorization else {}

    async def call(self, method: str, path: str, body: object = None) -> tuple[int, Any, Any]:
        payload: Any = {} if body is None else {"json": body}
        async with self._http.request(method, self._api + path, headers=self._headers, **payload) as response:
            text = await response.text()
            try:
                return response.status, json.loads(text) if text else None, response.headers
            except ValueError:
                return response.status, text, response.headers


@asynccontextmanager
async def open_rest(seed: Json, app: str | None = None) -> AsyncIterator[Rest]:
    """Return calls in the name of an application, or of nobody."""
    token = next((f"Bot {a['token']}" for a in seed["apps"] if a["name"] == app), None)
    async with aiohttp.ClientSession() as http:
        yield Rest(http, seed["api"], token)


class Socket:
    """A gateway socket without a library."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    async def send(self, op: int, data: object) -> None:
        await self._socket.send_json({"op": op, "d": data})

    async def send_text(self, text: str) -> None:
        await self._socket.send_str(text)

    async def until(self, op: int, event: str | None = None) -> Json:
        """Return the next payload of a kind."""
        while True:
            payload: Json = await self._socket.receive_json(timeout=5)
            if payload["op"] == op and event in {None, payload["t"]}:
                return payload

    async def close_code(self) -> int | None:
        """Return the code the server closes with."""
        while not self._socket.closed:
            await self._socket.receive(timeout=5)
        return self._socket.close_code

    async def close(self, code: int = 4000) -> None:
        await self._socket.close(code=code)


@asynccontextmanager
async def open_socket(seed: Json) -> AsyncIterator[Socket]:
    """Return a socket that has been greeted."""
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(seed["gateway"] + "/?v=10&encoding=json") as socket,
    ):
        it = Socket(socket)
        await it.until(10)
        yield it


@asynccontextmanager
async def as_person(seed: Json, token: str) -> AsyncIterator[Rest]:
    """Return calls in the name of a person."""
    async with aiohttp.ClientSession() as http:
        yield Rest(http, seed["api"], token)
