"""A forger without the tribe cannot bind an account, and a tribe-mate cannot bind another's. Through real saves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bots.admin.linking.domain import PER_HOUR
from bots.admin.linking.save_proofs import SaveProofs
from sandbox.ark.world import Game
from shared.domain.events import Chat
from shared.domain.link_codes import name_of_code, new_code
from shared.domain.permissions import Level
from shared.errors import InvalidInputError
from shared.ids import GuildId
from shared.store.servers import CommunityRow, set_community
from tests.bots.admin.helpers import queued
from tests.bots.admin.linking.playing import Map, ask, open_map, players_of, settle_proofs, told
from tests.bots.admin.world import World, actor

BOB = actor(Level.MEMBER, member=7, name="Bob")
EVE = actor(Level.MEMBER, member=8, name="Eve")


@pytest.fixture
def island(world: World, tmp_path: Path) -> Map:
    return open_map(world, tmp_path)


@pytest.mark.parametrize("game", list(Game))
async def test_who_renames_a_tame_alone_of_their_tribe_is_tied_once(
    world: World, tmp_path: Path, game: Game
) -> None:
    island = open_map(world, tmp_path, game)
    mine, _ = island.tribe(1)
    await island.save()
    island.join(mine)
    name = await ask(world, BOB, mine)
    island.name_tame(mine, name.lower())

    await island.save()
    await island.save()

    expected = [mine.account] + ([f"name:{mine.platform_name}"] if game is Game.ASE else [])
    assert await players_of(world, BOB) == sorted(expected)
    (notice,) = await told(world, BOB)
    assert notice.startswith("Linked: ")
    assert "old name back" in notice
    (entry,) = [one for one in await world.entries() if one.action == "link.save"]
    assert (entry.actor_name, entry.target, entry.result) == ("Bob", mine.name, "tied")
    assert entry.arguments["player"] == mine.account
    assert entry.arguments["tribe"] == str(mine.team)
    assert ["now tied to Bob" in command for command in await queued(world.db)] == [True]


async def test_a_platform_name_and_a_locked_box_do_as_well_but_an_open_box_does_not(
    world: World, island: Map
) -> None:
    mine, _ = island.tribe(0)
    await island.save()
    island.join(mine)
    name = await ask(world, BOB, f"  {mine.platform_name.upper()} ")
    island.name_box(mine, name, is_locked=False)
    await island.save()
    assert await players_of(world, BOB) == []

    island.name_box(mine, name, is_locked=True)
    await island.save()

    assert await players_of(world, BOB) == [mine.account]


async def test_who_knows_the_code_but_is_not_of_the_tribe_gets_nothing(world: World, island: Map) -> None:
    victim, _ = island.tribe(0)
    forger, _ = island.tribe(1)
    await island.save()
    island.join(victim, forger)
    island.name_tame(forger, await ask(world, EVE, victim))

    await island.save()

    assert await players_of(world, EVE) == []
    assert "NOT tied" in (await world.entries())[0].result
    world.clock.advance(timedelta(hours=5))
    await island.save()
    from_sweep = await _swept(world)
    assert "no member of the name" in from_sweep


async def test_somebody_elses_code_on_ones_own_tame_neither_binds_nor_spends_it(
    world: World, island: Map
) -> None:
    mine, _ = island.tribe(0)
    thief, _ = island.tribe(1)
    await island.save()
    island.join(mine, thief)
    name = await ask(world, BOB, mine)
    island.name_tame(thief, name)
    await island.save()
    assert await players_of(world, BOB) == []

    island.name_tame(mine, name)
    await island.save()

    assert await players_of(world, BOB) == [mine.account]


async def test_a_code_for_a_save_means_nothing_in_the_chat_and_the_other_way_round(
    world: World, island: Map
) -> None:
    mine, _ = island.tribe(0)
    await island.save()
    island.join(mine)
    name = await ask(world, BOB, mine)
    for_chat = (await world.linking.start(EVE)).code
    island.name_tame(mine, name_of_code(for_chat))

    await world.feed(
        world.island, Chat(platform_name="thief", survivor="Thief", text=name.removeprefix("VERIFY-"))
    )
    await island.save()

    assert await players_of(world, BOB) == await players_of(world, EVE) == []


async def test_an_expired_code_binds_nobody(world: World, island: Map) -> None:
    mine, _ = island.tribe(0)
    await island.save()
    island.join(mine)
    name = await ask(world, BOB, mine)
    await island.save(minutes=151)
    island.name_tame(mine, name)

    await island.save()

    assert await players_of(world, BOB) == []


async def test_a_used_code_binds_nobody_else(world: World, island: Map) -> None:
    mine, mate = island.tribe(0)
    await island.save()
    island.join(mine)
    name = await ask(world, BOB, mine)
    island.name_tame(mine, name)
    await island.save()
    await world.linking.unlink(BOB, None, None)
    thief, _ = island.tribe(1)
    island.join(thief, mate)
    island.name_tame(thief, name)
    island.add_tame(mate, name)

    await island.save()

    assert await players_of(world, BOB) == await players_of(world, EVE) == []


async def test_guessing_codes_binds_nothing_and_crowds_nobody_out(world: World, island: Map) -> None:
    mine, _ = island.tribe(0)
    guesser, _ = island.tribe(1)
    await island.save()
    island.join(mine, guesser)
    for _ in range(200):
        island.add_tame(guesser, name_of_code(new_code()))
    island.name_tame(mine, await ask(world, BOB, mine))

    await island.save()

    assert await players_of(world, BOB) == [mine.account]
    async with world.db.connection() as conn:
        assert await conn.fetchval("SELECT count(*) FROM save_proofs WHERE tribe_id = $1", guesser.team) == 20
        assert await conn.fetchval("SELECT count(*) FROM links") == 1
    for _ in range(PER_HOUR):
        await world.linking.start(EVE, "x")
    with pytest.raises(InvalidInputError):
        await world.linking.start(EVE, "x")


async def test_a_tribe_mate_cannot_claim_for_another_while_both_are_on(world: World, island: Map) -> None:
    victim, mate = island.tribe(0)
    await island.save()
    island.join(victim, mate)
    island.name_tame(mate, await ask(world, EVE, victim))

    await island.save()

    assert await players_of(world, EVE) == []
    assert "Somebody else of that tribe was" in (await told(world, EVE))[0]


async def test_a_tribe_mate_cannot_claim_for_another_who_is_away(world: World, island: Map) -> None:
    victim, mate = island.tribe(0)
    await island.save()
    island.join(mate)
    island.name_tame(mate, await ask(world, EVE, victim))

    await island.save()

    assert await players_of(world, EVE) == []
    assert "was not on this map" in (await told(world, EVE))[0]


async def test_a_tribe_mate_who_goes_off_before_the_save_is_still_counted(world: World, island: Map) -> None:
    victim, mate = island.tribe(0)
    await island.save()
    island.join(victim, mate)
    island.name_tame(mate, await ask(world, EVE, victim))
    world.clock.advance(timedelta(minutes=3))
    island.ark.game_time += 180
    island.leave(mate)

    await island.save()

    assert await players_of(world, EVE) == []


async def test_a_tribe_mate_who_leaves_the_tribe_before_the_save_is_still_counted(
    world: World, island: Map
) -> None:
    victim, mate = island.tribe(0)
    await island.save()
    island.join(victim, mate)
    island.name_tame(mate, await ask(world, EVE, victim))
    tribe = island.ark.tribes[victim.team]
    island.ark.tribes[victim.team] = replace(
        tribe,
        member_ids=(victim.player_id,),
        log=(*tribe.log, f"Day 45, 10:00:00: {mate.name} was removed from the Tribe!"),
    )
    island.ark.survivors[mate.player_id] = replace(mate, tribe_id=None, team=mate.player_id)

    await island.save()

    assert await players_of(world, EVE) == []
    assert "Somebody else of that tribe was" in (await told(world, EVE))[0]


async def test_a_tribe_mate_who_is_gone_from_the_map_cannot_be_ruled_out(world: World, island: Map) -> None:
    victim, mate = island.tribe(0)
    await island.save()
    island.join(victim)
    island.name_tame(mate, await ask(world, EVE, victim))
    island.gone.add(mate.player_id)

    await island.save()

    assert await players_of(world, EVE) == []
    assert "may have been on" in (await told(world, EVE))[0]


async def test_a_mate_who_was_on_before_the_last_save_alone_is_no_hindrance(
    world: World, island: Map
) -> None:
    mine, mate = island.tribe(0)
    await island.save()
    island.join(mine, mate)
    name = await ask(world, BOB, mine)
    await island.save()
    island.leave(mate)
    await island.save()
    await island.save()
    island.name_tame(mine, name)

    await island.save()

    assert await players_of(world, BOB) == [mine.account]


async def test_a_suspect_save_binds_nobody(world: World, island: Map) -> None:
    mine, _ = island.tribe(0)
    await island.save()
    island.join(mine)
    island.name_tame(mine, await ask(world, BOB, mine))
    structures = dict(island.ark.structures)
    for number in list(structures)[: len(structures) * 9 // 10]:
        del island.ark.structures[number]
    doubtful = await island.save()
    assert doubtful is not None
    assert not doubtful.is_in_use
    assert await players_of(world, BOB) == []

    island.ark.structures |= structures
    await island.save()

    assert await players_of(world, BOB) == [mine.account]


async def test_a_save_that_was_put_back_binds_nobody(world: World, island: Map) -> None:
    mine, _ = island.tribe(0)
    await island.save()
    island.join(mine)
    island.name_tame(mine, await ask(world, BOB, mine))

    rolled_back = await island.save(back_hours=6)

    assert rolled_back is not None
    assert not rolled_back.is_in_use
    assert await players_of(world, BOB) == []


async def test_a_code_on_two_servers_binds_once(world: World, tmp_path: Path) -> None:
    island, ragnarok = open_map(world, tmp_path), open_map(world, tmp_path, Game.ASE)
    mine, _ = island.tribe(0)
    namesake = replace(ragnarok.tribe(0)[0], name=mine.name)
    ragnarok.ark.survivors[namesake.player_id] = namesake
    await island.save()
    await ragnarok.save()
    island.join(mine)
    ragnarok.join(namesake)
    name = await ask(world, BOB, mine)
    for where, who in ((island, mine), (ragnarok, namesake)):
        where.name_tame(who, name)
        where.saves += 1
        await where.store(minutes=1)

    await settle_proofs(world)

    assert await players_of(world, BOB) == [mine.account]


async def test_a_code_of_another_community_binds_nobody(world: World, island: Map) -> None:
    other = GuildId(78)
    async with world.db.transaction() as conn:
        await set_community(
            conn, CommunityRow(guild_id=other, name="Elsewhere", staff_roles=(), owner_roles=())
        )
    stranger = replace(EVE, guild_id=other)
    mine, _ = island.tribe(0)
    await island.save()
    island.join(mine)
    island.name_tame(mine, await ask(world, stranger, mine))

    await island.save()

    assert await players_of(world, stranger, other) == []
    assert await players_of(world, stranger) == []


async def _swept(world: World) -> str:
    await SaveProofs(world.db, world.wakeups, world.clock).sweep()
    return " ".join(await told(world, EVE))
