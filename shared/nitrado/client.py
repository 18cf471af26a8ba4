"""Calls Nitrado's API for one token: one method per endpoint, each a single try."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from pydantic import SecretStr

from shared.clock import Clock
from shared.nitrado import protocol
from shared.nitrado.files import FileCalls
from shared.nitrado.models import GameServer, NitradoPlayer, NitradoServiceId, Service, Stats, TokenInfo
from shared.nitrado.panel import PanelCalls
from shared.nitrado.transport import NitradoTimeouts

__all__ = [
    "DEFAULT_BASE_URL",
    "DEFAULT_TIMEOUTS",
    "USER_AGENT",
    "NitradoClient",
    "NitradoTimeouts",
    "open_nitrado",
]

DEFAULT_BASE_URL = "https://api.nitrado.net"
# without an agent of one's own Cloudflare answers 403 "Just a moment..."
USER_AGENT = "Helena/0.1 (bots for ARK communities)"
DEFAULT_TIMEOUTS = NitradoTimeouts()


class NitradoClient(FileCalls, PanelCalls):
    """Nitrado's API for one token. Errors are ``NitradoError``s; what to do about them is the caller's business."""

    async def check_token(self) -> TokenInfo:
        """Return whose token it is and what it may do."""
        return protocol.read_value(await self._call("GET", "token"), "token", TokenInfo)

    async def ping(self) -> None:
        """Return if the API works."""
        await self._call("GET", "ping")

    async def get_version(self) -> str:
        """Return which version of the API answers."""
        return await self._say("GET", "version")

    async def list_maintenance(self) -> frozenset[str]:
        """Return the names of Nitrado's parts that are in maintenance."""
        parts = (await self._call("GET", "maintenance")).get("maintenance")
        return (
            frozenset(name for name, is_off in parts.items() if is_off)
            if isinstance(parts, dict)
            else frozenset()
        )

    async def list_services(self) -> list[Service]:
        """Return everything that the token's owner rents or may manage."""
        return protocol.read_values(await self._call("GET", "services"), "services", Service)

    async def get_gameserver(self, service_id: NitradoServiceId) -> GameServer:
        """Return a game server's state, addresses, paths and settings."""
        data = await self._call("GET", f"services/{service_id}/gameservers")
        return protocol.read_value(data, "gameserver", GameServer)

    async def restart(self, service_id: NitradoServiceId, *, note: str = "", notice: str = "") -> None:
        """Restart a game server (or start it); ``note`` goes into its log, ``notice`` to the players."""
        form = {"message": note, "restart_message": notice}
        await self._call("POST", f"services/{service_id}/gameservers/restart", form=form)

    async def stop(self, service_id: NitradoServiceId, *, note: str = "", notice: str = "") -> None:
        """Stop a game server; ``note`` goes into its log, ``notice`` to the players."""
        form = {"message": note, "stop_message": notice}
        await self._call("POST", f"services/{service_id}/gameservers/stop", form=form)

    async def start(self, service_id: NitradoServiceId, *, game: str) -> None:
        """Start a game by its short name, such as ``arksa``."""
        await self._call("POST", f"services/{service_id}/gameservers/games/start", form={"game": game})

    async def list_players(self, service_id: NitradoServiceId) -> list[NitradoPlayer]:
        """Return the players that the panel knows, online or not."""
        data = await self._call("GET", f"services/{service_id}/gameservers/games/players")
        return protocol.read_values(data, "players", NitradoPlayer)

    async def get_stats(self, service_id: NitradoServiceId, *, hours: int = 24) -> Stats:
        """Return the load of the last hours."""
        data = await self._call(
            "GET", f"services/{service_id}/gameservers/stats", query={"hours": str(hours)}
        )
        return protocol.read_stats(data)


@asynccontextmanager
async def open_nitrado(
    token: SecretStr,
    *,
    clock: Clock,
    base_url: str = DEFAULT_BASE_URL,
    timeouts: NitradoTimeouts = DEFAULT_TIMEOUTS,
) -> AsyncIterator[NitradoClient]:
    """Open a client for one token, and close its connections on the way out."""
    session_timeout = aiohttp.ClientTimeout(
        total=None, sock_connect=timeouts.connect_seconds, sock_read=timeouts.silence_seconds
    )
    async with aiohttp.ClientSession(
        headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
        timeout=session_timeout,
        cookie_jar=aiohttp.DummyCookieJar(),
    ) as session:
        yield NitradoClient(session, token=token, base_url=base_url, clock=clock, timeouts=timeouts)
