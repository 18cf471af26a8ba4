"""ARK's RCON habits, seen through raw sockets."""

from __future__ import annotations

import asyncio
import struct
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sandbox.ark.commands import NO_RESPONSE
from sandbox.ark.server import ArkServer, open_server
from sandbox.ark.world import Game
from shared.clock import SystemClock
from tests.sandbox.ark.client import KEEP_ALIVE, Packet, raw_client
from tests.sandbox.ark.conftest import logged_in, make_spec

SILENCE = (NO_RESPONSE + " \n ").encode()


async def test_a_login_is_answered_by_one_packet_with_its_id(asa: ArkServer) -> None:
    async with raw_client(asa.port) as client:
        assert await client.login("sesame") == Packet(1, 2, b"")
        assert await client.ask("Nonsense") == Packet(7, 0, SILENCE)


async def test_a_wrong_password_is_answered_with_minus_one_and_nothing_else_is(asa: ArkServer) -> None:
    async with raw_client(asa.port) as client:
        assert await client.login("Sesame") == Packet(-1, 2, b"")
        client.send(2, 2, b"ListPlayers")
        with pytest.raises(TimeoutError):
            await client.receive(0.1)


async def test_a_reply_is_one_packet_however_long_it_is(asa: ArkServer) -> None:
    for _ in range(90):
        asa.say("Vey", "x" * 200)

    async with logged_in(asa) as client:
        reply = await client.ask("GetChat")

    assert len(reply.body) > 3 * 4096
    assert reply.body.count(b"x" * 200) == 90


@pytest.mark.parametrize("text", ["ListPlayers", "GetChat"])
async def test_a_second_packet_before_the_reply_silences_the_connection(asa: ArkServer, text: str) -> None:
    async with logged_in(asa) as client:
        client.send(5, 2, text.encode())
        client.send(6, 0, b"")
        with pytest.raises(TimeoutError):
            await client.receive(0.15)
    async with logged_in(asa) as client:
        assert (await client.ask(text)).packet_id == 7


async def test_keep_alives_come_by_themselves_and_before_replies(asa: ArkServer) -> None:
    asa.quirks = replace(asa.quirks, keep_alive_before_reply=2, keep_alive_every=timedelta(milliseconds=30))

    async with raw_client(asa.port) as client:
        await client.login("sesame")
        assert await client.receive() == KEEP_ALIVE
    asa.quirks = replace(asa.quirks, keep_alive_every=None)
    async with logged_in(asa) as client:
        assert (await client.ask("GetChat")).body == SILENCE
        assert await client.ask("GetChat") == KEEP_ALIVE
        assert (await client.receive()).body == SILENCE


async def test_ids_wrap_and_non_ascii_is_lost_on_ase_alone(asa: ArkServer, ase: ArkServer) -> None:
    async with logged_in(ase) as client:
        assert (await client.ask("ServerChat grüße 🎉", packet_id=259)).packet_id == 3
        assert (await client.ask("GetChat")).body == b"SERVER: gr??e ? \n "
    async with logged_in(asa) as client:
        assert (await client.ask("ServerChat grüße 🎉", packet_id=259)).packet_id == 259
        assert (await client.ask("GetChat")).body == "SERVER: grüße 🎉 \n ".encode()


async def test_connections_are_refused_until_the_map_is_up(tmp_path: Path) -> None:
    spec = make_spec(Game.ASA, boot=timedelta(milliseconds=300))
    async with open_server(spec, data=tmp_path, clock=SystemClock()) as server:
        server.restart()
        refused = 0
        async with asyncio.timeout(5):
            while True:
                try:
                    async with raw_client(server.port) as client:
                        if server.state == "up" and refused:
                            assert await client.login("sesame") == Packet(1, 2, b"")
                            break
                except ConnectionRefusedError:
                    refused += 1
                await asyncio.sleep(0.02)

    assert refused > 3


async def test_a_stalled_server_answers_when_it_runs_again(asa: ArkServer) -> None:
    async with logged_in(asa) as client:
        asa.stall(0.3)
        client.send(2, 2, b"ListPlayers")
        with pytest.raises(TimeoutError):
            await client.receive(0.1)
        assert (await client.receive()).packet_id == 2
    assert asa.state == "up"


async def test_what_people_do_in_a_frozen_game_shows_when_it_runs_again(asa: ArkServer) -> None:
    asa.stall(0.2)

    asa.say("Vey", "is it me?")

    assert asa.screen.texts == []
    await asyncio.sleep(0.01)
    await asa.wait_until(asa.state.UP)
    assert asa.screen.texts == ["Tarkhan Vey (Vey): is it me?"]


async def test_a_reply_may_break_off_in_the_middle(asa: ArkServer) -> None:
    asa.quirks = replace(asa.quirks, drop_in_reply=True)

    async with logged_in(asa) as client:
        client.send(2, 2, b"ListPlayers")
        with pytest.raises(asyncio.IncompleteReadError):
            await client.receive()


async def test_a_reply_may_come_in_pieces_and_late(asa: ArkServer) -> None:
    asa.quirks = replace(asa.quirks, chunk_bytes=3, reply_delay=timedelta(milliseconds=100))

    async with logged_in(asa) as client:
        client.send(2, 2, b"ListPlayers")
        with pytest.raises(TimeoutError):
            await client.receive(0.05)
        assert (await client.receive()).body == b"No Players Connected \n "


@pytest.mark.parametrize("size", [-1, 0, 9, 70_000, 2**31 - 1])
async def test_an_impossible_packet_length_ends_the_connection(asa: ArkServer, size: int) -> None:
    async with raw_client(asa.port) as client:
        client.writer.write(struct.pack("<i", size) + b"x" * 8)

        assert await client.at_end()
    async with logged_in(asa) as client:
        assert (await client.ask("ListPlayers")).body == b"No Players Connected \n "


async def test_a_crash_cuts_connections_and_closes_the_port(asa: ArkServer) -> None:
    async with logged_in(asa) as client:
        asa.crash()
        assert await client.at_end()
    await asa.wait_until(asa.state.DOWN)
    with pytest.raises(ConnectionRefusedError):
        async with raw_client(asa.port):
            pass

    asa.start()
    await asa.wait_until(asa.state.UP)

    async with logged_in(asa) as client:
        assert (await client.ask("ListPlayers")).packet_id == 7
