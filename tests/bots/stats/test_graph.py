"""The players' curve: which points are drawn, and the picture."""

from __future__ import annotations

import asyncio
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bots.stats.graph.domain import MAX_SERVERS, Chart, chart_of, span_in_words
from bots.stats.graph.paint import paint
from bots.stats.graph.painter import Painter, PaintError
from bots.stats.graph.service import GraphService
from shared.errors import NotFoundError
from shared.ids import GuildId, ServerId
from shared.store.servers import GameServer
from shared.store.states import PlayerCount, add_player_count
from tests.bots.stats.world import GUILD, World

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def server(number: int, name: str = "") -> GameServer:
    return GameServer(
        id=ServerId(number),
        guild_id=GuildId(10),
        key=f"s{number}",
        name=name or f"Server {number}",
        game="asa",
        map="x",
        cluster="main",
    )


def count(minutes_ago: float, players: int, number: int = 1) -> PlayerCount:
    return PlayerCount(server_id=ServerId(number), at=NOW - timedelta(minutes=minutes_ago), players=players)


def chart(servers: list[GameServer], counts: list[PlayerCount], hours: int = 24) -> Chart:
    found = chart_of(servers, counts, hours=hours, until=NOW)
    assert found is not None
    return found


def test_nothing_counted_is_no_chart() -> None:
    assert chart_of([server(1)], [], hours=24, until=NOW) is None
    assert chart_of([server(1)], [count(5, 3, number=2)], hours=24, until=NOW) is None


def test_a_point_is_the_highest_count_of_its_bin() -> None:
    found = chart([server(1)], [count(1400, 1), count(4.2, 2), count(4.1, 9), count(4.0, 3)])

    assert found.curves[0].players == (1, None, 9)
    assert found.curves[0].peak == 9


def test_where_nobody_looked_there_is_no_line() -> None:
    found = chart([server(1)], [count(120, 2), count(119, 2), count(30, 5)], hours=3)

    assert found.curves[0].players == (2, 2, None, 5)


def test_a_week_of_minutes_becomes_few_points() -> None:
    counts = [count(minute, minute % 7) for minute in range(7 * 24 * 60, 0, -1)]

    found = chart([server(1)], counts, hours=168)

    assert 300 <= len(found.curves[0].players) <= 362
    assert None not in found.curves[0].players


def test_the_chart_begins_where_counting_began() -> None:
    counts = [count(minute, 1) for minute in range(90, 0, -1)]

    found = chart([server(1)], counts, hours=24)

    assert found.span == timedelta(minutes=90)
    assert found.curves[0].hours_ago[0] == 1.5
    assert len(found.curves[0].players) == 90
    assert span_in_words(found) == "1 h 30 min"


def test_counts_of_other_servers_do_not_widen_the_chart() -> None:
    found = chart([server(1)], [count(300, 1, number=2), count(30, 1)])

    assert found.span == timedelta(minutes=30)


def test_a_chart_of_a_first_minute_is_ten_minutes_wide() -> None:
    found = chart([server(1)], [count(1, 1)])

    assert found.span == timedelta(minutes=10)
    assert span_in_words(found) == "10 min"


def test_a_chart_whose_time_is_all_known_is_as_wide_as_asked_for() -> None:
    found = chart([server(1)], [count(24 * 60 - 0.7, 1), count(1, 1)])

    assert found.span == timedelta(hours=24)
    assert span_in_words(found) == "24 h"


@pytest.mark.parametrize(
    ("hours", "first", "last", "number"),
    [
        (1 / 6, "10 min ago", "now", 6),
        (24, "24 h ago", "now", 7),
        (72, "72 h ago", "now", 7),
        (168, "7 d ago", "now", 8),
    ],
)
def test_the_axis_has_round_marks_from_now_to_where_the_chart_begins(
    hours: float, first: str, last: str, number: int
) -> None:
    value = {
        "title": "Players",
        "hours": hours,
        "until": NOW.isoformat(),
        "curves": [{"name": "x", "peak": 1, "hours_ago": [0.1], "players": [1]}],
    }

    axes = paint(value).axes[0]

    marks = [label.get_text().partition("\n")[0] for label in axes.get_xticklabels()]
    assert (marks[-1], marks[0], len(marks)) == (first, last, number)
    assert axes.get_xlim() == (-hours, 0)


def test_the_busiest_servers_are_drawn() -> None:
    servers = [server(number) for number in range(1, 11)]

    found = chart(servers, [count(1, number, number) for number in range(1, 11)])

    assert [curve.name for curve in found.curves] == [
        f"Server {number}" for number in range(10, 10 - MAX_SERVERS, -1)
    ]
    assert found.left_out == 3


async def test_the_picture_is_a_png_of_the_size_asked_for(tmp_path: Path) -> None:
    names = ["The Island", "$\\frac{", "恐龙 🦖", "_hidden", ""]
    servers = [server(number, name) for number, name in enumerate(names, 1)]
    counts = [count(minute, number, number) for minute in range(60, 0, -1) for number in range(1, 6)]

    picture = await Painter(tmp_path).paint(chart(servers, counts, hours=1), title="Players $x")

    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", picture[16:24]) == (960, 600)


async def test_the_event_loop_goes_on_while_a_picture_is_drawn(tmp_path: Path) -> None:
    painting = asyncio.create_task(
        Painter(tmp_path).paint(chart([server(1)], [count(1, 1)]), title="Players")
    )
    ticks = 0
    while not painting.done():
        ticks += 1
        await asyncio.sleep(0.005)

    assert (await painting).startswith(b"\x89PNG")
    assert ticks > 10


async def test_a_drawing_that_fails_is_said_so(tmp_path: Path) -> None:
    broken = chart([server(1)], [count(1, 1)])

    with pytest.raises(PaintError, match="could not be drawn"):
        await Painter(tmp_path).paint(
            Chart(span=timedelta(0), until=NOW, curves=(), left_out=0, latest_at=broken.latest_at), title="x"
        )


async def test_an_empty_time_says_what_to_do(world: World) -> None:
    service = GraphService(world.db, world.clock)

    with pytest.raises(NotFoundError, match="/status"):
        await service.players(GUILD, server_key=None, hours=24)


async def test_one_server_can_be_asked_for(world: World) -> None:
    service = GraphService(world.db, world.clock)
    async with world.db.transaction() as conn:
        for server_id, players in ((world.island, 3), (world.ragnarok, 9)):
            await add_player_count(
                conn, PlayerCount(server_id=server_id, at=world.clock.now(), players=players)
            )

    found = await service.players(GUILD, server_key="island", hours=1)

    assert [(curve.name, curve.peak) for curve in found.curves] == [("The Island", 3)]
