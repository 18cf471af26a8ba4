"""The troubles: each kills, freezes or cuts something, and returns what it did."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress

import asyncpg
import redis.exceptions
from redis.asyncio import Redis

from sandbox.discord.server import DiscordStandIn
from tests.e2e.chaos.games import Game
from tests.e2e.chaos.inside import Inside, ServersAwayError

_BOTS = ("chat_bridge", "activity_points", "stats", "decay", "admin", "tickets")
_SERVICES = (*_BOTS, "parser", "dashboard")


class Trouble:
    """Chooses a trouble at a time. ``counts`` says what was done; ``kills`` how many of it were kills."""

    def __init__(
        self, inside: Inside, games: list[Game], discord: DiscordStandIn, *, rng: random.Random
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._inside = inside
        self._games = games
        self._discord = discord
        self._rng = rng
        self._frozen: list[asyncio.Task[None]] = []
        self._choices: list[tuple[Callable[[], Awaitable[str]], int]] = [
            (self._kill_service, 60),
            (self._kill_game, 15),
            (self._kill_server, 6),
            (self._kill_supervisor, 2),
            (self._freeze, 10),
            (self._cut_postgres, 3),
            (self._cut_redis, 3),
            (self._cut_discord, 3),
        ]

    @property
    def kills(self) -> int:
        """Return how many processes were killed."""
        return sum(count for what, count in self.counts.items() if what.startswith("kill"))

    async def strike(self) -> None:
        """Make one trouble."""
        choices, weights = zip(*self._choices, strict=True)
        (choice,) = self._rng.choices(choices, weights)
        self.counts[await choice()] += 1

    async def end(self) -> None:
        """Let everything run again."""
        await asyncio.gather(*self._frozen)
        await self._inside.recovered()

    async def _kill_service(self) -> str:
        services = await self._inside.services()
        name = self._rng.choice([name for name in services if name in _SERVICES] or [*services])
        _send(services[name], signal.SIGKILL)
        return f"kill {name}"

    async def _kill_game(self) -> str:
        await self._rng.choice(self._games).kill()
        return "kill game"

    async def _kill_server(self) -> str:
        servers = self._inside.servers()
        if not servers:
            return "nothing: the servers are just starting"
        name = self._rng.choice([*servers])
        _send(servers[name], signal.SIGKILL)
        return f"kill {name}"

    async def _kill_supervisor(self) -> str:
        await self._inside.recovered()
        await self._inside.kill_supervisor()
        return "kill supervisor"

    async def _freeze(self) -> str:
        services = await self._inside.services()
        pids = [*services.values(), *self._inside.servers().values(), *(game.pid for game in self._games)]
        pid = self._rng.choice(pids)
        self._frozen.append(asyncio.create_task(_freeze(pid, self._rng.uniform(0.2, 3.0))))
        return "freeze"

    async def _cut_postgres(self) -> str:
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ServersAwayError):
            conn = await asyncpg.connect(self._inside.database_url(), timeout=2)
            await conn.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
            await conn.close()
        return "cut Postgres"

    async def _cut_redis(self) -> str:
        with suppress(OSError, redis.exceptions.RedisError, ServersAwayError):
            async with Redis.from_url(self._inside.redis_url(), socket_timeout=2) as client:
                await client.client_kill_filter(_type="normal", skipme=True)
                await client.client_kill_filter(_type="pubsub")
        return "cut Redis"

    async def _cut_discord(self) -> str:
        self._discord.drop(self._rng.choice(_BOTS))
        return "cut Discord"


async def _freeze(pid: int, seconds: float) -> None:
    _send(pid, signal.SIGSTOP)
    await asyncio.sleep(seconds)
    _send(pid, signal.SIGCONT)


def _send(pid: int, number: signal.Signals) -> None:
    # It may be gone already; a number is not given away again within this time.
    with suppress(ProcessLookupError):
        os.kill(pid, number)
