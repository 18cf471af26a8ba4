"""A log file as a feed: rotations, losses, hostile lines, two readers, a database that goes away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from parser_service.feeds.log_feed import LogFeed
from parser_service.feeds.status import FeedStatus
from parser_service.feeds.storing import FeedFencedError, FeedMovedError, FeedWriter, Pass
from parser_service.game_servers import Served
from parser_service.stopping import Stop
from shared.db import Database
from shared.domain.events import Chat, Unknown
from shared.ids import ServerId
from shared.runtime.resources import Resources
from shared.store.events import FeedCursor, NewEvent
from tests.parser_service.conftest import Environment
from tests.parser_service.programs import server_entry, until

AT = datetime(2026, 9, 13, 18, 0, 0, tzinfo=UTC)


def line(number: int, text: str | None = None) -> str:
    at = AT + timedelta(seconds=number)
    said = f"Aster (Aster the Tall): line {number}" if text is None else text
    return f"[{at:%Y.%m.%d-%H.%M.%S}:000][ {number:2d}]{at:%Y.%m.%d_%H.%M.%S}: {said}"


class Reader:
    """A feed that runs, and what it stored."""

    def __init__(self, server: Served, resources: Resources) -> None:
        self.server = server
        self.resources = resources
        self.events: list[NewEvent] = []
        self.was_replaced = False
        self.status = FeedStatus()
        self.stop = Stop()
        assert server.entry.log_path is not None
        self.path = server.entry.log_path
        self.feed = LogFeed(
            server,
            self.path,
            resources,
            stop=self.stop,
            status=self.status,
            interval=timedelta(milliseconds=5),
            stored=self.events.extend,
        )

    async def run_until_replaced(self) -> None:
        try:
            await self.feed.run()
        except FeedFencedError:
            self.was_replaced = True

    async def raw(self) -> list[str]:
        return await stored(self.resources.db, self.server.id)

    async def has(self, lines: Sequence[str]) -> bool:
        return await self.raw() == list(lines)

    @property
    def problems(self) -> tuple[str, ...]:
        return self.resources.reporter.report().problems


async def stored(db: Database, server_id: ServerId) -> list[str]:
    async with db.connection() as conn:
        rows = await conn.fetch("SELECT raw FROM game_events WHERE server_id = $1 ORDER BY seq", server_id)
    return [row["raw"] for row in rows]


async def gaps(db: Database) -> list[tuple[datetime, datetime]]:
    async with db.connection() as conn:
        rows = await conn.fetch(
            "SELECT began_at, ended_at FROM feed_gaps WHERE recovered_at IS NULL ORDER BY id"
        )
    return [(row["began_at"], row["ended_at"]) for row in rows]


@asynccontextmanager
async def reading(environment: Environment, *, is_replaced: bool = False) -> AsyncIterator[Reader]:
    server = await environment.serve(server_entry(log_path=environment.folder / "ShooterGame.log"))
    reader = Reader(server, environment.resources())
    async with asyncio.TaskGroup() as group:
        group.create_task(reader.run_until_replaced() if is_replaced else reader.feed.run())
        try:
            yield reader
        finally:
            reader.stop.request()


async def claimed(environment: Environment, server: Served) -> FeedWriter:
    """Return the writer of a server's log."""
    writer = FeedWriter(environment.db, server.id, environment.resources().clock)
    await writer.claim()
    return writer


def write(path: Path, *lines: str, end: str = "\n") -> None:
    with path.open("ab") as file:
        file.write((end.join(lines) + end).encode("utf-8", "surrogatepass"))


async def test_lines_are_stored_as_they_come_with_their_instants(environment: Environment) -> None:
    async with reading(environment) as reader:
        write(reader.path, line(0), line(1))
        await until(partial(reader.has, [line(0), line(1)]))
        write(reader.path, line(2))
        await until(partial(reader.has, [line(0), line(1), line(2)]))

        assert [event.occurred_at for event in reader.events] == [AT + timedelta(seconds=n) for n in range(3)]
        assert isinstance(reader.events[2].event, Chat)
        assert reader.status.events_stored == 3


async def test_a_half_written_line_waits_for_its_other_half(environment: Environment) -> None:
    async with reading(environment) as reader:
        text = line(1)
        with reader.path.open("ab") as file:
            file.write((line(0) + "\n" + text[:40]).encode())
        await until(partial(reader.has, [line(0)]))
        write(reader.path, text[40:])

        await until(partial(reader.has, [line(0), text]))


async def test_a_line_that_was_never_finished_is_stored_as_it_is_when_the_file_rotates(
    environment: Environment,
) -> None:
    async with reading(environment) as reader:
        with reader.path.open("ab") as file:
            file.write((line(0) + "\n" + line(1)).encode())
        await until(partial(reader.has, [line(0)]))
        reader.path.rename(reader.path.with_name("ShooterGame-backup-2026.09.13-19.00.00.log"))
        write(reader.path, line(100))

        await until(partial(reader.has, [line(0), line(1), line(100)]))
        assert await gaps(environment.db) == []


async def test_a_file_that_is_gone_with_its_rest_leaves_a_gap_with_two_times(
    environment: Environment,
) -> None:
    async with reading(environment) as reader:
        write(reader.path, line(0), line(1))
        await until(partial(reader.has, [line(0), line(1)]))
        reader.path.unlink()
        write(reader.path, line(200))

        await until(partial(reader.has, [line(0), line(1), line(200)]))
        assert await gaps(environment.db) == [(AT + timedelta(seconds=1), AT + timedelta(seconds=200))]


async def test_an_absent_file_is_reported_until_it_is_there(environment: Environment) -> None:
    async with reading(environment) as reader:
        await until(lambda: any("there is no log file" in problem for problem in reader.problems))
        write(reader.path, line(0))

        await until(partial(reader.has, [line(0)]))
        assert reader.problems == ()


async def test_a_line_without_a_stamp_takes_the_instant_of_the_line_before(environment: Environment) -> None:
    async with reading(environment) as reader:
        write(reader.path, "Log file open, 09/13/26 20:00:00", line(3))
        await until(partial(reader.has, ["Log file open, 09/13/26 20:00:00", line(3)]))
        write(reader.path, "no stamp here")
        await until(lambda: len(reader.events) == 3)

        assert {event.occurred_at for event in reader.events} == {AT + timedelta(seconds=3)}


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Aster (A): nul \0 here", "nul \N{REPLACEMENT CHARACTER} here"),
        ("Aster (A): half \ud800 here", "here"),
        ("Aster (A): " + "x" * 50_000, "xxx"),
        ("Aster (A): \u202e\u2066@everyone {\"a\": '\\u0000'}", "everyone"),
    ],
    ids=["NUL", "surrogate", "long", "bidi"],
)
async def test_a_line_that_the_database_might_refuse_is_kept_readable_and_blocks_nothing(
    environment: Environment, said: str, kept: str
) -> None:
    async with reading(environment) as reader:
        write(reader.path, line(0), line(1, said), line(2))
        await until(lambda: len(reader.events) == 3)

        raw = await reader.raw()
        assert [raw[0], raw[2]] == [line(0), line(2)]
        assert kept in raw[1]


async def test_a_line_of_ten_megabytes_is_stored_in_pieces_and_what_follows_as_usual(
    environment: Environment,
) -> None:
    async with reading(environment) as reader:
        write(reader.path, "y" * 10_000_000, line(1))
        await until(lambda: bool(reader.events) and reader.events[-1].raw == line(1))

        assert all(len(raw) < 5_000 for raw in await reader.raw())


async def test_an_event_that_postgres_refuses_is_stored_as_a_plain_line(environment: Environment) -> None:
    server = await environment.serve(server_entry())
    events = [NewEvent(occurred_at=AT, event=Unknown(text=f"text {n}"), raw=f"raw {n}") for n in range(5)]
    events[3] = NewEvent(occurred_at=AT, event=Unknown(text="half \ud800"), raw="nul \0, half \ud800, ä")
    cursor = FeedCursor(file_identity="x", byte_offset=1)

    await (await claimed(environment, server)).store("log", Pass(before=None, after=cursor, events=events))

    expected = ["raw 0", "raw 1", "raw 2", "nul , half \\ud800, \\xe4", "raw 4"]
    assert await stored(environment.db, server.id) == expected


async def test_a_pass_of_a_reader_that_was_overtaken_stores_nothing(environment: Environment) -> None:
    server = await environment.serve(server_entry())
    events = [NewEvent(occurred_at=AT, event=Unknown(text="a"), raw="a")]
    done = Pass(before=None, after=FeedCursor(file_identity="x", byte_offset=1), events=events)
    writer = await claimed(environment, server)
    await writer.store("log", done)

    with pytest.raises(FeedMovedError):
        await writer.store("log", done)

    assert await stored(environment.db, server.id) == ["a"]


async def test_a_reader_that_another_one_replaced_ends_and_every_line_is_stored_once(
    environment: Environment,
) -> None:
    async with reading(environment, is_replaced=True) as first:
        write(first.path, *(line(number) for number in range(30)))
        await until(partial(first.has, [line(number) for number in range(30)]))
        async with reading(environment) as second:
            for number in range(30, 60):
                write(first.path, line(number))
                await asyncio.sleep(0.002)

            await until(partial(first.has, [line(number) for number in range(60)]))
    assert len(first.events) + len(second.events) == 60
    assert first.was_replaced


async def test_connections_that_are_cut_cost_time_and_no_line(environment: Environment) -> None:
    async with reading(environment) as reader:
        for number in range(100):
            write(reader.path, line(number))
            if number % 25 == 10:
                async with environment.db.connection() as conn:
                    await conn.execute(
                        """
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE datname = current_database() AND pid <> pg_backend_pid()
                        """
                    )
            await asyncio.sleep(0.005)

        await until(partial(reader.has, [line(number) for number in range(100)]))
