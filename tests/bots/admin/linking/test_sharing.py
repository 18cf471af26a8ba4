"""An id is several people's when one of them leaves while another, who came later, plays on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bots.admin.linking.sharing import Presences
from bots.admin.linking.watching import shared_ids_reader
from shared.domain.events import GameEvent, Joined, Left, ServerStarted
from shared.ids import PlatformId
from shared.runtime.readers import read_all
from shared.store.quarantine import list_quarantined
from tests.bots.admin.world import GUILD, START, World

ID = PlatformId("00020000000000000000000000000a01")
ZERO = PlatformId("0" * 32)


def joined(name: str, platform_id: PlatformId | None = ID) -> Joined:
    return Joined(platform_name=name, platform_id=platform_id)


def left(name: str, platform_id: PlatformId | None = ID) -> Left:
    return Left(platform_name=name, platform_id=platform_id)


def found(*events: tuple[int, GameEvent]) -> list[str]:
    presences = Presences()
    shown = [presences.apply(event, START + timedelta(minutes=minute)) for minute, event in events]
    return [player for player in shown if player is not None]


def test_one_who_leaves_while_another_plays_on_shows_it() -> None:
    assert found((0, joined("a")), (5, joined("b")), (30, left("a"))) == [ID]


@pytest.mark.parametrize(
    "events",
    [
        [(0, joined("a")), (5, left("a")), (6, joined("b")), (9, left("b"))],
        # lost without a leave, renamed, and back: the names never overlap
        [(0, joined("a")), (5, joined("b")), (60, left("b")), (61, joined("a")), (90, left("a"))],
        [(0, joined("a")), (5, joined("b")), (30, joined("a")), (60, left("a"))],
        # the lost connection is only noticed after they are back under a new name
        [(0, joined("a")), (5, joined("b")), (7, left("a")), (60, left("b"))],
        [(0, joined("a")), (5, ServerStarted(name="Island")), (6, joined("b")), (60, left("a"))],
        [(0, joined("a", None)), (5, joined("b", None)), (60, left("a", None))],
        [(0, joined("a", ZERO)), (5, joined("b", ZERO)), (60, left("a", ZERO))],
        [(60, left("a"))],
    ],
)
def test_one_person_is_never_taken_for_several(events: list[tuple[int, GameEvent]]) -> None:
    assert found(*events) == []


async def test_the_log_puts_the_id_into_quarantine_however_it_is_cut(world: World) -> None:
    for minutes, event in ((60, joined("a")), (50, joined("b")), (10, left("a"))):
        await world.feed(world.island, event, age=timedelta(minutes=minutes), read=False)
        await read_all(shared_ids_reader(), world.resources)

    async with world.db.connection() as conn:
        assert await list_quarantined(conn, GUILD, [ID]) == {ID}
        assert await conn.fetchval("SELECT name FROM admin.presences") == "b"
