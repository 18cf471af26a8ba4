"""Helena on an outside world that lives in the test's own process, so that a test can make its days bad."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil

from sandbox.ark.cluster import Cluster, open_cluster
from sandbox.ark.server import ArkServer
from sandbox.discord.community import ARK_OF_HELENA, SeedPerson
from sandbox.discord.human import Human, open_human
from sandbox.discord.human_values import SeenMessage
from sandbox.discord.limits import Limits
from sandbox.discord.models import Json
from sandbox.discord.server import DiscordStandIn, open_discord
from sandbox.handover import Nitrado, community_text, environment
from sandbox.nitrado.app import open_nitrado
from shared.clock import SystemClock
from tests.e2e.running import Helena, running_helena

PARSER_TOKEN = "a-token-of-the-tests-own"
EVE = SeedPerson(name="eve", display_name="<RichColor>@here\u202e|", roles=("Member",))
"""A member whose name is an attack: markup, a ping, an override of direction, a bar."""
_BAD_LINE = re.compile(r'^Traceback|\bERROR\b|"level": "(?:ERROR|CRITICAL)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Discord, two game servers and Nitrado, in this process."""

    discord: DiscordStandIn
    seed: Json
    cluster: Cluster
    environ: Mapping[str, str]

    @property
    def island(self) -> ArkServer:
        """Return the ASA server."""
        return self.cluster.servers["island"]

    def environ_for(self, *bots: str) -> dict[str, str]:
        """Return the variables with the tokens of these bots alone; the others do not run."""
        idle = {f"HELENA_{app['name'].upper()}_TOKEN" for app in self.seed["apps"] if app["name"] not in bots}
        return {name: value for name, value in self.environ.items() if name not in idle}


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Helena at work, with what is outside of it and who."""

    outside: Outside
    helena: Helena
    alice: Human
    bob: Human
    sam: Human
    eve: Human

    @property
    def island(self) -> ArkServer:
        """Return the ASA server."""
        return self.outside.island

    async def api(self, path: str) -> Any:
        """Return what the parser service answers."""
        response = await self.helena.http.get(
            f"http://127.0.0.1:{self.helena.port + 3}/v1{path}",
            headers={"Authorization": f"Bearer {PARSER_TOKEN}"},
        )
        response.raise_for_status()
        return response.json()

    async def health(self) -> tuple[int, str]:
        """Return the answer to monitors."""
        response = await self.helena.http.get(f"{self.helena.url}/health")
        return response.status_code, response.text.strip()


@asynccontextmanager
async def open_outside(data: Path, *, extra_servers: str = "") -> AsyncIterator[Outside]:
    """Open the outside world, and write the community file; ``extra_servers`` is more TOML for it."""
    data.mkdir(parents=True, exist_ok=True)
    community = replace(ARK_OF_HELENA, people=(*ARK_OF_HELENA.people, EVE))
    async with AsyncExitStack() as stack:
        cluster = await stack.enter_async_context(
            open_cluster(data=data / "ark", clock=SystemClock(), is_lively=False, boot=timedelta(seconds=0.2))
        )
        nitrado = await stack.enter_async_context(open_nitrado(cluster=cluster))
        discord = await stack.enter_async_context(
            open_discord(port=0, data=data / "discord", community=community, limits=Limits.generous())
        )
        seed = discord.seed()
        account = Nitrado(url=nitrado.url, token=nitrado.token, services=nitrado.service_ids)
        community_file = data / "community.toml"
        community_file.write_text(community_text(seed, cluster.describe(), account) + extra_servers)
        environ = environment(seed, nitrado=account, community_file=community_file)
        environ |= {"HELENA_PARSER_TOKEN": PARSER_TOKEN, "HELENA_PARSER_PLAYERS_INTERVAL": "PT1S"}
        environ |= {"HELENA_PARSER_SAVE_INTERVAL": "PT0.2S"}
        yield Outside(discord=discord, seed=seed, cluster=cluster, environ=environ)


@asynccontextmanager
async def open_day(data: Path, *bots: str, extra_servers: str = "") -> AsyncIterator[Day]:
    """Run Helena with these bots on an outside world of its own; afterwards no log may tell of an error."""
    async with AsyncExitStack() as stack:
        outside = await stack.enter_async_context(open_outside(data / "outside", extra_servers=extra_servers))
        helena = await stack.enter_async_context(
            running_helena(data / "helena", environ=outside.environ_for(*bots))
        )
        alice, bob, sam, eve = [
            await stack.enter_async_context(open_human(outside.seed, name))
            for name in ("alice", "bob", "sam", "eve")
        ]
        yield Day(outside=outside, helena=helena, alice=alice, bob=bob, sam=sam, eve=eve)
    assert errors_in(data / "helena" / "logs") == []


def errors_in(logs: Path) -> list[str]:
    """Return the lines of Helena's own logs that tell of a bug."""
    return [
        f"{path.name}: {line}"
        for path in sorted(logs.glob("*.log*"))
        if not path.name.startswith(("postgres.", "valkey."))
        for line in path.read_text(errors="replace").splitlines()
        if _BAD_LINE.search(line)
    ]


def embedded(helena: Helena, name: str) -> psutil.Process:
    """Return the process of Helena's own Postgres or Valkey."""
    found = [child for child in psutil.Process(helena.process.pid).children() if name in child.name()]
    assert len(found) == 1, found
    return found[0]


def embedded_url(helena: Helena) -> str:
    """Return the address of Helena's own Postgres."""
    return f"postgresql://postgres@/helena?host={_socket_folder(helena)}"


def embedded_redis_url(helena: Helena) -> str:
    """Return the address of Helena's own Valkey."""
    return f"unix://{_socket_folder(helena)}/redis.sock"


def _socket_folder(helena: Helena) -> str:
    option = "unix_socket_directories="
    command = embedded(helena, "postgres").cmdline()
    return next(part for part in command if part.startswith(option)).removeprefix(option)


async def lines_in(human: Human, channel: str) -> list[str]:
    """Return every line of a channel, oldest first; where players share a message, without their names."""
    return [
        re.sub(r"^\*\*.*?\*\*: ", "", line)
        for message in await messages_in(human, channel)
        for line in message.content.splitlines()
    ]


async def messages_in(human: Human, channel: str) -> list[SeenMessage]:
    """Return every message of a channel, oldest first."""
    place, found, before = human.channel_id(channel), [], ""
    while page := await human.client.call("GET", f"/channels/{place}/messages?limit=100{before}"):
        found += [SeenMessage(raw) for raw in page]
        before = f"&before={page[-1]['id']}"
    return found[::-1]


def reactions_of(message: SeenMessage) -> list[str]:
    """Return the emoji under a message."""
    return [reaction["emoji"]["name"] for reaction in message.raw.get("reactions", [])]
