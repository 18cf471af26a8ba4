"""Redis' own expiry invalidates; what it does not tell, or tells late, is found out all the same."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from pathlib import Path

import pytest
from redis.asyncio import Redis

from shared.cache.kept import open_kept_answers
from shared.cache.kept.connecting import in_database
from shared.clock import SystemClock
from tests.shared.cache.conftest import ADAPTER, KIND, Client, Source, clients, cut_listeners, expire, lasting
from tests.waiting import until


async def has_been_asked(source: Source, times: int) -> None:
    async def is_so() -> bool:
        return len(source.asked) >= times

    await until(is_so)


async def test_an_expired_event_drops_every_copy_and_has_one_process_fetch_ahead(
    redis_url: str, source: Source, raw: Redis
) -> None:
    async with clients(redis_url, source, count=3) as made:
        for client in made:
            await client.get()
        # a minute before the copies' own deadlines
        await expire(raw)
        await has_been_asked(source, 2)

        async def all_know() -> bool:
            answers = [await client.get() for client in made]
            return {answer.value for answer in answers if not answer.is_stale} == {"answer 2"}

        await until(all_know)
        drops = [client.kept.counts.drops for client in made]

    assert all(count >= 1 for count in drops)
    assert len(source.asked) == 2


async def test_what_nobody_has_read_lately_is_dropped_and_not_fetched(redis_url: str, source: Source) -> None:
    async with clients(redis_url, source, kind=lasting(fresh=0.15)) as (client,):
        await client.get()
        await has_been_asked(source, 2)
        dropped = client.kept.counts.drops

        async def is_dropped_again() -> bool:
            return client.kept.counts.drops > dropped

        await until(is_dropped_again)

    # once ahead, because it was read within that lifetime, and then no more
    assert len(source.asked) == 2


async def test_a_holder_has_redis_publish_at_once_where_it_would_take_a_minute_by_itself(
    redis_url: str, source: Source, raw: Redis
) -> None:
    async with raw.pipeline(transaction=False) as pipe:
        for number in range(20_000):
            pipe.set(f"other:{number}", b"1", px=3_600_000)
        await pipe.execute()
    kind = lasting(fresh=0.3)
    async with clients(redis_url, source, kind=kind) as (client,), raw.pubsub() as listening:
        await listening.subscribe("__keyevent@1__:expired")
        await client.get()
        due_at = time.monotonic() + (await raw.pttl(kind.due_key("1"))) / 1000

        async def is_published() -> bool:
            message = await listening.get_message(ignore_subscribe_messages=True, timeout=0.01)
            return message is not None and message["data"] == kind.due_key("1").encode()

        await until(is_published, every=0.0)
        late = time.monotonic() - due_at

    # by its own sweep, at 20 keys of 20,000 a tenth of a second, Redis needs 100 s
    assert late < 2.0


async def test_a_cut_listener_drops_all_copies_values_stay_right_and_it_comes_back(
    redis_url: str, source: Source, raw: Redis
) -> None:
    async with clients(redis_url, source) as (client,):
        await client.get()
        before = await client.get()
        await cut_listeners(raw)

        async def is_dropped() -> bool:
            return client.kept.counts.drops > 0

        await until(is_dropped)
        after = await client.get()

        async def listens() -> bool:
            return client.kept.is_listening

        await until(listens)
        await client.get()
        await expire(raw)
        await has_been_asked(source, 2)

    assert (before.source, before.value) == ("process", "answer 1")
    assert (after.source, after.value, after.is_stale) == ("redis", "answer 1", False)


async def test_an_emptied_redis_costs_a_call_and_no_answer(
    redis_url: str, source: Source, raw: Redis
) -> None:
    async with clients(redis_url, source, count=2) as (one, other):
        await one.get()
        await raw.flushall()
        kept, fetched = await one.get(), await other.get()

    assert (kept.value, kept.source) == ("answer 1", "process")
    assert (fetched.value, fetched.source) == ("answer 2", "upstream")


async def test_without_events_the_deadlines_serve_and_one_warning_says_so(
    redis_url: str, source: Source, raw: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    await raw.acl_setuser(
        "managed",
        enabled=True,
        passwords=["+secret"],
        keys=["*"],
        channels=["*"],
        categories=["+@all"],
        commands=["-config"],
    )
    await raw.config_set("notify-keyspace-events", "")
    try:
        url = f"{redis_url}&username=managed&password=secret"
        async with clients(url, source, count=2, kind=lasting(fresh=0.2)) as made:
            await asyncio.gather(*(client.get() for client in made))
            await has_been_asked(source, 2)
            await cut_listeners(raw)

            async def has_new(client: Client) -> bool:
                return (await client.get(patience=1)).value != "answer 1"

            for client in made:
                await until(lambda client=client: has_new(client))  # type: ignore[misc] # bound per turn
    finally:
        await raw.config_set("notify-keyspace-events", "Ex")
        await raw.acl_deluser("managed")

    # one for each of the two caches, however often they connect
    assert caplog.text.count("Redis forbids CONFIG") == 2


@pytest.mark.parametrize("flags", ["", "Kx", "lE"])
async def test_missing_events_are_switched_on_beside_what_others_use(
    redis_url: str, source: Source, raw: Redis, flags: str
) -> None:
    await raw.config_set("notify-keyspace-events", flags)
    try:
        async with clients(redis_url, source) as (client,):
            await client.get()
            await expire(raw)
            await has_been_asked(source, 2)
        found = await raw.config_get("notify-keyspace-events")
    finally:
        await raw.config_set("notify-keyspace-events", "Ex")

    assert set(flags) | set("Ex") <= set(str(found["notify-keyspace-events"]))


async def test_a_server_without_a_database_apart_is_used_as_it_is_and_that_is_said(
    redis_url: str, source: Source, raw: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    # Valkey has databases 0 to 15
    async with clients(in_database(redis_url, 15), source, count=2) as (one, other):
        answers = [await one.get(), await other.get()]

    assert [answer.source for answer in answers] == ["upstream", "redis"]
    assert "no logical database 16" in caplog.text
    assert await raw.exists(KIND.value_key("1")) == 0


async def test_redis_away_is_one_warning_and_direct_fetches_kept_by_the_process(
    source: Source, caplog: pytest.LogCaptureFixture, tmp_path_factory: pytest.TempPathFactory
) -> None:
    url = f"unix://{tmp_path_factory.getbasetemp()}/nobody.sock?db=0"
    async with open_kept_answers(url, clock=SystemClock()) as kept:
        shelf = kept.shelf(KIND, ADAPTER, source.fetch)
        answers = [await shelf.get("1"), await shelf.get("1"), await shelf.get("2")]

    assert [(answer.value, answer.source) for answer in answers] == [
        ("answer 1", "upstream"),
        ("answer 1", "process"),
        ("answer 2", "upstream"),
    ]
    warnings = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert [record.getMessage() for record in warnings] == [
        "Redis cannot be used (ConnectionError): answers are fetched directly meanwhile"
    ]


class Line:
    """A way to Redis that can be cut and mended."""

    def __init__(self, url: str, path: str) -> None:
        self.url = f"unix://{path}?db=0"
        self._path = path
        self._target = url.removeprefix("unix://").partition("?")[0]
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def mend(self) -> None:
        self._server = await asyncio.start_unix_server(self._serve, self._path)

    async def cut(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.to_thread(Path(self._path).unlink, missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward_reader, onward = await asyncio.open_unix_connection(self._target)
        self._writers |= {writer, onward}
        async with asyncio.TaskGroup() as group:
            group.create_task(self._copy(reader, onward))
            group.create_task(self._copy(onward_reader, writer))

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(1 << 16):
                writer.write(data)
                await writer.drain()
        writer.close()


async def test_redis_going_away_and_coming_back_changes_no_answers_rightness(
    redis_url: str, source: Source, raw: Redis, tmp_path_factory: pytest.TempPathFactory
) -> None:
    line = Line(redis_url, str(tmp_path_factory.mktemp("line") / "redis.sock"))
    await line.mend()
    async with clients(line.url, source) as (client,):
        await client.get()
        await line.cut()

        async def is_dropped() -> bool:
            return client.kept.counts.drops > 0

        await until(is_dropped)
        at_once = await client.get()
        direct = await client.get(patience=10)
        copy = await client.get()
        await line.mend()

        async def listens() -> bool:
            return client.kept.is_listening

        await until(listens)
        # Redis still has the first answer, and within its time
        back = await client.get()
        await expire(raw)

        async def is_new() -> bool:
            answer = await client.get(patience=10)
            return (answer.value, answer.is_stale) == ("answer 3", False)

        await until(is_new)
    await line.cut()

    # nobody could tell whether it was still good, so it is labelled, and a new one is fetched
    assert (at_once.value, at_once.is_stale) == ("answer 1", True)
    assert (direct.value, direct.is_stale, direct.source) == ("answer 2", False, "upstream")
    assert (copy.value, copy.source) == ("answer 2", "process")
    assert (back.value, back.is_stale) == ("answer 2", False)
