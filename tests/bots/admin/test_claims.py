"""Codes on their way from Discord through the game's chat to a tie."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bots.admin.linking.domain import PER_HOUR, Outcome
from shared.domain.events import Chat, Joined
from shared.domain.permissions import Actor, Level
from shared.errors import ForbiddenError, InvalidInputError, NotFoundError
from shared.ids import MemberId, PlatformId
from shared.store.links import list_links
from tests.bots.admin.helpers import queued
from tests.bots.admin.world import GUILD, World, actor

OTTER = PlatformId("00020000000000000000000000000a01")
BOB = actor(Level.MEMBER, member=7, name="Bob")
EVE = actor(Level.MEMBER, member=8, name="Eve")


def typed(code: str, *, name: str = "otter99") -> Chat:
    return Chat(platform_name=name, survivor="Rex", text=f"!link {code}")


async def players_of(world: World, who: Actor) -> list[str]:
    async with world.db.connection() as conn:
        return [link.player for link in await list_links(conn, GUILD, who.member_id)]


async def test_who_types_the_code_is_tied_once(world: World) -> None:
    ticket = await world.linking.start(BOB)

    await world.feed(world.island, Joined(platform_name="otter99", platform_id=OTTER), typed(ticket.code))
    await world.feed(world.island, typed(ticket.code, name="thief"))
    await world.feed(world.ragnarok, typed(ticket.code, name="thief"))

    assert await players_of(world, BOB) == [OTTER]
    (settled,) = await world.linking.settled([ticket.code_id])
    assert (settled.outcome, settled.player_name) == (Outcome.LINKED, "otter99")
    (entry,) = await world.entries()
    assert (entry.action, entry.actor_name, entry.target, entry.result) == ("link", "Bob", "otter99", "tied")
    assert len(await queued(world.db)) == 1


async def test_a_second_claimant_gets_nothing_and_staff_are_told(world: World) -> None:
    await world.feed(world.ragnarok, typed((await world.linking.start(BOB)).code))
    again = await world.linking.start(BOB)
    await world.feed(world.ragnarok, typed(again.code))
    ticket = await world.linking.start(EVE)

    await world.feed(world.ragnarok, typed(ticket.code))

    assert await players_of(world, BOB) == ["name:otter99"]
    assert await players_of(world, EVE) == []
    outcomes = [one.outcome for one in await world.linking.settled([again.code_id, ticket.code_id])]
    assert outcomes == [Outcome.ALREADY_YOURS, Outcome.TAKEN]
    entry = (await world.entries())[0]
    assert entry.actor_name == "Eve"
    assert "NOT tied: this player belongs to member 7" in entry.result
    assert "tied to somebody else" in (await queued(world.db))[-1]


@pytest.mark.parametrize(
    ("read_after", "typed_after", "is_tied"),
    [
        (timedelta(minutes=1), timedelta(minutes=1), True),
        (timedelta(hours=2), timedelta(minutes=10), True),
        (timedelta(hours=2), timedelta(minutes=30), False),
        (timedelta(minutes=1), timedelta(minutes=-30), False),
    ],
)
async def test_a_code_counts_when_it_was_typed_in_time_however_late_it_is_read(
    world: World, read_after: timedelta, typed_after: timedelta, *, is_tied: bool
) -> None:
    ticket = await world.linking.start(BOB)
    world.clock.advance(read_after)

    await world.feed(world.ragnarok, typed(ticket.code), age=read_after - typed_after)

    assert bool(await players_of(world, BOB)) is is_tied


async def test_only_the_latest_code_counts_and_there_are_few_in_an_hour(world: World) -> None:
    first = await world.linking.start(BOB)
    second = await world.linking.start(BOB)
    await world.feed(world.ragnarok, typed(first.code))
    assert await players_of(world, BOB) == []
    await world.feed(world.ragnarok, typed(second.code))
    assert await players_of(world, BOB) == ["name:otter99"]

    results = await asyncio.gather(
        *(world.linking.start(BOB) for _ in range(PER_HOUR + 2)), return_exceptions=True
    )
    refused = [result for result in results if isinstance(result, InvalidInputError)]
    assert len(refused) == len(results) - (PER_HOUR - 2)
    world.clock.advance(timedelta(hours=1, minutes=1))
    await world.linking.start(BOB)


async def test_an_unclear_player_is_not_tied_and_the_code_is_gone(world: World) -> None:
    heron = PlatformId("00020000000000000000000000000b02")
    ticket = await world.linking.start(BOB)

    await world.feed(
        world.island,
        Joined(platform_name="otter99", platform_id=OTTER),
        Joined(platform_name="otter99", platform_id=heron),
        typed(ticket.code),
    )

    assert await players_of(world, BOB) == []
    (settled,) = await world.linking.settled([ticket.code_id])
    assert settled.outcome is Outcome.UNCLEAR


async def test_unlinking_is_for_oneself_or_staff_and_on_record(world: World) -> None:
    await world.feed(world.ragnarok, typed((await world.linking.start(BOB)).code))
    await world.feed(world.ragnarok, typed((await world.linking.start(BOB)).code, name="heron"))

    with pytest.raises(InvalidInputError, match="Several"):
        await world.linking.unlink(BOB, None, None)
    with pytest.raises(ForbiddenError):
        await world.linking.unlink(EVE, "heron", MemberId(7))
    with pytest.raises(NotFoundError):
        await world.linking.unlink(BOB, "nobody", None)
    await world.linking.unlink(BOB, "heron", None)
    with pytest.raises(InvalidInputError, match="reason"):
        await world.linking.unlink(actor(), None, MemberId(7))
    await world.linking.unlink(actor(), None, MemberId(7), "sold the account")

    assert await players_of(world, BOB) == []
    with pytest.raises(NotFoundError):
        await world.linking.unlink(BOB, None, None)
    assert [(entry.actor_name, entry.target) for entry in await world.entries()][:2] == [
        ("Sam", "otter99"),
        ("Bob", "heron"),
    ]


async def test_old_codes_are_forgotten(world: World) -> None:
    await world.linking.start(BOB)
    world.clock.advance(timedelta(days=2))

    await world.linking.sweep()

    async with world.db.connection() as conn:
        assert await conn.fetchval("SELECT count(*) FROM admin.link_codes") == 0
