"""Ties follow accounts through renames and transfers, and nobody owns an id that several people use."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bots.admin.linking.domain import Outcome
from parser_service.identity import Identity, store_identity
from sandbox.ark.world import Game
from shared.domain.events import Chat, Joined
from shared.domain.permissions import Level
from shared.errors import ForbiddenError, NotFoundError
from shared.ids import PlatformId, SaveId, TribeId
from shared.store.quarantine import list_quarantined
from shared.store.survivor_accounts import SurvivorAccount
from tests.bots.admin.linking.playing import ask, open_map, players_of, told, upkeep
from tests.bots.admin.world import GUILD, World, actor

BOB = actor(Level.MEMBER, member=7, name="Bob")
OTTER, HERON = PlatformId("76561190000000001"), PlatformId("76561190000000002")


def survivor(account: PlatformId, name: str, player_id: int = 1) -> SurvivorAccount:
    return SurvivorAccount(
        account=account, player_id=player_id, survivor="Rex", platform_name=name, tribe_id=TribeId(0)
    )


async def see(world: World, *survivors: SurvivorAccount, shared: tuple[PlatformId, ...] = ()) -> None:
    """Let a save of the ASE server tell these accounts, and the bot look after its ties."""
    identity = Identity(survivors=survivors, shared_accounts=shared)
    async with world.db.transaction() as conn:
        await store_identity(conn, world.ragnarok, SaveId(1), identity, saved_at=world.clock.now())
    await upkeep(world).follow_names()
    await upkeep(world).report_quarantine()


async def tie_by_save(world: World, folder: Path) -> tuple[PlatformId, str]:
    """Prove a survivor of the ASE server, and return their account and its name."""
    ragnarok = open_map(world, folder, Game.ASE)
    mine, _ = ragnarok.tribe(1)
    await ragnarok.save()
    ragnarok.join(mine)
    ragnarok.name_tame(mine, await ask(world, BOB, mine))
    await ragnarok.save()
    return PlatformId(mine.account), mine.platform_name


async def test_a_new_name_of_the_account_is_tied_and_the_old_one_stays(world: World, tmp_path: Path) -> None:
    account, name = await tie_by_save(world, tmp_path)

    await see(world, survivor(account, "otter-2026"))
    await see(world, survivor(account, "otter-2026"))

    assert await players_of(world, BOB) == sorted([account, f"name:{name}", "name:otter-2026"])
    assert len([entry for entry in await world.entries() if entry.action == "link.rename"]) == 1


async def test_a_name_that_another_account_takes_over_is_untied(world: World, tmp_path: Path) -> None:
    account, name = await tie_by_save(world, tmp_path)

    await see(world, survivor(account, "otter-2026"), survivor(HERON, name, 2))

    assert await players_of(world, BOB) == sorted([account, "name:otter-2026"])


async def test_a_name_that_two_accounts_bear_is_tied_to_nobody(world: World, tmp_path: Path) -> None:
    account, name = await tie_by_save(world, tmp_path)

    await see(world, survivor(account, "same"), survivor(HERON, "same", 2))

    assert await players_of(world, BOB) == sorted([account, f"name:{name}"])


async def test_an_account_is_the_same_member_on_another_map_and_in_another_tribe(
    world: World, tmp_path: Path
) -> None:
    island = open_map(world, tmp_path)
    mine, _ = island.tribe(0)
    await island.save()
    island.join(mine)
    island.name_tame(mine, await ask(world, BOB, mine))
    await island.save()

    other_tribe = replace(survivor(PlatformId(mine.account), "x"), survivor="Moved", tribe_id=TribeId(60_000))
    await see(world, other_tribe)

    accounts = await world.linking.accounts(BOB, BOB.member_id)
    assert {(one.server_id, one.survivor, one.tribe_id) for one in accounts.survivors} == {
        (world.island, mine.name, mine.team),
        (world.ragnarok, "Moved", 60_000),
    }


async def test_an_id_that_several_survivors_have_is_untied_reported_once_and_never_tied(world: World) -> None:
    ticket = await world.linking.start(BOB)
    joined = Joined(platform_name="otter99", platform_id=OTTER)
    await world.feed(
        world.island, joined, Chat(platform_name="otter99", survivor="Rex", text=f"!link {ticket.code}")
    )
    assert await players_of(world, BOB) == [OTTER]

    await see(world, shared=(OTTER,))
    await see(world, shared=(OTTER,))

    assert await players_of(world, BOB) == []
    assert "untied" in (await told(world, BOB))[0]
    (entry,) = [entry for entry in await world.entries() if entry.action == "link.quarantine"]
    assert entry.target == OTTER
    again = await world.linking.start(BOB)
    await world.feed(
        world.island, joined, Chat(platform_name="otter99", survivor="Rex", text=f"!link {again.code}")
    )
    assert await players_of(world, BOB) == []
    (settled,) = await world.linking.settled([again.code_id])
    assert settled.outcome is Outcome.QUARANTINED


async def test_staff_let_an_id_out_for_good_with_a_reason(world: World) -> None:
    await see(world, shared=(OTTER,))
    with pytest.raises(ForbiddenError):
        await world.linking.release(BOB, OTTER, "mine")

    await world.linking.release(actor(), OTTER, "a copied profile")

    await see(world, shared=(OTTER,))
    async with world.db.connection() as conn:
        assert await list_quarantined(conn, GUILD, [OTTER]) == set()
    with pytest.raises(NotFoundError):
        await world.linking.release(actor(), OTTER, "again")
