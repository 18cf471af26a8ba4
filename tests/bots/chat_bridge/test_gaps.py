"""Holes are shown with both times and the reason, and told in the channel once they are settled."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bots.chat_bridge.control.service import Control
from bots.chat_bridge.gaps.cards import gaps_card
from bots.chat_bridge.gaps.service import Gaps
from shared.domain.permissions import Level
from shared.store.gaps import add_gap
from tests.bots.chat_bridge.world import ISLAND_CHANNEL, RAGNAROK_CHANNEL, World, actor

REASON = "RCON was away; a server that restarted has forgotten the lines of that time."


@pytest.fixture
def gaps(world: World) -> Gaps:
    return Gaps(world.db, world.clock)


async def hole(
    world: World,
    *,
    seconds: float = 42,
    ago: timedelta = timedelta(minutes=20),
    recovered: int = 0,
    is_whole: bool = False,
) -> tuple[datetime, datetime]:
    """Leave a hole in the island's log that was recorded when it ended."""
    ended_at = world.clock.now() - ago
    began_at = ended_at - timedelta(seconds=seconds)
    async with world.db.transaction() as conn:
        number = await add_gap(
            conn,
            world.island,
            "rcon",
            began_at=began_at,
            ended_at=ended_at,
            reason=REASON,
            recovered=recovered,
            is_whole=is_whole,
        )
        await conn.execute("UPDATE feed_gaps SET recorded_at = $2 WHERE id = $1", number, ended_at)
    return began_at, ended_at


def span(times: tuple[datetime, datetime]) -> str:
    return f"<t:{int(times[0].timestamp())}:T> to <t:{int(times[1].timestamp())}:T>"


async def texts(world: World) -> list[str]:
    return [content for _, content in await world.posts(ISLAND_CHANNEL)]


async def test_a_hole_that_stays_is_told_once_with_both_times_and_the_reason(
    world: World, gaps: Gaps
) -> None:
    times = await hole(world)

    assert await gaps.tell()
    assert not await gaps.tell()

    (text,) = await texts(world)
    assert text == f"⚠️ The Island: gap from {span(times)}, not recoverable. {REASON}"
    assert await world.posts(RAGNAROK_CHANNEL) == []


async def test_a_hole_that_may_still_be_filled_is_not_told_yet(world: World, gaps: Gaps) -> None:
    await hole(world, ago=timedelta(minutes=2))

    assert not await gaps.tell()
    world.clock.advance(timedelta(minutes=10))
    assert await gaps.tell()


async def test_lines_that_came_late_are_told_at_once(world: World, gaps: Gaps) -> None:
    times = await hole(world, ago=timedelta(seconds=5), recovered=14, is_whole=True)

    assert await gaps.tell()

    assert await texts(world) == [f"🕗 The Island: recovered 14 lines of {span(times)}."]


async def test_a_hole_that_is_filled_after_it_was_told_is_told_again(world: World, gaps: Gaps) -> None:
    await hole(world)
    await gaps.tell()
    async with world.db.transaction() as conn:
        await conn.execute("UPDATE feed_gaps SET recovered = 3, recovered_at = now()")

    assert await gaps.tell()

    assert [text[0] for text in await texts(world)] == ["⚠", "🕗"]


@pytest.mark.parametrize(
    ("seconds", "ago", "is_whole"),
    [(5, timedelta(minutes=20), False), (42, timedelta(days=2), False), (42, timedelta(minutes=20), True)],
    ids=["a moment", "long ago", "nothing was missing"],
)
async def test_what_interests_nobody_is_not_told(
    world: World, gaps: Gaps, seconds: float, ago: timedelta, is_whole: bool
) -> None:
    await hole(world, seconds=seconds, ago=ago, is_whole=is_whole)

    assert not await gaps.tell()


async def test_a_paused_bridge_tells_of_holes_when_it_goes_on(world: World, gaps: Gaps) -> None:
    control = Control(world.db, world.clock)
    await hole(world)
    await control.pause(actor(), "")

    assert not await gaps.tell()
    await control.resume(actor())
    assert await gaps.tell()


async def test_anybody_may_see_the_holes_of_each_day_and_the_newest_with_their_reasons(
    world: World, gaps: Gaps
) -> None:
    began_at, _ = await hole(world, seconds=90)
    await hole(world, recovered=14, is_whole=True)

    report = await gaps.report(actor(Level.MEMBER))
    text = str(gaps_card(report, world.clock.now()).to_dict())

    assert "1 gap, 1 min missing; 14 lines recovered" in text
    assert f"<t:{int(began_at.timestamp())}:f>" in text
    assert "RCON was away" in text
    assert "have not been read yet" in text


async def test_where_nothing_is_missing_the_card_says_so(world: World, gaps: Gaps) -> None:
    async with world.db.transaction() as conn:
        await conn.execute(
            "INSERT INTO feed_states (server_id, source, since, read_at) VALUES ($1, 'rcon', $2, $2)",
            world.island,
            world.clock.now(),
        )

    text = str(gaps_card(await gaps.report(actor(Level.MEMBER)), world.clock.now()).to_dict())

    assert "Nothing is missing from the last 7 days." in text
    assert "come by RCON" in text
