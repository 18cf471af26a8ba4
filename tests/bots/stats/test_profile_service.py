"""Profiles and leaderboards."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bots.stats.profile.cards import profile_card, top_cards
from bots.stats.profile.domain import Board
from bots.stats.profile.service import ProfileService
from shared.domain.event_parts import Creature, Fighter
from shared.domain.events import Chat, FighterKind, Joined, Killed, Left, Tamed, WorldSaved
from shared.errors import InvalidInputError, NotFoundError
from shared.ids import MemberId, PlatformId
from shared.store.links import Link, add_link
from tests.bots.stats.world import GUILD, World, actor, at

OTTER = PlatformId("0002a1b2c3d4e5f60718293a4b5c6d7e")


@pytest.fixture
def service(world: World) -> ProfileService:
    return ProfileService(world.db, world.clock)


async def link(world: World, player: str, member: int = 7) -> None:
    async with world.db.transaction() as conn:
        await add_link(
            conn, GUILD, Link(player=player, member_id=MemberId(member), name="x", linked_at=at(0))
        )


async def test_who_is_not_linked_is_told_how(service: ProfileService) -> None:
    with pytest.raises(NotFoundError, match="/link"):
        await service.own(actor())


async def test_who_has_never_been_on_is_told_so(world: World, service: ProfileService) -> None:
    await link(world, OTTER)

    with pytest.raises(NotFoundError, match="Join a server"):
        await service.own(actor())


async def test_an_own_profile_adds_up_all_accounts_and_servers(world: World, service: ProfileService) -> None:
    await link(world, OTTER)
    await link(world, "name:Otter")
    await world.feed(
        world.island,
        (0, Joined(platform_name="Otter", platform_id=OTTER)),
        (1, Chat(platform_name="Otter", survivor="Rex", text="hi")),
        (2, Tamed(creature=Creature(name="Dodo"), survivor="Rex")),
        (60, Left(platform_name="Otter", platform_id=OTTER)),
    )
    await world.feed(world.ragnarok, (100, Joined(platform_name="Otter")), (130, WorldSaved()))

    profile = await service.own(actor())

    assert profile.playtime == timedelta(minutes=90)
    assert profile.on is not None
    assert profile.on.server == "Ragnarok"
    assert [(one.survivor, one.tames) for one in profile.survivors] == [("Rex", 1)]
    text = str(profile_card(profile, world.clock.now()).to_dict())
    assert "1 h 30 min in 1 finished sessions" in text
    assert "7 h 50 min old" in text


async def test_a_survivors_name_that_two_players_used_is_not_counted(
    world: World, service: ProfileService
) -> None:
    for player in ("Otter", "Lynx"):
        await world.feed(
            world.ragnarok,
            (0, Joined(platform_name=player)),
            (1, Chat(platform_name=player, survivor="Human", text="hi")),
            (2, Tamed(creature=Creature(name="Dodo"), survivor="Human")),
        )

    profile = await service.of_player(GUILD, "otter")

    assert profile.survivors == ()
    assert profile.shared_names == ("Human",)


async def test_two_accounts_of_one_member_share_a_survivor(world: World, service: ProfileService) -> None:
    for player in ("Otter", "Lynx"):
        await link(world, f"name:{player}")
        await world.feed(
            world.ragnarok,
            (0, Joined(platform_name=player)),
            (1, Chat(platform_name=player, survivor="Rex", text="hi")),
            (2, Tamed(creature=Creature(name="Dodo"), survivor="Rex")),
        )

    profile = await service.own(actor())

    assert [(one.survivor, one.tames) for one in profile.survivors] == [("Rex", 2)]


async def test_a_name_that_fits_several_asks_to_pick(world: World, service: ProfileService) -> None:
    await world.feed(world.ragnarok, (0, Joined(platform_name="Otter")), (0, Joined(platform_name="Otter2")))

    assert (await service.of_player(GUILD, "Otter")).name == "Otter"
    with pytest.raises(InvalidInputError, match="2 players"):
        await service.of_player(GUILD, "ott")
    with pytest.raises(NotFoundError, match="nobody"):
        await service.of_player(GUILD, "moth")
    assert {one.name for one in await service.known(GUILD, "OTT")} == {"Otter", "Otter2"}


async def test_the_playtime_board_ranks_and_shows_the_own_place(
    world: World, service: ProfileService
) -> None:
    await link(world, "name:Slow")
    players = [(f"P{number:03}", 300.0 - number) for number in range(120)]
    for name, minutes in [*players, ("Slow", 1.0)]:
        await world.feed(world.ragnarok, (0, Joined(platform_name=name)), (minutes, Left(platform_name=name)))

    top = await service.top(actor(), Board.PLAYTIME)

    assert [row.name for row in top.best[:3]] == ["P000", "P001", "P002"]
    assert len(top.best) == 100
    assert [(row.name, row.rank) for row in top.own] == [("Slow", 121)]
    cards = top_cards(top, world.clock.now())
    assert len(cards) == 10
    assert "🥇 **P000** · 5 h" in (cards[0].description or "")


async def test_the_kill_and_tame_boards_rank_survivors(world: World, service: ProfileService) -> None:
    rex = Fighter(name="Rex", kind=FighterKind.SURVIVOR, tribe="Wolves")
    moth = Fighter(name="Moth", kind=FighterKind.SURVIVOR, tribe="Divers")
    await world.feed(world.island, (0, Killed(victim=moth, killer=rex)))
    await world.feed(
        world.ragnarok,
        (0, Killed(victim=moth, killer=rex)),
        (1, Tamed(creature=Creature(name="Dodo"), survivor="Moth")),
    )

    kills = await service.top(actor(), Board.KILLS)
    tames = await service.top(actor(), Board.TAMES)

    assert [(row.name, row.count, row.detail) for row in kills.best] == [
        ("Rex", 2, "2 survivors, 0 creatures")
    ]
    assert [(row.name, row.count) for row in tames.best] == [("Moth", 1)]


async def test_an_empty_board_says_what_to_do(world: World, service: ProfileService) -> None:
    (card,) = top_cards(await service.top(actor(), Board.TAMES), world.clock.now())

    assert "Play a little" in (card.description or "")
