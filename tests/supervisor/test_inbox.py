from __future__ import annotations

import asyncio
import os
import socket
from pathlib import Path

from shared.runtime.reporting import Report, open_reporter
from supervisor.inbox import Inbox, open_inbox


def report(pid: int, *, ready: bool = True) -> bytes:
    return Report(name="stats", pid=pid, ready=ready).to_bytes()


async def test_a_report_reaches_whoever_watches_that_process(tmp_path: Path) -> None:
    heard: asyncio.Queue[Report] = asyncio.Queue()
    async with open_inbox(tmp_path / "s") as inbox, open_reporter("stats", tmp_path / "s") as reporter:
        with inbox.listening(os.getpid(), heard.put_nowait):
            reporter.ready()

            async with asyncio.timeout(5):
                while not (await heard.get()).ready:
                    pass

    assert not (tmp_path / "s").exists()


async def test_the_socket_is_ours_alone(tmp_path: Path) -> None:
    async with open_inbox(tmp_path / "s"):
        assert (tmp_path / "s").stat().st_mode & 0o777 == 0o600


async def test_noise_is_dropped_and_what_follows_is_heard(tmp_path: Path) -> None:
    heard: asyncio.Queue[Report] = asyncio.Queue()
    async with open_inbox(tmp_path / "s") as inbox:
        with inbox.listening(7, heard.put_nowait), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            for data in (b"", b"\xff\xfe", b"{}", b"[" * 50_000, b"x" * 70_000, report(7)):
                line.sendto(data, str(tmp_path / "s"))

            async with asyncio.timeout(5):
                assert (await heard.get()).pid == 7


def test_a_report_that_came_before_its_process_was_known_is_kept() -> None:
    inbox, heard = Inbox(), list[Report]()
    inbox.take(report(7))

    with inbox.listening(7, heard.append):
        assert [each.pid for each in heard] == [7]
    with inbox.listening(7, heard.append):
        assert len(heard) == 1


def test_strangers_cannot_fill_the_memory() -> None:
    inbox, heard = Inbox(), list[Report]()
    for pid in range(1, 1000):
        inbox.take(report(pid))

    with inbox.listening(999, heard.append):
        assert heard == []
