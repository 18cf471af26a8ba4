"""ASV's JSON: its names and units, and round figures against the columns."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from parser_service.exporting import Format, export
from parser_service.saves.columns import Holder
from shared.errors import InvalidInputError
from tests.parser_service.cli.saves import row_of, save
from tests.parser_service.exporting.saves import REAL, asv, content, exported, kept_save, text_of


def test_the_layout_is_that_of_asv(tmp_path: Path) -> None:
    files = exported(kept_save(save(tmp_path)), Format.ASV, tmp_path / "out")

    names = [path.name for path in files.values()]
    assert names == [
        "ASV_Wild.json",
        "ASV_Tribes.json",
        "ASV_TribeLogs.json",
        "ASV_Tamed.json",
        "ASV_Players.json",
        "ASV_Structures.json",
    ]
    assert json.loads(files["Wild"].read_text()).keys() == {"map", "data"}
    assert json.loads(files["Wild"].read_text())["map"] == "TheIsland_WP"


def test_a_tame_has_its_points_by_asvs_names(tmp_path: Path) -> None:
    tamed = asv(kept_save(save(tmp_path)), tmp_path / "out")["Tamed"]

    rex = next(entry for entry in tamed if entry["creature"] == "Rex_Character_BP_C")
    expected = {
        "tribeid": 1_000_000_001,
        "tribe": "Northern Lights",
        "tamer": "",
        "imprinter": "Ada",
        "imprint": 0.5,
        "name": "Стая ☀",
        "sex": "Female",
        "base": 243,
        "lvl": 331,
        "hp-w": 42,
        "melee-w": 37,
        "melee-t": 88,
        "stam-m": 14,
        "c0": 53,
        "c5": 191,
        "mut-f": 7,
        "mut-m": 3,
        "cryo": False,
        "isNeutered": True,
        "maturation": "25",
        "ccc": "400 50 -25",
        "inventory": [{"itemId": "PrimalItemArmor_RexSaddle_C", "qty": 1, "blueprint": False}],
    }
    assert {key: rex[key] for key in expected} == expected
    # the halves as ASV reads them: 4,000,000,000 is a negative number of 32 bits
    assert rex["dinoid"] == "-2949672967"
    assert rex["id"] == -2949672967


def test_a_structure_has_its_items_and_no_secret(tmp_path: Path) -> None:
    structures = asv(kept_save(save(tmp_path)), tmp_path / "out")["Structures"]

    assert structures == [
        {
            "tribeid": 1_000_000_001,
            "tribe": "Northern Lights",
            "struct": "StorageBox_Large_C",
            "name": "",
            "locked": False,
            "isSwitchedOn": True,
            "lat": 50.0,
            "lon": 50.0,
            "ccc": "0 0 0",
            "created": "",
            "inventory": [{"itemId": "PrimalItemResource_Wood_C", "qty": 100, "blueprint": False}],
        }
    ]


def test_a_survivor_without_a_tribe_is_a_tribe_of_one(tmp_path: Path) -> None:
    world = kept_save(save(tmp_path))
    survivors = replace(world.world.survivors, tribe_id=np.zeros(1, dtype=np.int64))

    files = asv(replace(world, world=replace(world.world, survivors=survivors)), tmp_path / "out")

    player = files["Players"][0]
    assert player["tribeid"] == player["playerid"]
    team = next(entry for entry in files["Tribes"] if entry["tribeid"] == player["playerid"])
    assert [member["ign"] for member in team["members"]] == [player["name"]]


def test_a_time_that_is_later_than_the_save_is_of_another_clock(tmp_path: Path) -> None:
    made = [row_of(1, 0.0, properties={"OriginalCreationTime": at}) for at in (1e8 - 60, 2e8)]

    structures = asv(kept_save(save(tmp_path, [made[0], replace(made[1], number=2)])), tmp_path / "out")

    assert [entry["created"] for entry in structures["Structures"]] == ["2026-09-13T17:59:00Z", ""]


@pytest.mark.parametrize("name", REAL)
def test_the_figures_of_real_worlds_are_those_of_the_columns(
    shared_data: Path, tmp_path: Path, name: str
) -> None:
    save = kept_save(shared_data / "saves" / name)
    world = save.world

    files = asv(save, tmp_path)

    structures, tames, survivors = world.structures, world.tames, world.survivors
    assert len(files["Wild"]) == len(world.wild)
    assert Counter(entry["struct"] for entry in files["Structures"]) == Counter(
        text_of(structures, "class_index", row) for row in range(len(structures))
    )
    assert Counter(entry["tribeid"] for entry in files["Structures"]) == Counter(structures.tribe_id.tolist())
    assert sum(entry["lvl"] for entry in files["Tamed"]) == (tames.base_level + tames.extra_level).sum()
    assert sum(entry["hp-w"] for entry in files["Tamed"]) == tames.wild_points[:, 0].sum()
    assert sum(entry["craft-t"] for entry in files["Tamed"]) == tames.tamed_points[:, 11].sum()
    assert sum(entry["cryo"] for entry in files["Tamed"]) == tames.is_cryopodded.sum()
    assert [entry["playerid"] for entry in files["Players"]] == survivors.player_id.tolist()
    assert sum(entry["structures"] for entry in files["Tribes"]) == len(structures)
    assert sum(entry["tames"] for entry in files["Tribes"]) == len(tames)
    assert sum(entry["players"] for entry in files["Tribes"]) == len(survivors)
    assert sum(len(entry.get("logs", ())) for entry in files["TribeLogs"]) == len(world.tribe_logs)
    for kind, holder in (("Structures", Holder.STRUCTURE), ("Tamed", Holder.TAME)):
        given = [item for entry in files[kind] for item in entry["inventory"]]
        held = (world.items.holder == holder) & (world.items.holder_row >= 0)
        assert len(given) == held.sum()
        assert sum(item["qty"] for item in given) == world.items.quantity[held].sum()


@pytest.mark.parametrize("name", REAL)
def test_no_export_has_an_address_or_a_pin(shared_data: Path, tmp_path: Path, name: str) -> None:
    files = exported(kept_save(shared_data / "saves" / name), Format.ASV, tmp_path)

    keys = {key for path in files.values() for entry in json.loads(path.read_text())["data"] for key in entry}
    assert not {key for key in keys if "pin" in key.lower() or "address" in key.lower()}


def test_a_place_that_is_not_known_is_null(tmp_path: Path) -> None:
    found = kept_save(save(tmp_path))

    files = asv(replace(found, world=replace(found.world, map_name="NoIsland")), tmp_path / "out")

    assert {entry["lat"] for entries in (files["Structures"], files["Wild"]) for entry in entries} == {None}


def test_asvs_files_are_chosen_by_their_names(tmp_path: Path) -> None:
    found = content(kept_save(save(tmp_path)))

    written = export(found, Format.ASV, tmp_path / "out", only=["tamed"])

    assert [one.path.name for one in written] == ["ASV_Tamed.json"]
    with pytest.raises(InvalidInputError, match=r"no table 'items' in it. There are: Wild, Tribes"):
        export(found, Format.ASV, tmp_path / "out", only=["items"])
