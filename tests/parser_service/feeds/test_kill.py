"""Every line of the log once and in order, whatever is killed when."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from shared.db import Database
from tests.parser_service.conftest import Environment
from tests.parser_service.programs import running, server_entry, until


@dataclass(frozen=True)
class Plan:
    lines: int
    kills: int
    rotations: int


class Writer:
    """Writes a log as a game server does: in bursts, sometimes half a line, now and then a new file."""

    def __init__(self, path: Path, plan: Plan, chance: random.Random) -> None:
        self.path = path
        self.plan = plan
        self.chance = chance
        self.written: list[str] = []
        self.shares = 0
        self._rotate_at = {plan.lines * n // (plan.rotations + 1) for n in range(1, plan.rotations + 1)}

    def line(self) -> str:
        number = len(self.written)
        seconds, milliseconds = divmod(number, 1000)
        stamp = f"2026.09.13-18.{seconds // 60:02d}.{seconds % 60:02d}"
        text = self.chance.choice(
            [
                f"Aster (Aster the Tall): line {number}",
                f"Bryony [UniqueNetId:0002{number:028x} Platform:None] joined this ARK!",
                f"Tribe Ferns, ID 1234567: Day {number}, 10:11:12: something nobody knows {number})",
                f"what is this {number}",
                f"Чарли ({number}): \N{SNOWMAN} {'x' * self.chance.randrange(300)}",
                f"Two\nlines (Two): line {number}",
            ]
        )
        return f"[{stamp}:{milliseconds:03d}][{number % 1000:3d}]{stamp.replace('-', '_')}: {text}"

    async def run(self) -> None:
        """Write all lines, a share of them for each run of the reader."""
        while len(self.written) < self.plan.lines:
            if len(self.written) > self.plan.lines * self.shares / (self.plan.kills + 1):
                await asyncio.sleep(0.01)
                continue
            with self.path.open("ab") as file:
                self.burst(file.write)
                file.flush()
                await asyncio.sleep(self.chance.random() * 0.02)
                file.write(self.rest)
            if any(len(self.written) - 40 < at <= len(self.written) for at in self._rotate_at):
                self.rotate()

    def burst(self, write: object) -> None:
        data = b""
        for _ in range(self.chance.randrange(1, 40)):
            self.written.append(self.line())
            data += self.written[-1].encode() + self.chance.choice([b"\n", b"\n", b"\r\n"])
        cut = len(data) - self.chance.choice([0, 0, 1, 5, 30])
        assert callable(write)
        write(data[:cut])
        self.rest = data[cut:]

    def rotate(self) -> None:
        self._rotate_at = {at for at in self._rotate_at if at > len(self.written)}
        self.path.rename(self.path.with_name(f"ShooterGame-backup-{len(self.written):05d}.log"))


class Reading:
    """The reader's side: a database to look at, and the program to run and to kill."""

    def __init__(self, db: Database, env: dict[str, str], output: Path) -> None:
        self.db = db
        self.env = env
        self.output = output

    async def stored(self) -> int:
        async with self.db.connection() as conn:
            return int(await conn.fetchval("SELECT coalesce(max(last_seq), 0) FROM servers"))

    async def is_beyond(self, count: int) -> bool:
        return await self.stored() > count

    async def run_and_kill(self, seconds: float) -> None:
        before = await self.stored()
        with running(self.env, self.output) as process:
            await until(partial(self.is_beyond, before), what="reading")
            await asyncio.sleep(seconds)
            assert process.poll() is None, self.output.read_text()

    async def run_until(self, count: int) -> None:
        with running(self.env, self.output):
            await until(partial(self.is_beyond, count - 1), what="reading to the end")


@pytest.mark.parametrize(
    "plan",
    [
        Plan(lines=3_000, kills=4, rotations=2),
        pytest.param(Plan(lines=10_000, kills=20, rotations=5), marks=pytest.mark.long),
    ],
    ids=["short", "long"],
)
async def test_every_line_is_stored_once_and_in_order_though_the_reader_is_killed(
    plan: Plan, environment: Environment, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if plan.kills > 5 and not request.config.getoption("--long"):
        pytest.skip("the long form runs with --long")
    chance = random.Random(plan.lines)
    log_path = tmp_path / "ShooterGame.log"
    env = environment.variables(server_entry(log_path=log_path))
    reading = Reading(environment.db, env, tmp_path / "output.txt")
    writer = Writer(log_path, plan, chance)

    async def kill_over_and_over() -> None:
        for _ in range(plan.kills):
            writer.shares += 1
            await reading.run_and_kill(chance.random() * 0.3)
        writer.shares += 1

    async with asyncio.TaskGroup() as group:
        group.create_task(writer.run())
        group.create_task(kill_over_and_over())
    await reading.run_until(len(writer.written))

    rows = await stored_lines(environment.db)
    assert "\n".join(rows) == "\n".join(writer.written)
    assert len(rows) == len(writer.written) >= plan.lines
    assert await gaps(environment.db) == 0


async def stored_lines(db: Database) -> list[str]:
    async with db.connection() as conn:
        rows = await conn.fetch("SELECT seq, raw FROM game_events ORDER BY seq")
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    return [row["raw"] for row in rows]


async def gaps(db: Database) -> int:
    async with db.connection() as conn:
        return int(await conn.fetchval("SELECT count(*) FROM feed_gaps WHERE recovered_at IS NULL"))
