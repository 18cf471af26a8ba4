"""Status, pause and resume."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bots.chat_bridge.control.cards import status_card
from bots.chat_bridge.control.service import Control
from bots.chat_bridge.from_discord.domain import Receipt
from shared.domain.permissions import Level
from shared.errors import ForbiddenError, InvalidInputError, NotFoundError
from shared.store.audit import list_audit
from tests.bots.chat_bridge.world import GUILD, ISLAND_CHANNEL, World, actor, chat


@pytest.fixture
def control(world: World) -> Control:
    return Control(world.db, world.clock)


async def test_a_pause_carries_nothing_and_the_gap_is_told_when_it_ends(
    world: World, control: Control
) -> None:
    await control.pause(actor(), "event")
    await world.feed(world.island, chat("one"), chat("two"))
    await world.from_discord.take(world.spoken("hello"))

    skipped = await control.resume(actor())
    await world.feed(world.island, chat("three"))

    assert [(one.channel_id, one.from_game, one.from_discord) for one in skipped] == [(ISLAND_CHANNEL, 2, 1)]
    texts = [content for _, content in await world.posts()]
    assert texts[0] == "⏸️ The bridge to the game is paused: nothing is carried either way. Reason: event"
    assert texts[1].endswith("2 lines from the game and 1 line from here.")
    assert texts[2:] == ["three"]
    assert await world.commands(world.island) == []


async def test_who_speaks_during_a_pause_is_told(world: World, control: Control) -> None:
    await control.pause(actor(), "")

    await world.from_discord.take(world.spoken("hello"))

    (owed,) = await world.from_discord.owed()
    assert owed.progress.receipt is Receipt.PAUSED


async def test_a_pause_and_its_end_are_on_record(world: World, control: Control) -> None:
    await control.pause(actor(), "event")
    await control.resume(actor())

    async with world.db.connection() as conn:
        entries = await list_audit(conn, GUILD, limit=10)
    assert {(entry.action, entry.reason, entry.actor_name) for entry in entries} == {
        ("bridge pause", "event", "Sam"),
        ("bridge resume", "", "Sam"),
    }


async def test_only_staff_may_pause(control: Control) -> None:
    with pytest.raises(ForbiddenError):
        await control.pause(actor(Level.MEMBER), "")
    with pytest.raises(ForbiddenError):
        await control.resume(actor(Level.MEMBER))


async def test_pausing_twice_and_resuming_twice_say_what_to_do(control: Control) -> None:
    await control.pause(actor(), "")

    with pytest.raises(InvalidInputError, match="/bridge resume"):
        await control.pause(actor(), "")
    await control.resume(actor())
    with pytest.raises(NotFoundError, match="/bridge status"):
        await control.resume(actor())


async def test_the_status_says_what_waits_and_what_went_wrong(world: World, control: Control) -> None:
    await world.feed(world.island, chat("one"))
    await world.from_discord.take(world.spoken("hello", author=7))
    await world.settle("failed", server_id=world.island)

    status = await control.status(actor())

    assert [one.count for one in status.posts] == [1]
    assert [one.count for one in status.commands] == [1]
    text = str(status_card(status).to_dict())
    assert "1 waiting" in text
    assert "the map is not up" in text


async def test_members_see_their_own_failures_only(world: World, control: Control) -> None:
    await world.from_discord.take(world.spoken("hello", author=8))
    await world.settle("expired")

    mine = await control.status(actor(Level.MEMBER, member=8))
    others = await control.status(actor(Level.MEMBER, member=9))

    assert len(mine.failures) == 1
    assert others.failures == []


async def test_the_status_card_always_fits(world: World, control: Control) -> None:
    await control.pause(actor(), "x" * 200)
    world.clock.advance(timedelta(hours=1))

    embed = status_card(await control.status(actor()))

    assert len(embed) <= 6000
