"""What a save says about who is who: codes in names, everybody who may have given them, accounts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from parser_service.identity import Identity, find_identity
from parser_service.saves.columns import World as Decoded
from parser_service.saves.world import read_world
from sandbox.ark.world import Creature, Game, Survivor, World
from sandbox.ark.writer import write_save
from shared.store.proofs import Person, ProofObject
from tests.parser_service.storing.worlds import SAVED_AT, world

NAME = "VERIFY-7KQ94MBX"


def unchanged(_folder: Path) -> None:
    return


def decode(ark: World, folder: Path, change: Callable[[Path], None] = unchanged) -> Decoded:
    path = write_save(ark, folder)
    change(path.parent)
    return read_world(path)


def find(ark: World, folder: Path, change: Callable[[Path], None] = unchanged) -> Identity:
    return find_identity(decode(ark, folder, change), saved_at=SAVED_AT)


def named(ark: World, name: str, *, team: int, in_cryopod: bool = False) -> None:
    """Give a tribe one more tame, with a name."""
    like, owner = next(iter(ark.creatures.values())), next(iter(ark.survivors.values()))
    number = ark.take_number()
    ark.creatures[number] = Creature(
        number=number,
        id1=900_000 + number,
        id2=1,
        species=like.species,
        level=10,
        place=owner.place,
        is_female=True,
        team=team,
        name=name,
        tamed_time=ark.game_time,
        in_cryopod=in_cryopod,
    )


def couple(ark: World) -> list[Survivor]:
    tribe = next(iter(ark.tribes.values()))
    return [ark.survivors[player] for player in tribe.member_ids]


@pytest.mark.parametrize("game", list(Game))
def test_a_code_comes_with_all_members_and_when_each_was_on(game: Game, tmp_path: Path) -> None:
    ark = world(game)
    owner, mate = couple(ark)
    ark.online[owner.player_id] = None
    ark.survivors[mate.player_id] = replace(mate, last_seen_time=ark.game_time - 600)
    named(ark, NAME.lower(), team=owner.team)

    (proof,) = find(ark, tmp_path).proofs

    assert (proof.code, proof.tribe_id, proof.object_kind) == ("7KQ94MBX", owner.team, ProofObject.TAME)
    assert proof.is_complete
    people = {person.player_id: person for person in proof.people}
    assert set(people) == {owner.player_id, mate.player_id}
    assert people[owner.player_id].is_awake
    assert not people[mate.player_id].is_awake
    seen = people[mate.player_id].last_seen_at
    assert seen is not None
    assert (SAVED_AT - seen).total_seconds() == pytest.approx(600, abs=1)
    assert all(person.is_member and person.has_body for person in people.values())
    assert {person.name for person in people.values()} == {owner.name, mate.name}


def test_locked_boxes_count_and_open_ones_pods_and_wild_creatures_do_not(tmp_path: Path) -> None:
    ark = world(Game.ASE)
    owner, _ = couple(ark)
    named(ark, "VERIFY-AAAABBBB", team=owner.team, in_cryopod=True)
    named(ark, "VERIFY-CCCCDDDD", team=2_000_000_000)
    boxes = [number for number, one in ark.structures.items() if "box" in one.kind]
    for number, name, is_locked in ((boxes[0], NAME, True), (boxes[1], "VERIFY-EEEEFFFF", False)):
        ark.structures[number] = replace(ark.structures[number], name=name, is_locked=is_locked)

    (proof,) = find(ark, tmp_path).proofs

    assert (proof.code, proof.object_kind) == ("7KQ94MBX", ProofObject.BOX)


def test_without_the_tribes_own_list_the_people_are_not_complete(tmp_path: Path) -> None:
    ark = world(Game.ASE)
    owner, _ = couple(ark)
    named(ark, NAME, team=owner.team)

    def lose_tribes(folder: Path) -> None:
        for path in folder.glob("*.arktribe"):
            path.unlink()

    (proof,) = find(ark, tmp_path, lose_tribes).proofs

    assert not proof.is_complete


def test_who_is_in_no_tribe_is_alone_with_what_is_theirs(tmp_path: Path) -> None:
    ark = world(Game.ASE)
    loner = next(one for one in ark.survivors.values() if one.tribe_id is None)
    named(ark, NAME, team=loner.team)

    (proof,) = find(ark, tmp_path).proofs

    assert proof.is_complete
    (person,) = proof.people
    assert (person.player_id, person.is_member) == (loner.player_id, True)


def test_who_left_the_tribe_is_told_by_its_log(tmp_path: Path) -> None:
    ark = world(Game.ASE)
    owner, mate = couple(ark)
    tribe = ark.tribes[owner.team]
    ark.tribes[owner.team] = replace(
        tribe,
        member_ids=(owner.player_id,),
        log=(f"Day 45, 10:00:00: {mate.name} was removed from the Tribe!",),
    )
    ark.survivors[mate.player_id] = replace(mate, tribe_id=None, team=mate.player_id)
    named(ark, NAME, team=owner.team)

    (proof,) = find(ark, tmp_path).proofs

    assert [_who(person) for person in proof.people] == [(owner.player_id, True), (mate.player_id, False)]


def test_survivors_come_with_their_accounts_and_shared_ones_are_noticed(tmp_path: Path) -> None:
    ark = world(Game.ASE)
    owner, mate = couple(ark)
    ordinary = find(ark, tmp_path / "ordinary")
    decoded = decode(ark, tmp_path)
    accounts = list(decoded.survivors.accounts)
    for player in (owner.player_id, mate.player_id):
        accounts[decoded.survivors.player_id.tolist().index(player)] = "76561190000000001"
    accounts[next(row for row, one in enumerate(accounts) if one != "76561190000000001")] = "0"
    odd = replace(decoded, survivors=replace(decoded.survivors, accounts=tuple(accounts)))

    found = find_identity(odd, saved_at=SAVED_AT)

    assert ordinary.shared_accounts == ()
    assert {one.account for one in ordinary.survivors} == {one.account for one in ark.survivors.values()}
    assert found.shared_accounts == ("76561190000000001",)
    assert "0" not in {one.account for one in found.survivors}


def test_real_worlds_prove_nothing_and_share_no_account(shared_data: Path) -> None:
    paths = [*(shared_data / "saves" / "asa").rglob("*.ark"), *(shared_data / "saves" / "ase").rglob("*.ark")]

    found = [find_identity(read_world(path), saved_at=SAVED_AT) for path in paths]

    assert found
    assert not any(identity.proofs or identity.shared_accounts for identity in found)


def _who(person: Person) -> tuple[int, bool]:
    return person.player_id, person.is_member
