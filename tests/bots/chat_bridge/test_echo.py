"""What we say a server's log will show is what it shows: echoes and lost replies are told by it."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from pydantic import SecretStr

from bots.chat_bridge.from_discord.domain import Spoken, lines_for_game
from parser_service.grammar.lines import parse_line
from parser_service.grammar.splitter import LineSplitter
from sandbox.ark.server import State, open_server
from sandbox.ark.spec import ServerSpec
from sandbox.ark.world import Game
from shared.clock import SystemClock
from shared.domain.events import ServerChat
from shared.ids import ChannelId, GuildId, MemberId, MessageId
from shared.rcon.client import open_rcon
from tests.bots.chat_bridge.test_abuse import NASTY


def said(dice: random.Random, number: int, *, ascii_only: bool) -> list[str]:
    spoken = Spoken(
        message_id=MessageId(1),
        guild_id=GuildId(2),
        channel_id=ChannelId(3),
        author_id=MemberId(4),
        author_name="".join(dice.choice(NASTY) for _ in range(2)),
        text=f"{number} " + "".join(dice.choice(NASTY) for _ in range(6)),
        reply_to=dice.choice([None, "Bob"]),
    )
    return lines_for_game(spoken, ascii_only=ascii_only)


@pytest.mark.parametrize(("game", "map_name"), [("asa", "TheIsland_WP"), ("ase", "Ragnarok")])
async def test_the_log_shows_each_line_as_we_expect_it(
    tmp_path: Path, game: Literal["asa", "ase"], map_name: str
) -> None:
    dice = random.Random(5)
    lines = [line for number in range(40) for line in said(dice, number, ascii_only=game == "ase")]
    spec = ServerSpec(
        key="island",
        name="The Island",
        game=Game(game),
        map_name=map_name,
        rcon_password="x",
        is_lively=False,
        boot=timedelta(0),
        down=timedelta(0),
    )

    async with open_server(spec, data=tmp_path, clock=SystemClock()) as server:
        await server.wait_until(State.UP)
        async with open_rcon("127.0.0.1", server.port, SecretStr("x")) as connection:
            for line in lines:
                await connection.execute(f"ServerChat {line}")
        splitter = LineSplitter()
        records = [*splitter.feed(server.log_path.read_bytes()), *splitter.flush()]

    events = [parse_line(record.text, game=game).event for record in records]
    assert [event.text for event in events if isinstance(event, ServerChat)] == lines
