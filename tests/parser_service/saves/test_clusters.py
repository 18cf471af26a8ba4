"""Cluster inventories: what an account has uploaded."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parser_service.saves.cluster_file import read_cluster
from parser_service.saves.cursor import FormatError
from sandbox.ark.world import Game
from sandbox.ark.writer.clusters import Upload, UploadedSurvivor, cluster_file
from sandbox.ark.writer.pods import Vitals, pod_image
from sandbox.ark.writer.profiles import profile_file
from sandbox.ark.writer.tribes import tribe_file
from tests.parser_service.saves import small_files
from tests.parser_service.saves.small_files import ALL_VERSIONS, creature, survivor, tribe, world

uploads = st.lists(
    st.builds(
        Upload,
        path=st.from_regex(r"/Game/[A-Z]{1,9}/[A-Z]{1,5}\.[A-Z]{1,5}_C", fullmatch=True),
        item_id=st.tuples(small_files.ids, small_files.ids),
        quantity=st.integers(1, 2**31 - 1),
        quality=st.integers(0, 255),
        rating=small_files.floats32,
        durability=small_files.floats32,
        is_blueprint=st.booleans(),
        custom_name=small_files.names,
        crafter=small_files.names,
    ),
    max_size=5,
)


@pytest.mark.parametrize(("game", "version"), ALL_VERSIONS)
@settings(max_examples=60, deadline=None)
@given(items=uploads)
def test_what_is_written_is_read(game: Game, version: int, items: list[Upload]) -> None:
    found = read_cluster(cluster_file(game, items, version=version)).items

    assert found.item_id.tolist() == [high << 32 | low for high, low in (item.item_id for item in items)]
    assert [found.classes[row] for row in found.class_index] == [
        item.path.rpartition(".")[2] for item in items
    ]
    assert found.quantity.tolist() == [item.quantity for item in items]
    assert found.quality.tolist() == [item.quality for item in items]
    assert found.rating.tolist() == [item.rating for item in items]
    assert found.durability.tolist() == [item.durability for item in items]
    assert found.is_blueprint.tolist() == [item.is_blueprint for item in items]
    names = [found.custom_names[row] if row >= 0 else "" for row in found.custom_name_index.tolist()]
    crafters = [found.crafter_names[row] if row >= 0 else "" for row in found.crafter_name_index.tolist()]
    assert names == [item.custom_name for item in items]
    assert crafters == [item.crafter for item in items]
    assert (found.holder_row == -1).all()


@pytest.mark.parametrize("game", list(Game))
def test_creatures_are_read_from_uploads_and_from_uploaded_cryopods(game: Game) -> None:
    free, podded = (pod_image(game, creature(name=name), Vitals(base_level=9)) for name in ("Free", "Podded"))
    pod = Upload(
        path="/Game/A/PrimalItem_WeaponEmptyCryopod.PrimalItem_WeaponEmptyCryopod_C",
        item_id=(1, 2),
        images=(podded,),
    )

    found = read_cluster(cluster_file(game, [pod], creatures=[free]))

    names = [found.tames.names[row] for row in found.tames.name_index.tolist()]
    assert dict(zip(names, found.tames.is_cryopodded.tolist(), strict=True)) == {
        "Podded": True,
        "Free": False,
    }
    assert len(found.items) == 1
    assert found.notes == ()


def test_an_uploaded_survivor_is_read_from_its_profile() -> None:
    profile = profile_file(world(Game.ASE), survivor(Game.ASE))
    upload = UploadedSurvivor(player_id=700_000_001, name="Ada", level=42, profile=profile)

    found = read_cluster(cluster_file(Game.ASE, [], survivors=[upload]))

    assert found.survivors.player_id.tolist() == [700_000_001]
    assert found.survivors.accounts == (small_files.STEAM_ACCOUNT,)
    assert found.notes == ()


def test_an_uploaded_survivor_without_a_readable_profile_keeps_name_and_level() -> None:
    upload = UploadedSurvivor(player_id=5, name="Ada - Lvl 3", level=42, profile=b"no profile")

    found = read_cluster(cluster_file(Game.ASE, [], survivors=[upload]))

    assert found.survivors.names == ("Ada - Lvl 3",)
    assert found.survivors.level.tolist() == [42]
    assert math.isnan(found.survivors.last_seen_time[0])
    assert len(found.notes) == 1


def test_engrams_are_no_items() -> None:
    items = [Upload(path="/Game/A/B.B_C", item_id=(1, 1), is_engram=True)]

    assert len(read_cluster(cluster_file(Game.ASA, items)).items) == 0


def test_an_item_with_a_damaged_creature_stays_an_item() -> None:
    items = [Upload(path="/Game/A/B.B_C", item_id=(1, 1), images=(b"damaged",))]

    found = read_cluster(cluster_file(Game.ASA, items))

    assert (len(found.items), len(found.tames)) == (1, 0)
    assert "cannot be read" in found.notes[0]


def test_another_kind_of_file_is_refused() -> None:
    with pytest.raises(FormatError, match="no cluster inventory"):
        read_cluster(tribe_file(world(Game.ASA), tribe()))


def test_a_real_inventory_decodes(shared_data: Path) -> None:
    (path,) = (shared_data / "saves/asa/cluster").iterdir()

    found = read_cluster(path.read_bytes())

    assert found.notes == ()
    assert len(found.items) == 9
    assert found.items.classes == ("PrimalItem_WeaponEmptyCryopod_C", "PrimalItem_SCSCryopod_C")
    assert len(found.tames) == 8
    assert found.tames.is_cryopodded.all()
    assert (found.tames.base_level > 400).all()
    assert found.tames.classes == ("DeinotheriumASA_Character_BP_C",)
    # Grown up are those that a player imprinted; the others are babies.
    assert ((found.tames.maturation == 1) == (found.tames.imprint == 1)).all()
    assert len(found.survivors) == 0
