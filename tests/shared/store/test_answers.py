"""Answers in the game: to one survivor alone, in time, or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.db import Database
from shared.store.answers import ANSWER_WITHIN, add_answer
from shared.store.servers import get_server
from tests.shared.builders import GUILD, NOON, add_community


@pytest.mark.parametrize(
    ("key", "survivor", "late", "queued"),
    [
        ("island", "Rex", timedelta(), True),
        ("island", "Réx", timedelta(), True),
        ("ragnarok", "Rex", timedelta(), True),
        # an ASE server's RCON cannot write the name, so nobody would be found by it
        ("ragnarok", "Réx", timedelta(), False),
        ("island", 'Re"x', timedelta(), False),
        ("island", "  ", timedelta(), False),
        ("island", "Rex", ANSWER_WITHIN, False),
    ],
)
async def test_who_can_be_answered(
    db: Database, key: str, survivor: str, late: timedelta, queued: bool
) -> None:
    await add_community(db)
    async with db.transaction() as conn:
        server = await get_server(conn, GUILD, key)

        found = await add_answer(
            conn,
            server,
            survivor=survivor,
            text="12 points",
            asked_at=NOON,
            now=NOON + late,
            bot="test",
            key="1",
        )

        commands = await conn.fetch("SELECT command FROM rcon_commands")
    assert found is queued
    assert [row["command"] for row in commands] == (
        [f'ServerChatToPlayer "{survivor}" 12 points'] if queued else []
    )
