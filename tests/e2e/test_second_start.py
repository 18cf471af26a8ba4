"""A first start, Ctrl-C, a second start: everything is still there, once, and nothing was left behind meanwhile."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import psutil
import pytest

from sandbox.discord.human import Human, open_human
from sandbox.discord.models import Json
from tests.e2e.outside import embedded_url, errors_in, messages_in
from tests.e2e.running import Helena, free_ports, running_helena
from tests.waiting import until

PANELS = ("status", "decay-watch", "tickets")
# The promise is 8 s on a machine that does nothing else; tests share theirs.
SECOND_START_SECONDS = 25.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What a start must find again: messages and panels by id, and what was booked."""

    chat: frozenset[str]
    panels: frozenset[str]
    booked: frozenset[str]
    edited_at: str


async def test_ctrl_c_leaves_nothing_behind_and_a_second_start_finds_everything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, port = tmp_path / "helena", free_ports()
    async with started(data, port) as (helena, bob):
        await bob.say("chat-island", "will this be here tomorrow?")
        await until_panels(bob)
        await until_booked(helena)
        ticket = await open_ticket(bob)
        before = await traces_of(helena, bob)
        family = psutil.Process(helena.process.pid).children(recursive=True)

        os.killpg(helena.process.pid, signal.SIGINT)

        assert await helena.process.wait() == 0
    assert [process for process in family if process.is_running()] == []
    assert [process.pid for process in psutil.process_iter() if mentions(process, data)] == []
    assert [number for number in range(port, port + 4) if is_open(number)] == []

    began = time.monotonic()
    async with started(data, port) as (helena, bob):
        seconds = time.monotonic() - began
        await until_edited_since(bob, before.edited_at)
        assert bob.sees_channel(ticket["id"])
        assert any("Lost my raptor" in message.text for message in await messages_in(bob, ticket["id"]))
        after = await traces_of(helena, bob)
        os.killpg(helena.process.pid, signal.SIGINT)
        assert await helena.process.wait() == 0

    assert after.chat >= before.chat
    assert after.panels == before.panels
    assert after.booked >= before.booked
    assert seconds < SECOND_START_SECONDS
    assert errors_in(data / "logs") == []
    with capsys.disabled():
        sys.stdout.write(f"[the second start took {seconds:.1f} s]")


@asynccontextmanager
async def started(data: Path, port: int) -> AsyncIterator[tuple[Helena, Human]]:
    """Start Helena with its sandbox, and let Bob look at it."""
    async with running_helena(data, port=port, arguments=("--speed", "3")) as helena:
        seed = json.loads((data / "sandbox" / "seed.json").read_text())
        async with open_human(seed, "bob") as bob:
            yield helena, bob


async def until_panels(bob: Human) -> None:
    """Wait until each panel was posted."""

    async def posted() -> bool:
        return all([await messages_in(bob, channel) for channel in PANELS])

    await until(posted, within=60, every=0.2)


async def until_edited_since(bob: Human, edited_at: str) -> None:
    """Wait until the status panel was brought up to date after an earlier time."""

    async def edited() -> bool:
        return bool((await messages_in(bob, "status"))[-1].raw["edited_timestamp"] != edited_at)

    await until(edited, within=60, every=0.2)


async def open_ticket(bob: Human) -> Json:
    """Let Bob open a ticket, and return its thread."""
    panel = await bob.sees("tickets", lambda message: message.buttons)
    form = await (await bob.click(panel, panel.buttons[0])).modal()
    await bob.submit(form, {next(iter(form.fields)): "Lost my raptor"})
    thread: Json = await bob.thread("Lost my raptor")
    await bob.sees(thread, "Lost my raptor")
    return thread


async def until_booked(helena: Helena) -> None:
    """Wait until somebody has earned something."""

    async def booked() -> bool:
        return bool(await booked_in(helena))

    await until(booked, within=60, every=0.2)


async def traces_of(helena: Helena, bob: Human) -> Traces:
    """Return what is there."""
    panels = [message.id for channel in PANELS for message in await messages_in(bob, channel)]
    return Traces(
        chat=frozenset(message.id for message in await messages_in(bob, "chat-island")),
        panels=frozenset(panels),
        booked=await booked_in(helena),
        edited_at=str((await messages_in(bob, "status"))[-1].raw["edited_timestamp"]),
    )


async def booked_in(helena: Helena) -> frozenset[str]:
    """Return the keys of all that was booked in the ledger."""
    conn = await asyncpg.connect(embedded_url(helena))
    try:
        rows = await conn.fetch("SELECT dedupe_key FROM activity_points.transactions")
    finally:
        await conn.close()
    return frozenset(row["dedupe_key"] for row in rows)


def mentions(process: psutil.Process, data: Path) -> bool:
    """Tell whether a process works in a data folder."""
    try:
        return re.search(re.escape(str(data)) + r"\b", " ".join(process.cmdline())) is not None
    except psutil.Error:
        return False


def is_open(port: int) -> bool:
    """Tell whether somebody listens."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
