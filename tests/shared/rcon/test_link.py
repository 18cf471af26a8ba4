from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from shared.clock import FrozenClock
from shared.rcon.errors import RconClosedError, RconError, RconTimeoutError
from shared.rcon.link import Address, Keeping, RconLink, open_link, retry_delay
from shared.rcon.models import Timeouts
from tests.shared.rcon.servers import PASSWORD, Quirks, open_game_server

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FAST = Keeping(timeouts=Timeouts(connect_seconds=2, login_seconds=0.5, reply_seconds=0.3))


class NoWait(random.Random):
    """Chance that always picks the least: retries come at once."""

    def uniform(self, a: float, b: float) -> float:
        return 0.0 * (a + b)


class LongWait(random.Random):
    """Chance that lets every wait between tries outlast the test."""

    def uniform(self, a: float, b: float) -> float:
        return 10_000.0 * (a + b)


def address(port: int, password: str = PASSWORD) -> Address:
    return Address(host="127.0.0.1", port=port, password=SecretStr(password))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.005)


async def up(link: RconLink) -> None:
    async with asyncio.timeout(10):
        await link.wait_up()


async def test_a_link_is_kept_open_for_all_commands() -> None:
    async with (
        open_game_server() as game,
        open_link(address(game.port), clock=FrozenClock(NOON), keeping=FAST) as link,
    ):
        await up(link)

        replies = [await link.execute(f"Broadcast {number}") for number in range(20)]

        assert all(reply.is_empty for reply in replies)
        assert game.logins == 1
        assert link.state.is_up
        assert link.state.since_at == NOON


async def test_a_link_comes_back_after_the_server_was_restarted() -> None:
    clock = FrozenClock(NOON)
    async with open_game_server() as game:
        port = game.port
        async with open_link(address(port), clock=clock, keeping=FAST) as link:
            await up(link)
            clock.advance(timedelta(hours=1))
            game.drop()
            await until(lambda: link.state.code == "RCON-05")

            assert link.state.since_at == NOON + timedelta(hours=1)
            await up(link)
            assert (await link.execute("SaveWorld")).is_empty
            assert game.logins == 2
            assert link.state.problem is None


async def test_a_server_that_is_not_there_yet_is_found_when_it_comes() -> None:
    async with open_game_server() as first:
        port = first.port
    async with open_link(address(port), clock=FrozenClock(NOON), keeping=FAST) as link:
        await until(lambda: link.state.code == "RCON-01")
        with pytest.raises(RconClosedError, match="Nobody listens") as caught:
            await link.execute("SaveWorld")
        assert not caught.value.was_sent

        async with open_game_server(port=port) as game:
            await up(link)

            assert (await link.execute("SaveWorld")).is_empty
            assert game.commands == ["SaveWorld"]


async def test_a_sign_that_the_server_is_back_ends_the_wait_for_the_next_try() -> None:
    async with open_game_server() as first:
        port = first.port
    async with open_link(address(port), clock=FrozenClock(NOON), keeping=FAST, chance=LongWait()) as link:
        await until(lambda: link.state.code == "RCON-01")
        async with open_game_server(port=port) as game:
            link.hurry()

            await up(link)

            assert (await link.execute("SaveWorld")).is_empty
            assert game.commands == ["SaveWorld"]


async def test_a_silent_server_is_dropped_and_the_reason_is_shown() -> None:
    async with (
        open_game_server() as game,
        open_link(address(game.port), clock=FrozenClock(NOON), keeping=FAST) as link,
    ):
        await up(link)
        game.quirks.silent = True

        with pytest.raises(RconTimeoutError) as caught:
            await link.execute("SaveWorld")

        assert caught.value.was_sent
        await until(lambda: link.state.code == "RCON-03")
        game.quirks.silent = False
        await until(lambda: link.state.is_up)
        assert (await link.execute("SaveWorld")).is_empty


async def test_a_link_that_nobody_uses_is_pinged_and_a_dead_one_replaced() -> None:
    keeping = Keeping(ping_after_seconds=0.05, timeouts=FAST.timeouts)
    async with (
        open_game_server() as game,
        open_link(address(game.port), clock=FrozenClock(NOON), keeping=keeping) as link,
    ):
        await up(link)
        await until(lambda: game.commands.count("ListPlayers") >= 2)

        game.quirks.silent = True
        await until(lambda: not link.state.is_up)
        game.quirks.silent = False
        await until(lambda: link.state.is_up)

        assert game.logins >= 2


async def test_a_wrong_password_is_not_tried_again_and_again() -> None:
    async with (
        open_game_server() as game,
        open_link(address(game.port, "hunter2"), clock=FrozenClock(NOON), keeping=FAST) as link,
    ):
        await until(lambda: link.state.code == "RCON-02")
        await asyncio.sleep(0.4)

        assert game.logins == 1
        assert "hunter2" not in f"{link.state} {link!r} {address(1, 'hunter2')!r}"


async def test_a_hundred_restarts_are_survived_and_every_command_is_accounted_for() -> None:
    chance = random.Random(5)
    keeping = Keeping(timeouts=FAST.timeouts)
    done: list[str] = []
    uncertain: list[str] = []
    async with (
        open_game_server(Quirks(chunk_bytes=5)) as game,
        open_link(address(game.port), clock=FrozenClock(NOON), keeping=keeping, chance=NoWait()) as link,
    ):
        for number in range(100):
            await up(link)
            command = f"Broadcast {number}"
            if chance.random() < 0.5:
                asyncio.get_running_loop().call_soon(game.drop)
            try:
                await link.execute(command)
                done.append(command)
            except RconError as error:
                if error.was_sent:
                    uncertain.append(command)
                else:
                    assert command not in game.commands
            game.drop()

    assert set(done) <= set(game.commands)
    assert set(game.commands) <= set(done) | set(uncertain)
    assert len(set(game.commands)) == len(game.commands)


async def test_what_the_block_raises_leaves_it_as_it_was_raised() -> None:
    async with open_game_server() as game:
        with pytest.raises(ZeroDivisionError):
            async with open_link(address(game.port), clock=FrozenClock(NOON), keeping=FAST):
                raise ZeroDivisionError


def test_retries_come_soon_at_first_and_then_ever_later_up_to_a_minute() -> None:
    chance = random.Random(3)

    delays = [[retry_delay(attempt, chance) for _ in range(200)] for attempt in range(1, 12)]

    assert max(delays[0]) <= 0.2
    for attempt, of_attempt in enumerate(delays[1:], start=2):
        longest = min(2.0 ** (attempt - 2), 60.0)
        assert longest / 2 <= min(of_attempt) < max(of_attempt) <= longest
    assert retry_delay(10_000, chance) <= 60
