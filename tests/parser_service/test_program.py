"""The program as a whole, beside a living cluster."""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from sandbox.ark.cluster import Cluster, open_cluster
from shared.clock import SystemClock
from shared.store.commands import CommandState, NewCommand, add_command, find_outcome
from tests.parser_service.conftest import Environment
from tests.parser_service.programs import TOKEN, running, server_entry, until

HEADERS = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[Cluster]:
    async with open_cluster(
        data=tmp_path / "sandbox", clock=SystemClock(), is_lively=False, boot=timedelta(0)
    ) as cluster:
        yield cluster


def entries(cluster: Cluster) -> list[dict[str, object]]:
    return [
        server_entry(
            key=server.key,
            name=server.name,
            game=str(server.game),
            map=server.map,
            rcon={"host": server.rcon_host, "port": server.rcon_port, "password": server.rcon_password},
            log_path=server.log_path,
            save_path=server.save_path,
        )
        for server in cluster.describe()
    ]


async def address(output: Path) -> str:
    found: list[str] = []

    def is_told() -> bool:
        found[:] = re.findall(r"listens on (\S+)", output.read_text())
        return bool(found)

    await until(is_told, what="listening")
    return f"http://{found[-1]}"


async def test_it_reads_lines_players_and_saves_and_sends_commands(
    cluster: Cluster, environment: Environment, tmp_path: Path
) -> None:
    output = tmp_path / "output.txt"
    island = cluster.servers["island"]
    with running(environment.variables(*entries(cluster)), output) as process:
        async with httpx.AsyncClient(base_url=await address(output), headers=HEADERS) as client:

            async def is_healthy() -> bool:
                return (await client.get("/health")).status_code == 200

            await until(is_healthy, what="readiness")
            who = next(iter(island.world.survivors.values()))
            island.join(who.name)
            island.say(who.name, "hello there")
            await island.save()
            path = "/v1/servers/island"

            async def is_heard() -> bool:
                events = (await client.get(f"{path}/events", params={"kind": "chat"})).json()["events"]
                return any(event["data"]["text"] == "hello there" for event in events)

            async def is_on() -> bool:
                state = (await client.get(path)).json()["state"]
                return bool(state and state["is_up"] and state["players"] == [who.platform_name])

            async def is_decoded() -> bool:
                return bool((await client.get(f"{path}/save")).json()["verdict"] == "good")

            for what in (is_heard, is_on, is_decoded):
                await until(what, what=what.__name__)
            bases = (await client.get(f"{path}/bases")).json()["bases"]
            assert sum(base["structures"] for base in bases) > 50
            await say(environment, "island", "ServerChat good day")
            assert "SERVER: good day" in island.screen.texts

            process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(process.wait, 20) == 0, output.read_text()
    assert "Traceback" not in output.read_text()


async def say(environment: Environment, key: str, command: str) -> None:
    async with environment.db.transaction() as conn:
        server_id = await conn.fetchval("SELECT id FROM servers WHERE key = $1", key)
        new = NewCommand(
            server_id=server_id,
            dedupe_key=command,
            command=command,
            requested_by="a test",
            expires_at=datetime.now(UTC) + timedelta(minutes=1),
        )
        command_id = await add_command(conn, new)
    assert command_id is not None

    async def is_settled() -> bool:
        async with environment.db.connection() as conn:
            outcome = await find_outcome(conn, command_id)
        return outcome is not None and outcome.state is CommandState.CONFIRMED

    await until(is_settled, what=command)
