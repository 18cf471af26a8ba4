"""Kept answers: fetched once for everybody, and never served without saying how old they are."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from shared.cache.kept import Answer, AnswerSource, AnswerUnavailableError
from shared.cache.kept.values import MOST_BYTES
from tests.shared.cache.conftest import KIND, AwayError, Source, clients, expire, lasting
from tests.waiting import until


async def test_an_answer_comes_from_the_source_once_then_from_redis_and_from_the_process(
    redis_url: str, source: Source
) -> None:
    async with clients(redis_url, source, count=2) as (one, other):
        answers = [await one.get(), await one.get(), await other.get(), await other.get()]

    assert [answer.source for answer in answers] == ["upstream", "process", "redis", "process"]
    assert {answer.value for answer in answers} == {"answer 1"}
    assert {answer.fetched_at for answer in answers} == {answers[0].fetched_at}
    assert datetime.now(UTC) - answers[0].fetched_at < timedelta(seconds=30)
    assert not any(answer.is_stale for answer in answers)


async def test_any_number_of_readers_in_any_number_of_processes_is_one_call(
    redis_url: str, source: Source
) -> None:
    source.seconds = 0.2
    async with clients(redis_url, source, count=4) as made:
        answers = await asyncio.gather(*(client.get() for client in made for _ in range(50)))

    assert source.asked == ["1"]
    assert {answer.value for answer in answers} == {"answer 1"}


async def test_a_reader_that_gives_up_takes_the_answer_from_nobody(redis_url: str, source: Source) -> None:
    source.seconds = 0.2
    async with clients(redis_url, source) as (client,), asyncio.TaskGroup() as group:
        first, second = group.create_task(client.get()), group.create_task(client.get())

        async def is_asked() -> bool:
            return bool(source.asked)

        await until(is_asked)
        first.cancel()

        assert (await second).value == "answer 1"
    assert source.asked == ["1"]


async def test_who_has_a_stale_answer_gets_it_at_once_and_the_new_one_by_waiting(
    redis_url: str, source: Source, raw: Redis
) -> None:
    async with clients(redis_url, source) as (client,):
        await client.get()
    source.seconds = 0.3
    await expire(raw)
    async with clients(redis_url, source) as (client,):
        at_once = await client.get()
        waited = await client.get(patience=10)

    assert (at_once.value, at_once.is_stale, at_once.source) == ("answer 1", True, "redis")
    assert (waited.value, waited.is_stale) == ("answer 2", False)
    assert source.knew == [None, "answer 1"]


async def test_a_failure_leaves_the_stale_answer_with_the_reason_and_is_not_tried_again_by_anybody(
    redis_url: str, source: Source, raw: Redis
) -> None:
    async with clients(redis_url, source) as (client,):
        await client.get()
    await expire(raw)
    source.error = AwayError("in maintenance")
    async with clients(redis_url, source, count=3) as made:
        first = await made[0].get(patience=10)
        later = [await client.get(patience=10) for client in made for _ in range(20)]

    for answer in (first, *later):
        assert (answer.value, answer.is_stale) == ("answer 1", True)
        assert answer.failure is not None
        assert (answer.failure.code, answer.failure.message) == ("TEST-01", "in maintenance")
    assert len(source.asked) == 2


async def test_without_any_answer_the_reason_is_raised_in_every_process(
    redis_url: str, source: Source
) -> None:
    source.error = AwayError("token\nrefused")
    async with clients(redis_url, source, count=2) as made:
        for client in made:
            with pytest.raises(AnswerUnavailableError, match="token refused") as raised:
                await client.get()

            assert raised.value.failure.code == "TEST-01"
    assert source.asked == ["1"]


async def test_after_the_pause_it_is_asked_again(redis_url: str, source: Source) -> None:
    source.error = AwayError("away")
    async with clients(redis_url, source, kind=lasting(pause=0.05)) as (client,):
        with pytest.raises(AnswerUnavailableError):
            await client.get()
        source.error = None

        async def answers() -> bool:
            try:
                return (await client.get()).value == "answer 2"
            except AnswerUnavailableError:
                return False

        await until(answers)


async def test_a_source_that_never_answers_is_given_up(redis_url: str, source: Source) -> None:
    source.seconds = 60
    async with clients(redis_url, source, kind=lasting(fetch_within=0.05)) as (client,):
        with pytest.raises(AnswerUnavailableError, match="no answer within"):
            await client.get()


async def test_the_lock_of_a_process_that_died_holds_others_up_only_so_long(
    redis_url: str, source: Source, raw: Redis
) -> None:
    await raw.set(KIND.lock_key("1"), "somebody", px=200)
    async with clients(redis_url, source) as (client,):
        answer = await client.get()

    assert (answer.value, answer.source) == ("answer 1", AnswerSource.UPSTREAM)


async def test_the_lock_of_another_is_not_opened(redis_url: str, source: Source, raw: Redis) -> None:
    source.seconds = 0.2
    async with clients(redis_url, source) as (client,), asyncio.TaskGroup() as group:
        asking = group.create_task(client.get())

        async def is_asked() -> bool:
            return bool(source.asked)

        await until(is_asked)
        await raw.set(KIND.lock_key("1"), "another")
        await asking

    assert await raw.get(KIND.lock_key("1")) == b"another"


@pytest.mark.parametrize(
    "foreign",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe", id="bytes"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'{"at": "yesterday", "value": "x"}', id="no instant"),
        pytest.param(b'{"at": "2026-01-01", "value": "x"}', id="no zone"),
        pytest.param(b'{"at": "2026-01-01T00:00:00+00:00", "value": 7}', id="another type"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b" " * (MOST_BYTES + 2), id="large"),
    ],
)
async def test_what_cannot_be_read_in_redis_is_fetched_anew(
    redis_url: str, source: Source, raw: Redis, foreign: bytes
) -> None:
    await raw.set(KIND.value_key("1"), foreign)
    await raw.set(KIND.due_key("1"), b"1", px=60_000)
    async with clients(redis_url, source) as (client,):
        source_of_it = (await client.get()).source

    # the due key says fresh, so whoever fetches must not take it at its word either
    assert source_of_it == "upstream"


async def test_an_answer_too_large_for_redis_is_kept_by_the_process_alone(
    redis_url: str, raw: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    class Large(Source):
        async def fetch(self, ident: str, last: Answer[str] | None) -> str:
            return await super().fetch(ident, last) + "x" * MOST_BYTES

    large = Large()
    async with clients(redis_url, large) as (client,):
        answers = [await client.get(), await client.get()]

    assert [len(answer.value) > MOST_BYTES for answer in answers] == [True, True]
    assert [answer.source for answer in answers] == ["upstream", "process"]
    assert await raw.keys("*state:*") == []
    assert "too large" in caplog.text


async def test_a_bug_in_a_fetch_is_logged_once_and_ends_nothing(
    redis_url: str, source: Source, caplog: pytest.LogCaptureFixture
) -> None:
    source.error = ZeroDivisionError()
    async with clients(redis_url, source) as (client,):
        with pytest.raises(AnswerUnavailableError, match="a bug"):
            await client.get()
        source.error = None
        answer = await client.get()

    assert answer.value == "answer 2"
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(errors) == 1


async def test_what_the_block_raises_leaves_it_as_it_is_and_ends_what_was_under_way(
    redis_url: str, source: Source
) -> None:
    source.seconds = 60
    asking: list[asyncio.Task[Answer[str]]] = []

    async def ask_and_fail() -> None:
        async with clients(redis_url, source) as (client,):
            asking.append(asyncio.ensure_future(client.get()))

            async def is_asked() -> bool:
                return bool(source.asked)

            await until(is_asked)
            raise KeyError

    with pytest.raises(KeyError):
        await ask_and_fail()
    with pytest.raises(asyncio.CancelledError):
        await asking[0]


async def test_old_answers_are_not_shown_for_ever(redis_url: str, source: Source) -> None:
    async with clients(redis_url, source, kind=lasting(fresh=0.03, kept=0.1)) as (client,):
        await client.get()
        source.error = AwayError("away")

        async def has_none() -> bool:
            try:
                await client.get(patience=1)
            except AnswerUnavailableError:
                return True
            return False

        await until(has_none)
