"""A process that is stopped, loses its lock and wakes up must not write any more."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

from shared.db import Database
from tests.parser_service.conftest import Environment
from tests.parser_service.programs import running, server_entry, until

LINES = 40


def line(number: int) -> str:
    stamp = f"2026.09.13-18.{number // 60:02d}.{number % 60:02d}"
    return f"[{stamp}:000][  1]{stamp.replace('-', '_')}: Aster (Aster): line {number}"


def write(path: Path, *numbers: int) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write("".join(line(number) + "\n" for number in numbers))


async def raw(db: Database) -> list[str]:
    async with db.connection() as conn:
        return [row["raw"] for row in await conn.fetch("SELECT raw FROM game_events ORDER BY seq")]


async def epoch(db: Database) -> int:
    async with db.connection() as conn:
        return int(await conn.fetchval("SELECT coalesce(max(feed_epoch), 0) FROM servers"))


async def end_locks(db: Database) -> None:
    """Break the connection that holds the locks, as a network does, and leave the process's others alone."""
    async with db.connection() as conn:
        await conn.execute(
            """
            SELECT pg_terminate_backend(pid) FROM pg_locks
            WHERE locktype = 'advisory' AND classid = 1 AND granted
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """
        )


async def test_a_paused_reader_that_wakes_up_after_another_took_over_writes_nothing(
    environment: Environment, tmp_path: Path
) -> None:
    db, path = environment.db, tmp_path / "ShooterGame.log"
    env = environment.variables(server_entry(log_path=path))

    async def has(count: int) -> bool:
        return len(await raw(db)) == count

    with running(env, tmp_path / "first.txt") as first:
        write(path, 0)
        await until(lambda: has(1), what="the first reader")
        os.kill(first.pid, signal.SIGSTOP)
        write(path, 1)
        await end_locks(db)
        with running(env, tmp_path / "second.txt"):
            await until(lambda: has(2), what="the second reader")
            claimed = await epoch(db)
            os.kill(first.pid, signal.SIGCONT)
            for number in range(2, LINES):
                write(path, number)
                await asyncio.sleep(0.01)
            await until(lambda: has(LINES), what="the rest")

        assert await raw(db) == [line(number) for number in range(LINES)]
        assert claimed == 2
