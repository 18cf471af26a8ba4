"""What a pass leaves behind: new lines, sightings, holes that are filled, and nothing of a writer that was replaced."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from parser_service.feeds.storing import FeedFencedError, FeedWriter, Gap, Pass, Stored
from parser_service.game_servers import Served
from shared.clock import FrozenClock
from shared.domain.events import Unknown
from shared.store.events import FeedCursor, FeedProgress, NewEvent
from shared.store.gaps import FeedGap, list_gaps
from tests.parser_service.conftest import Environment
from tests.parser_service.programs import server_entry

AT = datetime(2026, 5, 4, 10, tzinfo=UTC)


@dataclass
class Source:
    """A source under the control of a test."""

    name: str
    writer: FeedWriter
    cursor: FeedCursor | None = None
    progress: FeedProgress = field(default_factory=FeedProgress)

    async def show(
        self,
        *events: NewEvent,
        gap: Gap | None = None,
        late_before: datetime | None = None,
        begins_anew: bool = False,
    ) -> Stored:
        offset = (self.cursor.byte_offset if self.cursor else 0) + 1
        done = Pass(
            before=self.cursor,
            after=FeedCursor(file_identity="x", byte_offset=offset),
            events=events,
            progress=self.progress,
            gap=gap,
            late_before=late_before,
            begins_anew=begins_anew,
        )
        stored = await self.writer.store(self.name, done)
        self.cursor, self.progress = done.after, stored.progress
        return stored


@dataclass
class Bench:
    environment: Environment
    server: Served
    writer: FeedWriter

    def source(self, name: str) -> Source:
        return Source(name, self.writer)

    async def texts(self) -> list[str]:
        async with self.environment.db.connection() as conn:
            rows = await conn.fetch("SELECT seq, data ->> 'text' AS text FROM game_events ORDER BY seq")
        assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
        return [row["text"] for row in rows]

    async def gaps(self) -> list[FeedGap]:
        async with self.environment.db.connection() as conn:
            return await list_gaps(conn, self.server.id, since=AT - timedelta(days=1))

    async def sightings(self) -> int:
        async with self.environment.db.connection() as conn:
            return int(await conn.fetchval("SELECT count(*) FROM feed_sightings"))


@pytest.fixture
async def bench(environment: Environment) -> Bench:
    server = await environment.serve(server_entry())
    writer = FeedWriter(environment.db, server.id, FrozenClock(AT + timedelta(hours=5)))
    await writer.claim()
    return Bench(environment, server, writer)


def line(second: float, text: str, *, is_rcon: bool = False) -> NewEvent:
    at = AT + timedelta(seconds=second)
    raw = f"{at:%Y.%m.%d_%H.%M.%S}: {text}"
    if not is_rcon:
        raw = f"[{at:%Y.%m.%d-%H.%M.%S}:{at.microsecond // 1000:03d}][  1]{raw}"
    return NewEvent(occurred_at=at, event=Unknown(text=text), raw=raw)


def rcon_lines(*lines: tuple[float, str]) -> Sequence[NewEvent]:
    return [line(second, text, is_rcon=True) for second, text in lines]


async def test_lines_around_a_switch_count_once_there_and_back(bench: Bench) -> None:
    log, rcon = bench.source("log"), bench.source("rcon")

    await log.show(line(0, "a"), line(1.5, "b"), line(1.7, "b"))
    stored = await rcon.show(*rcon_lines((0, "a"), (1, "b"), (1, "b"), (1, "b"), (2, "c")))
    await log.show(line(1.8, "b"), line(2.1, "c"), line(3, "d"))

    assert await bench.texts() == ["a", "b", "b", "b", "c", "d"]
    assert stored.repeated == 3


async def test_a_switch_survives_a_restart_between_two_equal_lines(bench: Bench) -> None:
    log, rcon = bench.source("log"), bench.source("rcon")
    await log.show(line(0, "a"), line(0.1, "a"))

    for _ in range(3):
        await bench.writer.claim()
        await rcon.show(*rcon_lines((0, "a")))

    assert await bench.texts() == ["a", "a", "a"]


async def test_sources_that_store_at_the_same_time_see_each_others_lines(bench: Bench) -> None:
    lines = [(number, f"line {number}") for number in range(30)]

    for start in range(0, 30, 3):
        log, rcon = bench.source("log"), bench.source("rcon")
        async with bench.environment.db.transaction() as conn:
            await conn.execute("DELETE FROM feed_cursors")
        part = lines[start : start + 3]
        await asyncio.gather(rcon.show(*rcon_lines(*part)), log.show(*(line(*each) for each in part)))

    assert sorted(await bench.texts()) == sorted(text for _, text in lines)


async def test_a_line_that_getchat_gave_is_known_to_the_file(bench: Bench) -> None:
    log, rcon = bench.source("log"), bench.source("rcon")
    heard = NewEvent(occurred_at=AT + timedelta(seconds=4), event=Unknown(text="hi"), raw="hi")

    await rcon.show(heard)
    await log.show(line(1, "hi"), line(2, "hi"))

    assert await bench.texts() == ["hi", "hi"]


async def test_sources_that_do_not_overlap_remember_nothing(bench: Bench) -> None:
    log, rcon = bench.source("log"), bench.source("rcon")

    await rcon.show(*rcon_lines((0, "a")))
    await log.show(line(100, "a"), line(101, "b"))

    assert await bench.texts() == ["a", "a", "b"]
    assert await bench.sightings() == 0


async def test_sightings_are_forgotten_when_the_source_has_moved_on(bench: Bench) -> None:
    log, rcon = bench.source("log"), bench.source("rcon")
    await rcon.show(*rcon_lines((0, "a"), (9_000, "b")))

    await log.show(line(0, "a"))
    await log.show(line(9_000, "b"))

    assert await bench.texts() == ["a", "b"]
    assert await bench.sightings() == 1


async def test_a_writer_that_was_replaced_stores_nothing(bench: Bench) -> None:
    old = bench.source("log")
    await old.show(line(0, "a"))
    newer = FeedWriter(bench.environment.db, bench.server.id, FrozenClock(AT))
    await newer.claim()

    with pytest.raises(FeedFencedError):
        await old.show(line(1, "b"))
    with pytest.raises(FeedFencedError):
        await bench.source("rcon").show(*rcon_lines((1, "b")))

    assert await bench.texts() == ["a"]


async def test_a_writer_that_is_replaced_in_the_middle_of_its_transaction_is_waited_for(
    bench: Bench,
) -> None:
    newer = FeedWriter(bench.environment.db, bench.server.id, FrozenClock(AT))
    log = bench.source("log")

    results = await asyncio.gather(
        *(log.show(line(0, "a")) if number == 5 else newer.claim() for number in range(10)),
        return_exceptions=True,
    )

    is_stored = not isinstance(results[5], FeedFencedError)
    assert await bench.texts() == (["a"] if is_stored else [])
    with pytest.raises(FeedFencedError):
        await bench.source("rcon").show(line(1, "b"))


async def test_a_file_that_is_begun_anew_with_old_lines_gives_each_once(bench: Bench) -> None:
    log = bench.source("log")
    await log.show(line(0, "a"), line(1, "b"), line(1.5, "b"))
    log.progress = replace(log.progress, reread_upto=log.progress.newest_at)

    await log.show(line(0.5, "missed"), line(1, "b"))
    await log.show(line(1.5, "b"), line(1.6, "b"))
    await log.show(line(200, "c"), line(201, "c"))

    assert await bench.texts() == ["a", "b", "b", "missed", "b", "c", "c"]
    assert log.progress.reread_upto is None


async def test_a_file_that_is_begun_anew_gives_once_what_rcon_had_given_before(bench: Bench) -> None:
    log, rcon = bench.source("log"), bench.source("rcon")
    await rcon.show(*rcon_lines((0, "a"), (1, "b")))
    await log.show(line(0, "a"), line(1, "b"), line(2, "c"))
    log.progress = replace(log.progress, reread_upto=log.progress.newest_at)

    await log.show(line(0, "a"), line(1, "b"), begins_anew=True)
    await log.show(line(2, "c"), line(3, "d"))

    assert await bench.texts() == ["a", "b", "c", "d"]


async def test_lines_of_a_hole_are_counted_and_the_hole_closes_when_it_has_been_passed(bench: Bench) -> None:
    log, rcon = bench.source("log"), bench.source("rcon")
    await log.show(line(0, "a"))
    hole = Gap(
        began_at=AT + timedelta(seconds=10), ended_at=AT + timedelta(seconds=60), reason="RCON was away"
    )
    await rcon.show(*rcon_lines((70, "z")), gap=hole)

    await log.show(line(20, "b"), line(30, "c"))
    (open_gap,) = await bench.gaps()
    await log.show(line(40, "d"), line(70.2, "z"), line(80, "e"))
    (closed,) = await bench.gaps()

    assert (open_gap.recovered, open_gap.recovered_at) == (2, None)
    assert closed.recovered == 3
    assert closed.recovered_at is not None
    assert await bench.texts() == ["a", "z", "b", "c", "d", "e"]


async def test_a_source_that_began_within_a_hole_does_not_close_it(bench: Bench) -> None:
    log, rcon = bench.source("log"), bench.source("rcon")
    hole = Gap(began_at=AT, ended_at=AT + timedelta(seconds=60), reason="RCON was away")
    await rcon.show(*rcon_lines((70, "z")), gap=hole)

    await log.show(line(30, "c"), line(90, "e"))

    (gap,) = await bench.gaps()
    assert (gap.recovered, gap.recovered_at) == (1, None)


async def test_lines_that_came_late_are_told_of_in_one_row(bench: Bench) -> None:
    log = bench.source("log")
    before = AT + timedelta(seconds=100)

    await log.show(line(0, "a"))
    await log.show(line(10, "b"), line(20, "c"), late_before=before)
    await log.show(line(30, "d"), line(150, "e"), late_before=before)

    (row,) = await bench.gaps()
    assert (row.recovered, row.recovered_at is not None) == (3, True)
    assert (row.began_at, row.ended_at) == (AT + timedelta(seconds=10), AT + timedelta(seconds=30))


async def test_a_forged_stamp_of_the_future_says_nothing_of_how_far_a_source_has_come(bench: Bench) -> None:
    log = bench.source("log")

    await log.show(line(0, "a"), line(86_400 * 365, "forged"))

    assert log.progress.newest_at == AT
