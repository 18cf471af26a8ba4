from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr

from shared.errors import InvalidInputError
from shared.rcon.client import RconConnection, open_rcon
from shared.rcon.errors import (
    RconAuthError,
    RconClosedError,
    RconError,
    RconProtocolError,
    RconRefusedError,
    RconTimeoutError,
)
from shared.rcon.models import Timeouts
from tests.shared.rcon.servers import PASSWORD, GameServer, Quirks, open_game_server

FAST = Timeouts(connect_seconds=2, login_seconds=0.5, reply_seconds=2)
PLAYERS = "\n".join(
    f"{number}. Survivor {number}, 7656119000000{number:04d}" for number in range(300)
).encode()

ALONE = {
    "plain": Quirks(),
    "reply type 2": Quirks(reply_type=2),
    "login type 3": Quirks(login_type=3),
    "a packet before the login's answer": Quirks(login_prelude=True),
    "keep-alive before the login's answer": Quirks(keep_alive_before_login=True),
    "keep-alive before replies": Quirks(keep_alive_before_replies=True),
    "an empty packet behind replies": Quirks(empty_packet_behind=True),
    "pieces of 1 byte": Quirks(chunk_bytes=1),
    "pieces of 7 bytes": Quirks(chunk_bytes=7),
    "ids modulo 256": Quirks(id_modulo=256),
    "split at 4,086 bytes": Quirks(split_bytes=4_086, dies_of_haste=False),
    "split at 4,096 bytes": Quirks(split_bytes=4_096),
    "slow": Quirks(reply_seconds=0.05),
    "all together": Quirks(
        reply_type=2,
        login_prelude=True,
        keep_alive_before_login=True,
        keep_alive_before_replies=True,
        empty_packet_behind=True,
        chunk_bytes=11,
        id_modulo=256,
    ),
}


@asynccontextmanager
async def connected(
    quirks: Quirks | None = None, timeouts: Timeouts = FAST
) -> AsyncIterator[tuple[GameServer, RconConnection]]:
    async with (
        open_game_server(quirks) as game,
        open_rcon("127.0.0.1", game.port, SecretStr(PASSWORD), timeouts=timeouts) as connection,
    ):
        yield game, connection


@pytest.mark.parametrize("name", ALONE)
async def test_commands_are_answered_in_order_whatever_the_servers_habits(name: str) -> None:
    async with connected(ALONE[name]) as (game, connection):
        game.replies = {"ListPlayers": PLAYERS, "SaveWorld": b"World Saved \n "}

        replies = [
            await connection.execute(command)
            for command in ("ListPlayers", "Broadcast hi", "SaveWorld", "ListPlayers")
        ]

        assert [reply.text for reply in replies] == [PLAYERS.decode(), "", "World Saved", PLAYERS.decode()]
        assert [reply.is_empty for reply in replies] == [False, True, False, False]
        assert game.logins == 1


async def test_commands_given_at_once_wait_for_each_other() -> None:
    async with connected(Quirks(dies_of_haste=True)) as (game, connection):
        game.answer = lambda command: f"you said {command}".encode()

        replies = await asyncio.gather(*(connection.execute(f"echo {number}") for number in range(300)))

        assert [reply.text for reply in replies] == [f"you said echo {number}" for number in range(300)]
        assert game.commands == [f"echo {number}" for number in range(300)]


async def test_a_reply_of_a_megabyte_is_one_packet() -> None:
    async with connected() as (game, connection):
        game.replies = {"GetGameLog": b"x" * 1_000_000}

        reply = await connection.execute("GetGameLog")

        assert reply.text == "x" * 1_000_000


async def test_a_reply_under_a_strangers_id_is_taken_when_no_other_comes() -> None:
    async with connected(Quirks(foreign_id=4_711)) as (game, connection):
        game.replies = {"GetChat": b"ada (Ada): hi"}

        assert (await connection.execute("GetChat")).text == "ada (Ada): hi"


@pytest.mark.parametrize("quirks", [Quirks(), Quirks(refusal_in_type=True), Quirks(login_prelude=True)])
async def test_a_wrong_password_is_said_to_be_wrong_and_not_said(
    quirks: Quirks, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with open_game_server(quirks) as game:
        with pytest.raises(RconAuthError, match="refused the RCON password") as caught:
            async with open_rcon("127.0.0.1", game.port, SecretStr("hunter2"), timeouts=FAST):
                pass

    assert caught.value.code == "RCON-02"
    assert "hunter2" not in f"{caught.value!r} {caught.value} {caplog.text}"


async def test_nobody_listening_is_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))

        with pytest.raises(RconRefusedError, match="Nobody listens"):
            async with open_rcon("127.0.0.1", taken.getsockname()[1], SecretStr(PASSWORD), timeouts=FAST):
                pass


async def test_a_server_that_ignores_the_login_is_given_up() -> None:
    async with open_game_server(Quirks(silent_login=True)) as game:
        with pytest.raises(RconTimeoutError) as caught:
            async with open_rcon("127.0.0.1", game.port, SecretStr(PASSWORD), timeouts=FAST):
                pass

    assert not caught.value.was_sent


@pytest.mark.parametrize("garbage", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\xff" * 20, b"\0" * 20])
async def test_a_port_that_is_not_rcon_is_said_to_be_none(garbage: bytes) -> None:
    async with open_game_server(Quirks(garbage=garbage)) as game:
        with pytest.raises(RconProtocolError, match="Is this port RCON") as caught:
            async with open_rcon("127.0.0.1", game.port, SecretStr(PASSWORD), timeouts=FAST):
                pass

    assert not caught.value.was_sent


async def test_a_command_that_is_not_answered_may_have_run_and_ends_the_connection() -> None:
    async with connected(Quirks(silent=True)) as (game, connection):
        with pytest.raises(RconTimeoutError) as caught:
            await connection.execute("SaveWorld", timeout_seconds=0.1)

        assert caught.value.was_sent
        assert game.commands == ["SaveWorld"]
        await asyncio.wait_for(connection.wait_closed(), 2)
        with pytest.raises(RconClosedError) as after:
            await connection.execute("SaveWorld")
        assert not after.value.was_sent


async def test_a_command_that_never_got_its_turn_was_not_sent() -> None:
    async with connected(Quirks(reply_seconds=0.3)) as (game, connection):
        first = asyncio.ensure_future(connection.execute("SaveWorld"))
        await asyncio.sleep(0)

        with pytest.raises(RconTimeoutError) as caught:
            await connection.execute("DoExit", timeout_seconds=0.05)

        assert not caught.value.was_sent
        assert (await first).is_empty
        assert game.commands == ["SaveWorld"]


@pytest.mark.parametrize("sent_bytes", [0, 3, 20])
async def test_a_connection_that_breaks_within_a_reply_leaves_the_command_uncertain(sent_bytes: int) -> None:
    async with connected(Quirks(close_after_bytes=sent_bytes)) as (_, connection):
        with pytest.raises(RconClosedError) as caught:
            await connection.execute("SaveWorld")

        assert caught.value.was_sent


async def test_a_cancelled_command_ends_the_connection_so_that_its_reply_is_nobodys() -> None:
    async with connected(Quirks(reply_seconds=0.2)) as (_, connection):
        running = asyncio.ensure_future(connection.execute("SaveWorld"))
        await asyncio.sleep(0.05)

        running.cancel()

        with pytest.raises(asyncio.CancelledError):
            await running
        await asyncio.wait_for(connection.wait_closed(), 2)


@pytest.mark.parametrize("command", ["", "  ", "a\nb", "a\0b", "x" * 4_001])
async def test_a_command_is_one_line_of_bounded_length(command: str) -> None:
    async with connected() as (game, connection):
        with pytest.raises(InvalidInputError):
            await connection.execute(command)

        assert game.commands == []


async def test_any_error_of_the_client_is_an_error_of_rcon() -> None:
    for cls in (RconAuthError, RconClosedError, RconProtocolError, RconRefusedError, RconTimeoutError):
        assert issubclass(cls, RconError)
    codes = {cls.code for cls in RconError.__subclasses__()}
    assert len(codes) == 5
