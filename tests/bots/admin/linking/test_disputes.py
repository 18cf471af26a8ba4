"""A second claimant overwrites nothing: a fresh proof, time or staff decide."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bots.admin.linking.disputes.domain import ANSWER_WITHIN, LAPSES_AFTER, DisputeState
from shared.domain.events import Chat, Joined
from shared.domain.permissions import Actor, Level
from shared.errors import ForbiddenError, InvalidInputError, NotFoundError
from shared.ids import MemberId, PlatformId
from tests.bots.admin.linking.playing import disputes, players_of, told
from tests.bots.admin.world import World, actor

OTTER = PlatformId("00020000000000000000000000000a01")
BOB = actor(Level.MEMBER, member=7, name="Bob")
EVE = actor(Level.MEMBER, member=8, name="Eve")
DAN = actor(Level.MEMBER, member=9, name="Dan")
STAFF = actor()


async def prove(world: World, who: Actor) -> None:
    """Let a member type a code as Otter."""
    ticket = await world.linking.start(who)
    chat = Chat(platform_name="otter99", survivor="Rex", text=f"!link {ticket.code}")
    await world.feed(world.island, Joined(platform_name="otter99", platform_id=OTTER), chat)


async def open_dispute(world: World) -> int:
    """Let Bob be Otter, and Eve claim it."""
    await prove(world, BOB)
    await prove(world, EVE)
    world.clock.advance(timedelta(minutes=5))
    (dispute,) = await disputes(world).open_ones(STAFF)
    return dispute.id


async def holders(world: World) -> list[str]:
    return [who.name for who in (BOB, EVE, DAN) if await players_of(world, who) == [OTTER]]


async def test_a_second_claimant_opens_a_dispute_and_both_are_told(world: World) -> None:
    number = await open_dispute(world)

    assert await holders(world) == ["Bob"]
    (dispute,) = await disputes(world).open_ones(STAFF)
    assert (dispute.holder_id, dispute.claimant_id, dispute.state) == (7, 8, DisputeState.OPEN)
    for who in (BOB, EVE):
        (notice,) = await told(world, who)
        assert notice.startswith(f"Dispute {number}: ")
    with pytest.raises(ForbiddenError):
        await disputes(world).open_ones(BOB)


async def test_the_proof_that_opened_it_decides_nothing(world: World) -> None:
    await open_dispute(world)
    world.clock.advance(ANSWER_WITHIN + timedelta(days=1))

    await disputes(world).step()

    assert len(await disputes(world).open_ones(STAFF)) == 1
    assert await holders(world) == ["Bob"]


@pytest.mark.parametrize("who", [BOB, EVE])
async def test_a_fresh_proof_that_is_not_answered_decides(world: World, who: Actor) -> None:
    await open_dispute(world)
    await prove(world, who)
    world.clock.advance(ANSWER_WITHIN - timedelta(minutes=1))
    await disputes(world).step()
    assert await holders(world) == ["Bob"]
    world.clock.advance(timedelta(minutes=1))

    await disputes(world).step()
    await disputes(world).step()

    assert await holders(world) == [who.name]
    assert await disputes(world).open_ones(STAFF) == []
    assert len([entry for entry in await world.entries() if entry.action == "links.dispute"]) == 1
    assert "is over" in (await told(world, BOB))[-1]


@pytest.mark.parametrize("third", [BOB, DAN])
async def test_when_both_prove_it_or_a_third_claims_only_staff_decide(world: World, third: Actor) -> None:
    number = await open_dispute(world)
    await prove(world, EVE)
    await prove(world, third)
    world.clock.advance(LAPSES_AFTER * 2)
    await disputes(world).step()
    (dispute,) = await disputes(world).open_ones(STAFF)
    assert dispute.state is DisputeState.CONTESTED
    assert await holders(world) == ["Bob"]

    await disputes(world).decide(STAFF, number, moves=True, reason="Eve showed a receipt")

    assert await holders(world) == ["Eve"]
    entry = (await world.entries())[0]
    assert (entry.action, entry.reason, entry.actor_name) == ("links.decide", "Eve showed a receipt", "Sam")


async def test_staff_decide_once_and_not_for_themselves(world: World) -> None:
    number = await open_dispute(world)
    with pytest.raises(ForbiddenError):
        await disputes(world).decide(EVE, number, moves=True, reason="mine")
    with pytest.raises(InvalidInputError, match="side"):
        await disputes(world).decide(actor(member=8), number, moves=True, reason="mine")
    with pytest.raises(NotFoundError):
        await disputes(world).decide(STAFF, number + 1, moves=True, reason="x")

    await disputes(world).decide(STAFF, number, moves=False, reason="it is Bob's")

    assert await holders(world) == ["Bob"]
    with pytest.raises(InvalidInputError, match="over"):
        await disputes(world).decide(STAFF, number, moves=True, reason="no, Eve's")


async def test_it_lapses_when_nobody_proves_anything_or_the_holder_lets_go(world: World) -> None:
    await open_dispute(world)
    world.clock.advance(LAPSES_AFTER)
    await disputes(world).step()
    assert await disputes(world).open_ones(STAFF) == []
    await prove(world, EVE)
    assert len(await disputes(world).open_ones(STAFF)) == 1

    await world.linking.unlink(BOB, None, None)

    assert await disputes(world).open_ones(STAFF) == []
    world.clock.advance(timedelta(hours=2))
    await prove(world, EVE)
    assert await holders(world) == ["Eve"]


async def test_a_members_accounts_are_for_them_and_staff_and_looking_is_on_record(world: World) -> None:
    await prove(world, BOB)

    mine = await world.linking.accounts(BOB, BOB.member_id)
    theirs = await world.linking.accounts(STAFF, BOB.member_id)

    assert mine == theirs
    assert [link.player for link in mine.links] == [OTTER]
    with pytest.raises(ForbiddenError):
        await world.linking.accounts(EVE, MemberId(7))
    assert (await world.entries())[0].action == "links.show"
