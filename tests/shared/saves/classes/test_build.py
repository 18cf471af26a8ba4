"""Making the table from public data."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from shared.saves.classes import build as script
from shared.saves.classes.build import OUTPUT, as_text, build
from shared.saves.classes.readers import READERS

SOURCES = tomllib.loads((OUTPUT.parent / "sources.toml").read_text(encoding="utf-8"))
FIGURES = tomllib.loads((OUTPUT.parent / "figures.toml").read_text(encoding="utf-8"))["figures"]

EMPTY: dict[str, Any] = {
    "obelisk_items": {"items": []},
    "obelisk_species": {"species": []},
    "breeding_values": {"species": []},
    "asv_structures": {"structures": []},
    "asv_creatures": {"creatures": []},
    "asv_items": {"items": []},
}
ITEM = "/Game/Items/PrimalItemStructure_WoodGate.PrimalItemStructure_WoodGate_C"


def write_sources(folder: Path, contents: dict[str, Any]) -> None:
    """Write every source there is; ``contents`` are by path, and the others are empty."""
    for source in SOURCES["sources"]:
        for file in source["files"]:
            path = folder / source["folder"] / file["path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            content = contents.get(file["path"], EMPTY.get(file["format"], ""))
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


def placed(names: list[str]) -> str:
    """Return a module that names the blueprints of structures."""
    return "\n".join(f'x = "/Game/Some/{name[:-2]}.{name}"' for name in names)


@pytest.fixture
def contents() -> dict[str, Any]:
    figured = sorted({name for figure in FIGURES for name in figure["classes"]})
    return {"classes/placed_structures.py": placed([*figured, "Wall_Stone_C", "GATE_sm_C"])}


def test_a_class_is_named_by_the_first_source_that_names_it(tmp_path: Path, contents: dict[str, Any]) -> None:
    gate = {
        "name": "Dinosaur  Gate\n",
        "bp": ITEM,
        "type": "Structure",
        "structure": "/Game/B/Gate_SM.Gate_SM_C",
    }
    contents["data/wiki/items.json"] = {"items": [gate]}
    contents["ArkViewer/structuremap.json"] = {
        "structures": [
            {"ClassName": "Gate_SM_C", "FriendlyName": "Wooden Gate"},
            {"ClassName": "ASV_Group", "FriendlyName": "Group"},
        ]
    }
    write_sources(tmp_path, contents)

    structures = build(tmp_path)["structure"]

    # The tier is told by the item that places it; a name in another case is the same class.
    assert structures["Gate_SM_C"] == ["Dinosaur Gate", "building", "wood", ""]
    assert not {"GATE_sm_C", "ASV_Group"} & structures.keys()


def test_a_name_that_the_class_tells_is_left_out(tmp_path: Path, contents: dict[str, Any]) -> None:
    contents["ArkViewer/structuremap.json"] = {
        "structures": [{"ClassName": "Wall_Stone_C", "FriendlyName": "Wall Stone"}]
    }
    write_sources(tmp_path, contents)

    assert build(tmp_path)["structure"]["Wall_Stone_C"][0] == ""


def test_items_stand_under_what_they_are_for(tmp_path: Path, contents: dict[str, Any]) -> None:
    items = [
        {"name": "Egg", "bp": "/G/A.PrimalItemConsumable_Egg_Some_C", "type": "MiscConsumable/Food"},
        {"name": "Hatchet", "bp": "/G/A.PrimalItem_WeaponSome_C", "type": "Weapon"},
        {"name": "A base", "bp": "/G/A.PrimalItem_Base_C"},
    ]
    contents["data/wiki/items.json"] = {"items": items}
    contents["classes/equipment.py"] = '"/G/A/PrimalItemArmor_SomeSaddle.PrimalItemArmor_SomeSaddle_C"'
    write_sources(tmp_path, contents)

    assert build(tmp_path)["item"] == {
        "egg": {"PrimalItemConsumable_Egg_Some_C": "Egg"},
        "saddle": {"PrimalItemArmor_SomeSaddle_C": ""},
        "weapon": {"PrimalItem_WeaponSome_C": "Hatchet"},
    }


def test_bosses_are_told_apart_by_their_rank(tmp_path: Path, contents: dict[str, Any]) -> None:
    boss = {"name": "Some Boss", "blueprintPath": "/G/B.Boss_Hard", "variants": ["Island", "Alpha"]}
    contents["data/asb/ASA-values.json"] = {"species": [boss, {"name": "Some", "blueprintPath": "/G/S.Some"}]}
    write_sources(tmp_path, contents)

    assert build(tmp_path)["creature"] == {"Boss_Hard_C": "Some Boss (Alpha)", "Some_C": ""}


def test_figures_are_written_into_the_classes_they_are_of(tmp_path: Path, contents: dict[str, Any]) -> None:
    write_sources(tmp_path, contents)

    structures = build(tmp_path)["structure"]

    for figure in FIGURES:
        for name in figure["classes"]:
            cells = structures[name]
            assert figure.get("days", cells[4]) == cells[4]
            assert figure.get("slots", cells[5]) == cells[5]


def test_a_figure_of_a_class_that_no_source_has_is_an_error(tmp_path: Path) -> None:
    write_sources(tmp_path, {})

    with pytest.raises(KeyError, match="no source has the class"):
        build(tmp_path)


def test_the_same_sources_give_the_same_bytes(
    tmp_path: Path,
    contents: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_sources(tmp_path, contents)
    output = tmp_path / "table.json"
    monkeypatch.setattr("sys.argv", ["build", str(tmp_path), "--output", str(output)])

    script.main()

    assert output.read_text(encoding="utf-8") == as_text(build(tmp_path))
    assert json.loads(output.read_text(encoding="utf-8")) == build(tmp_path)
    assert str(output) in capsys.readouterr().out


def test_every_source_says_what_it_is_and_how_it_is_read() -> None:
    for source in SOURCES["sources"]:
        assert source["url"].startswith("https://")
        assert source["licence"]
        assert {file["format"] for file in source["files"]} <= READERS.keys()
    for figure in FIGURES:
        assert figure["source"].startswith("https://")
        assert figure.keys() & {"days", "slots", "is_immune"}
