"""What Nitrado says of the servers, and what becomes of it on Nitrado's bad days."""

from __future__ import annotations

import asyncio
import re
import sys
from datetime import timedelta

import pytest
from pydantic import SecretStr

from parser_service.hosting.asking import Asking, pause_after
from parser_service.hosting.service import open_hosting
from parser_service.link.presence import Presence
from parser_service.stopping import Stop
from sandbox.ark.server import State
from shared.cache.keys import NITRADO_GAMESERVER
from shared.clock import SystemClock
from shared.errors import ConfigError
from shared.nitrado.client import open_nitrado
from shared.nitrado.errors import NitradoRateLimitError, NitradoUnreachableError
from shared.store.states import list_states
from tests.parser_service.conftest import Environment
from tests.parser_service.hosting.conftest import EVERY, Desk
from tests.parser_service.programs import GUILD, ROOT, running, server_entry, until


async def test_a_server_that_stops_is_told_to_have_and_since_when(desk: Desk) -> None:
    async with desk.hosting() as hosting:
        started = await desk.says(hosting, "started")
        desk.cluster.servers["island"].stop()
        await desk.cluster.servers["island"].wait_until(State.DOWN)
        await desk.expire()
        stopped = await desk.says(hosting, "stopped")
        other = await desk.says(hosting, "started", key="ragnarok")

    assert re.match(r"Nitrado: started since \d+ (s|min) \(seen ", started)
    assert re.match(r"Nitrado: stopped since [0-9] s \(seen ", stopped)
    assert "no newer answer" not in started + stopped + other
    assert desk.resources.reporter.report().problems == ()


async def test_maintenance_leaves_the_last_state_with_its_age_and_the_reason_and_is_no_problem_of_the_owner(
    desk: Desk,
) -> None:
    async with desk.hosting() as hosting:
        await desk.says(hosting, "started")
        desk.behave(is_in_maintenance=True)
        await desk.expire()
        said = await desk.says(hosting, "no newer answer")
        asked = desk.asked()
        report = desk.resources.reporter.report
        stale = report().numbers.get("cache_stale_answers_total", 0)
        await until(lambda: report().numbers["cache_stale_answers_total"] > stale + 5, what="more looks")

        assert "Nitrado: started" in said
        assert "Nitrado's API is in maintenance" in said
        assert desk.asked() == asked
        assert report().problems == ()
        assert report().numbers["cache_failed_fetches_total"] >= 1


async def test_maintenance_from_the_first_look_on_is_told_too(desk: Desk) -> None:
    desk.behave(is_in_maintenance=True)
    async with desk.hosting() as hosting:
        said = await desk.says(hosting, "maintenance")

    assert said.startswith("Nitrado says nothing of it: Nitrado's API is in maintenance.")


async def test_a_refused_token_is_one_line_for_the_owner(desk: Desk) -> None:
    async with desk.hosting(token="wrong"):
        problems = await desk.reports("NIT-01")

    assert len(problems) == 1
    assert "Set HELENA_NITRADO_TOKEN" in problems[0]
    assert "wrong" not in problems[0]


async def test_a_wrong_service_is_a_line_about_that_server_and_the_others_go_on(desk: Desk) -> None:
    async with desk.hosting(island=999) as hosting:
        problems = await desk.reports("nitrado_service")
        await desk.says(hosting, "started", key="ragnarok")

    assert len(problems) == 1
    assert problems[0].startswith("island: Nitrado does not show service 999")


async def test_a_spent_budget_is_told_and_not_asked_for_again(desk: Desk) -> None:
    desk.behave(limit=0)
    async with desk.hosting() as hosting:
        # whichever was asked about first got the refusal; the other is told of it without a call, or got its own
        said = [await desk.says(hosting, "calls"), await desk.says(hosting, "calls", key="ragnarok")]
        asked = len(desk.nitrado.requests)
        looks = asyncio.get_running_loop().time() + 10 * EVERY.total_seconds()
        await until(lambda: asyncio.get_running_loop().time() > looks, what="ten looks")

    assert any("Nitrado's limit of calls is reached" in text for text in said)
    assert asked <= 2
    assert len(desk.nitrado.requests) == asked
    assert desk.resources.reporter.report().problems == ()


async def test_the_last_tenth_of_the_budget_is_left_to_people(desk: Desk) -> None:
    desk.behave(limit=20)
    clock = SystemClock()
    service = str(desk.nitrado.service_ids["island"])
    async with open_nitrado(SecretStr(desk.nitrado.token), clock=clock, base_url=desk.nitrado.url) as client:
        asking = Asking(client, clock)
        for _ in range(18):
            await asking.fetch(service, None)

        with pytest.raises(NitradoRateLimitError, match="but for a reserve"):
            await asking.fetch(service, None)

    assert desk.asked() == 18


def test_nitrado_says_how_long_to_wait_within_reason() -> None:
    assert pause_after(NitradoRateLimitError("", retry_after_seconds=5)) == timedelta(seconds=5)
    assert pause_after(NitradoRateLimitError("", retry_after_seconds=3600)) == timedelta(minutes=10)
    assert pause_after(NitradoUnreachableError("")) is None


async def test_the_numbers_tell_the_budget_and_what_the_cache_saves(desk: Desk) -> None:
    async with desk.hosting() as hosting:
        await desk.says(hosting, "started", key="ragnarok")
        report = desk.resources.reporter.report
        await until(lambda: report().numbers.get("cache_process_hits_total", 0) > 2, what="hits")
        numbers = report().numbers

    assert numbers["nitrado_budget_limit"] == 10_000
    assert numbers["nitrado_budget_remaining"] == 9_998
    assert numbers["cache_fetches_total"] == 2
    hits = numbers["cache_process_hits_total"] + numbers["cache_redis_hits_total"]
    assert numbers["cache_hit_ratio"] == pytest.approx(hits / numbers["cache_reads_total"])


async def test_redis_keeps_no_password(desk: Desk) -> None:
    async with desk.hosting() as hosting:
        await desk.says(hosting, "started", key="ragnarok")
        values = [
            str(await desk.raw.get(NITRADO_GAMESERVER.value_key(str(service))))
            for service in desk.nitrado.service_ids.values()
        ]

    assert len(values) == 2
    for value, server in zip(values, desk.cluster.describe(), strict=True):
        assert "started" in value
        assert server.rcon_password not in value


async def test_without_a_token_nothing_is_asked_and_nothing_said(desk: Desk) -> None:
    settings = desk.settings().model_copy(update={"nitrado_token": None})
    async with open_hosting(settings, desk.resources, desk.served()) as hosting:
        assert hosting.explain("island") is None

    assert desk.nitrado.requests == []


async def test_readers_in_several_processes_are_one_call(desk: Desk) -> None:
    desk.behave(delay=timedelta(milliseconds=200))
    service = str(desk.nitrado.service_ids["island"])
    arguments = [desk.environment.redis_url, desk.nitrado.url, desk.nitrado.token, service]
    readers = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.parser_service.hosting.reader",
            *arguments,
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(3)
    ]
    async with asyncio.timeout(60):
        printed = [(await reader.communicate())[0] for reader in readers]

    assert [reader.returncode for reader in readers] == [0, 0, 0]
    assert len(set(printed)) == 1
    assert b"started" in printed[0]
    assert desk.asked() == 1


async def test_a_silent_server_has_the_words_of_its_host_beside_the_problem(environment: Environment) -> None:
    server = await environment.serve(server_entry())
    presence = Presence(
        server,
        None,
        environment.resources(),
        stop=Stop(),
        interval=timedelta(seconds=15),
        host_says=lambda: "Nitrado: restarting since 2 min (seen 20 s ago).",
    )

    await presence.look_once()

    async with environment.db.connection() as conn:
        (state,) = await list_states(conn, GUILD)
    assert state.problem == (
        "The log has been silent for more than half an hour. Nitrado: restarting since 2 min (seen 20 s ago)."
    )


async def test_the_running_service_says_why_rcon_is_silent(desk: Desk) -> None:
    island = desk.cluster.servers["island"]
    entry = server_entry(
        rcon={"host": "127.0.0.1", "port": island.port, "password": island.spec.rcon_password},
        nitrado_service=desk.nitrado.service_ids["island"],
    )
    variables = desk.environment.variables(entry) | {
        "HELENA_NITRADO_API": desk.nitrado.url,
        "HELENA_NITRADO_TOKEN": desk.nitrado.token,
        "HELENA_PARSER_PLAYERS_INTERVAL": "PT0.2S",
    }
    island.stop()
    await island.wait_until(State.DOWN)
    output = desk.environment.folder / "output.txt"

    async def is_explained() -> bool:
        async with desk.environment.db.connection() as conn:
            states = await list_states(conn, GUILD)
        return bool(states) and "Nitrado: stopped" in (states[0].problem or "")

    with running(variables, output):
        await until(is_explained, seconds=30, what="the explanation")

    assert desk.nitrado.token not in output.read_text()


@pytest.mark.parametrize("address", ["http://api.nitrado.net", "ftp://x", "nitrado", "https://"])
def test_the_token_goes_over_no_open_line(desk: Desk, address: str) -> None:
    variables = desk.environment.variables(server_entry()) | {"HELENA_NITRADO_API": address}

    with pytest.raises(ConfigError, match="HELENA_NITRADO_API cannot be used"):
        desk.settings().load(variables)
