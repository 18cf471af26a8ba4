from __future__ import annotations

import asyncio
import json
import math
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import InvalidInputError
from shared.runtime.reporting import MAX_BYTES, Report, Reporter, one_line, open_reporter


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "report.sock"))
        line.setblocking(False)
        yield line


def everything(line: socket.socket) -> list[Report]:
    found = []
    while True:
        try:
            found.append(Report.from_bytes(line.recv(MAX_BYTES + 1)))
        except BlockingIOError:
            return found


async def test_each_change_is_told_at_once(tmp_path: Path, supervisor: socket.socket) -> None:
    async with open_reporter("stats", tmp_path / "report.sock") as reporter:
        reporter.problem("chat", "The channel is\ngone. Make it again.")
        reporter.number("feed_age_seconds", 1.5)
        reporter.link("Docs", "http://127.0.0.1/docs")
        reporter.ready()
        reporter.not_ready("no Discord")
        reporter.ready()
        reporter.solved("chat")

    told = everything(supervisor)
    assert [(each.ready, each.problems) for each in told] == [
        (False, ()),
        (False, ("The channel is gone. Make it again.",)),
        (False, ("The channel is gone. Make it again.",)),
        (True, ("The channel is gone. Make it again.",)),
        (False, ("no Discord", "The channel is gone. Make it again.")),
        (True, ("The channel is gone. Make it again.",)),
        (True, ()),
    ]
    assert told[-1] == Report(
        name="stats",
        pid=os.getpid(),
        ready=True,
        links={"Docs": "http://127.0.0.1/docs"},
        numbers={"feed_age_seconds": 1.5},
    )


async def test_saying_the_same_again_sends_nothing(tmp_path: Path, supervisor: socket.socket) -> None:
    async with open_reporter("stats", tmp_path / "report.sock") as reporter:
        for _ in range(5):
            reporter.ready()
            reporter.problem("a", "b")
            reporter.solved("never was")

    assert len(everything(supervisor)) == 3


async def test_it_beats_every_second_and_is_silent_while_the_loop_is_blocked(
    tmp_path: Path, supervisor: socket.socket
) -> None:
    async with open_reporter("stats", tmp_path / "report.sock"):
        everything(supervisor)
        time.sleep(1.2)  # what a blocked loop does
        assert everything(supervisor) == []

        async with asyncio.timeout(5):
            while not everything(supervisor):
                await asyncio.sleep(0.01)


async def test_without_a_supervisor_nothing_is_wrong(tmp_path: Path) -> None:
    async with open_reporter("stats", None) as alone, open_reporter("stats", tmp_path / "nobody") as unheard:
        for reporter in (alone, unheard):
            reporter.ready()
            reporter.problem("a", "b")

            assert reporter.report().ready


async def test_a_supervisor_that_does_not_read_holds_nobody_up(
    tmp_path: Path, supervisor: socket.socket
) -> None:
    begun = time.monotonic()

    async with open_reporter("stats", tmp_path / "report.sock") as reporter:
        for number in range(5000):
            reporter.problem("a", f"problem {number}")

    assert time.monotonic() - begun < 5
    assert everything(supervisor)


def test_what_is_said_is_bounded() -> None:
    reporter = Reporter("stats")
    for number in range(1000):
        reporter.problem(str(number), "\U0001f996" * 1000)
        reporter.link(f"{number} " + "\U0001f996" * 1000, "x" * 1000)
        reporter.number(f"number_{number}", math.inf if number % 2 else number)

    report = reporter.report()

    assert len(report.problems) == 20
    assert len(report.links) == 10
    assert len(report.numbers) == 100
    assert len(report.to_bytes()) < MAX_BYTES
    assert Report.from_bytes(report.to_bytes()) == report


def test_half_a_character_is_no_error() -> None:
    reporter = Reporter("stats")
    reporter.problem("name", "a name with half a character: \ud83e")

    assert Report.from_bytes(reporter.report().to_bytes()).problems == ("a name with half a character: ?",)


@pytest.mark.parametrize("name", ["", "Stats", "a-b", "1a", "a" * 65, "a b"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(InvalidInputError):
        Reporter(name)
    with pytest.raises(InvalidInputError):
        Reporter("stats").number(name, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "../x"},
        {"name": None},
        {"pid": "one"},
        {"ready": 1},
        {"problems": ["x"] * 21},
        {"problems": [1]},
        {"links": {str(n): "x" for n in range(11)}},
        {"numbers": {"a": "many"}},
        {"numbers": []},
    ],
)
def test_what_is_no_report_is_refused(change: dict[str, object]) -> None:
    value = json.loads(Report(name="stats", pid=1, ready=True).to_bytes()) | change

    with pytest.raises(InvalidInputError):
        Report.from_bytes(json.dumps(value).encode())


@given(st.binary(max_size=200))
def test_no_bytes_do_harm(data: bytes) -> None:
    try:
        Report.from_bytes(data)
    except InvalidInputError:
        return


def test_a_text_becomes_one_line() -> None:
    assert one_line("a\r\nb\x00c\u2028d \t e") == "a b c d e"
    assert len(one_line("x" * 1000)) == 300
