"""A person's connection: REST calls, and a gateway socket whose events are kept."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp

from sandbox.discord.gateway import Op
from sandbox.discord.human_values import RefusedError
from sandbox.discord.models import Json

Found = TypeVar("Found")

REQUEST_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Event:
    """Something the gateway told."""

    name: str
    data: Json


class HumanClient:
    """One person's session. Events are kept from the beginning, so nothing is missed by looking late."""

    def __init__(self, http: aiohttp.ClientSession, api: str, token: str) -> None:
        self._http = http
        self._api = api
        self._token = token
        self._news = asyncio.Condition()
        self.events: list[Event] = []
        self.messages: dict[str, Json] = {}
        self.channels: dict[str, Json] = {}
        self.session_id = ""
        self.is_closed = False

    async def call(
        self, method: str, path: str, body: object = None, *, files: Iterable[tuple[str, bytes]] = ()
    ) -> Any:
        """Make a REST call; return its JSON, or raise ``RefusedError``."""
        payload: dict[str, Any] = {} if body is None else {"json": body}
        if attached := list(files):
            form = aiohttp.FormData(quote_fields=False)
            form.add_field("payload_json", json.dumps(body), content_type="application/json")
            for number, (name, content) in enumerate(attached):
                form.add_field(f"files[{number}]", content, filename=name)
            payload = {"data": form}
        headers = {"Authorization": self._token}
        async with self._http.request(method, self._api + path, headers=headers, **payload) as response:
            text = await response.text()
            answer = json.loads(text) if text else None
            if response.status >= 400:
                raise RefusedError(response.status, answer or {})
            return answer

    async def until(self, look: Callable[[], Found | None], within: float, what: str) -> Found:
        """Return what ``look`` finds, looking again whenever the gateway tells something."""
        try:
            async with asyncio.timeout(within), self._news:
                while (found := look()) is None:
                    if self.is_closed:
                        raise ConnectionError("the gateway has closed the connection")
                    await self._news.wait()
                return found
        except TimeoutError:
            lately = ", ".join(event.name for event in self.events[-12:])
            raise TimeoutError(f"not seen within {within} s: {what}; lately: {lately}") from None

    async def listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Keep what the gateway tells, until it ends."""
        try:
            async for message in socket:
                payload = json.loads(message.data)
                if payload["op"] == Op.DISPATCH:
                    async with self._news:
                        self._take(Event(payload["t"], payload["d"]))
                        self._news.notify_all()
        finally:
            self.is_closed = True
            async with self._news:
                self._news.notify_all()

    def _take(self, event: Event) -> None:
        self.events.append(event)
        data = event.data
        match event.name:
            case "READY":
                self.session_id = data["session_id"]
            case "GUILD_CREATE":
                for channel in (*data["channels"], *data["threads"]):
                    self.channels[channel["id"]] = channel
            case "CHANNEL_CREATE" | "CHANNEL_UPDATE" | "THREAD_CREATE" | "THREAD_UPDATE":
                self.channels[data["id"]] = data
            case "CHANNEL_DELETE" | "THREAD_DELETE":
                self.channels.pop(data["id"], None)
            case "MESSAGE_CREATE" | "MESSAGE_UPDATE":
                self.messages[data["id"]] = data
            case "MESSAGE_DELETE":
                self.messages.pop(data["id"], None)

    async def beat(self, socket: aiohttp.ClientWebSocketResponse, every: float) -> None:
        """Keep the session alive."""
        while not socket.closed:
            await asyncio.sleep(every)
            await socket.send_json({"op": Op.HEARTBEAT, "d": None})


@asynccontextmanager
async def open_client(*, api: str, gateway: str, token: str) -> AsyncIterator[HumanClient]:
    """Log in, and log out on the way out."""
    timeout = aiohttp.ClientTimeout(total=REQUEST_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as http:
        client = HumanClient(http, api, token)
        async with http.ws_connect(gateway + "/?v=10&encoding=json", max_msg_size=0) as socket:
            hello = await socket.receive_json(timeout=REQUEST_SECONDS)
            identify = {"token": token, "properties": {}, "intents": 0}
            await socket.send_json({"op": Op.IDENTIFY, "d": identify})
            every = hello["d"]["heartbeat_interval"] / 1000
            # Owned here and not by a TaskGroup: fixtures leave this block in another task than they
            # entered it in.
            tasks = [
                asyncio.create_task(client.listen(socket)),
                asyncio.create_task(client.beat(socket, every)),
            ]
            try:
                await client.until(lambda: client.session_id or None, REQUEST_SECONDS, "READY")
                yield client
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
