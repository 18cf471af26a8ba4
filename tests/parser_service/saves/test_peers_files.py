"""All real profiles, tribes and cluster inventories of ASA against ``arkparse`` 0.6, of all versions.

``arkparser`` reads but those of version 7: see ``test_small_files_peers``. ``arkparse`` reads no file of ASE. Where
it differs:

- Last login: it has ``LoginTime`` alone; the later of two counts.
- Names without a text are ``None``; here they are empty.
- Creatures in ASA's cryopods: it takes the first of the game's constant names for ``TribeName``. It is
  ``TamerString``: it stands right before ``TamedTimeStamp``, as that does in every tame of a world, where
  ``TribeName`` comes two dozen properties later. We are right.
- An uploaded item has the quantity 0 there, as written; it is one (the game leaves the number out).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from arkparse.api.player_api import PlayerApi
from arkparse.ark_tribe import ArkTribe
from arkparse.object_model.cluster_data.ark_cluster_data import ClusterData
from arkparse.player.ark_player import ArkPlayer
from arkparse.saves.asa_save import AsaSave

from parser_service.saves import read_world
from parser_service.saves.cluster_file import read_cluster
from parser_service.saves.columns import SurvivorSource, TribeSource
from parser_service.saves.profile_file import read_profile
from parser_service.saves.tribe_file import read_tribe
from tests.parser_service.saves.peer_columns import TAMES, compare_creature
from tests.parser_service.saves.peer_objects import of_arkparse

# arkparse's names of the stats, in the order of ours.
_STATS = (
    *("health", "stamina", "torpidity", "oxygen", "food", "water"),
    *("temperature", "weight", "melee_damage", "movement_speed", "fortitude", "crafting_speed"),
)


def files(folder: Path, kind: str) -> list[Path]:
    """Return the real files of ASA of a kind."""
    return sorted(folder.glob(f"saves/asa/*/*.{kind}"))


def engram(reference: Any) -> str:
    """Return the class that a reference names."""
    return str(getattr(reference, "value", reference)).rpartition(".")[2].rstrip("'\"")


def test_all_profiles_agree_in_every_field_with_arkparse(shared_data: Path) -> None:
    paths = files(shared_data, "arkprofile")

    for path in paths:
        data = path.read_bytes()
        ours = read_profile(data)
        theirs = ArkPlayer(data, from_store=False)

        character = theirs.player_data.get_property_value("MyData").get_property_value(
            "MyPlayerCharacterConfig"
        )
        assert {
            "player_id": ours.player_id,
            "account": ours.account,
            "platform_name": ours.platform_name,
            "name": ours.name,
            "tribe_id": ours.tribe_id,
            "level": ours.level,
            "experience": ours.experience,
            "points": ours.points,
            "engrams": sorted(ours.engrams),
            "deaths": ours.deaths,
            "is_female": ours.is_female,
        } == {
            "player_id": theirs.id_,
            "account": theirs.unique_id or "",
            "platform_name": theirs.name or "",
            "name": theirs.char_name or "",
            "tribe_id": theirs.tribe or 0,
            "level": theirs.stats.level,
            "experience": theirs.stats.experience,
            "points": tuple(getattr(theirs.stats.stats, name) for name in _STATS),
            "engrams": sorted(map(engram, theirs.stats.engrams)),
            "deaths": int(theirs.nr_of_deaths),
            "is_female": bool(character.get_property_value("bIsFemale")),
        }, path.name
        assert theirs.login_time is None or ours.last_seen_time >= theirs.login_time

    assert len(paths) == 17


def test_all_tribes_agree_in_every_field_with_arkparse(shared_data: Path) -> None:
    paths = files(shared_data, "arktribe")

    for path in paths:
        data = path.read_bytes()
        ours, theirs = read_tribe(data), ArkTribe(data, from_store=False)

        assert (ours.tribe_id, ours.name, ours.owner_player_id) == (
            theirs.tribe_id,
            theirs.name,
            theirs.owner_id,
        )
        assert list(ours.member_names) == theirs.members
        assert list(ours.member_ids) == theirs.member_ids
        assert list(ours.log) == theirs.tribe_log

    assert len(paths) == 10


@pytest.mark.parametrize(
    ("name", "survivors", "tribes"),
    [("lost_colony", 1, 1), ("mod_map_1", 1, 1), ("mod_map_2", 1, 1), ("extinction", 0, 0)],
)
def test_survivors_and_tribes_inside_worlds_are_those_that_arkparse_finds(
    shared_data: Path, name: str, survivors: int, tribes: int
) -> None:
    path = shared_data / f"saves/asa/worlds/asa14_{name}.ark"
    world = read_world(path)
    save = AsaSave(path, read_only=True)
    theirs = PlayerApi(save, bypass_inventory=True)
    save.close()

    kept = [row for row, source in enumerate(world.survivors.sources) if source is SurvivorSource.SAVE]
    assert [(world.survivors.player_id[row], world.survivors.names[row]) for row in kept] == [
        (player.id_, player.char_name) for player in theirs.players
    ]
    stored = [row for row, source in enumerate(world.tribes.sources) if source is TribeSource.SAVE]
    assert [(world.tribes.tribe_id[row], world.tribes.names[row]) for row in stored] == [
        (tribe.tribe_id, tribe.name) for tribe in theirs.tribes
    ]
    assert list(world.tribe_logs.lines) == [line for tribe in theirs.tribes for line in tribe.tribe_log]
    assert (len(kept), len(stored)) == (survivors, tribes)


def test_a_cluster_inventory_agrees_in_every_cell_with_arkparse(shared_data: Path) -> None:
    (path,) = (shared_data / "saves/asa/cluster").iterdir()
    content, theirs = read_cluster(path.read_bytes()), ClusterData(path.parent, path.name)

    items = [entry.item for entry in theirs.items]
    assert [(number >> 32, number & 0xFFFFFFFF) for number in content.items.item_id.tolist()] == [
        (item.id_.id1, item.id_.id2) for item in items
    ]
    assert content.items.quantity.tolist() == [max(1, item.quantity) for item in items]
    assert [content.items.classes[row] for row in content.items.class_index.tolist()] == [
        of_arkparse(item.object).class_name for item in items
    ]
    dinos = [item.dino for item in items if getattr(item, "dino", None)]
    for row, dino in enumerate(dinos):
        creature, status = of_arkparse(dino.object), of_arkparse(dino.stats.object)

        found = compare_creature(content.tames, row, creature, status)

        tamer = content.tames.tamer_name_index[row]
        swapped = {("tames", "tamer_name_index"): 1, ("tames", "tribe_name_index"): 1}
        assert dict(found.differ) == (swapped if tamer >= 0 else {}), found.examples
        assert tamer < 0 or content.tames.tamer_names[tamer] == creature.text("TribeName")
        assert sum(found.cells.values()) == len(TAMES) - 2
    assert len(dinos) == len(content.tames) == 8
    assert len(content.items) == 9
