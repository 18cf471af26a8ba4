"""The table of classes, and looking things up in it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.saves.classes import (
    TIERS,
    ClassCategory,
    ClassKind,
    Tier,
    display_name,
    facts_of,
    find_class,
    table_info,
    unknown_classes,
)
from shared.saves.classes.build import OUTPUT

# A mod's class, made up.
UNKNOWN = "BP_Thing_Of_Some_Mod_C"


@pytest.mark.parametrize(
    ("name", "shown", "kind", "category", "tier"),
    [
        ("Floor_Metal_C", "Metal Foundation", ClassKind.STRUCTURE, ClassCategory.BUILDING, Tier.METAL),
        ("Gate_SM_C", "Dinosaur Gate", ClassKind.STRUCTURE, ClassCategory.BUILDING, Tier.WOOD),
        ("StorageBox_Huge_C", "Vault", ClassKind.STRUCTURE, ClassCategory.STORAGE, Tier.VAULT),
        ("SimpleBed_C", "Simple Bed", ClassKind.STRUCTURE, ClassCategory.BED, Tier.OTHER),
        ("IceBox_C", "Refrigerator", ClassKind.STRUCTURE, ClassCategory.STORAGE, Tier.OTHER),
        ("BP_Wall_Stone_C", "SS Stone Wall", ClassKind.STRUCTURE, ClassCategory.BUILDING, Tier.STONE),
        ("Rex_Character_BP_C", "Rex", ClassKind.CREATURE, ClassCategory.CREATURE, Tier.OTHER),
        (
            "PrimalItemResource_MetalIngot_C",
            "Metal Ingot",
            ClassKind.ITEM,
            ClassCategory.RESOURCE,
            Tier.OTHER,
        ),
        ("PrimalItemArmor_RexSaddle_C", "Rex Saddle", ClassKind.ITEM, ClassCategory.SADDLE, Tier.OTHER),
    ],
)
def test_the_table_knows_what_players_build_tame_and_carry(
    name: str, shown: str, kind: ClassKind, category: ClassCategory, tier: Tier
) -> None:
    facts = find_class(name)

    assert facts is not None
    assert (facts.display_name, facts.kind, facts.category, facts.tier) == (shown, kind, category, tier)
    assert display_name(name) == shown


@pytest.mark.parametrize(
    "name", ["floor_METAL_c", "/Game/PrimalEarth/Structures/Metal/Floor_Metal.Floor_Metal_C"]
)
def test_a_class_is_found_however_its_name_is_written(name: str) -> None:
    facts = find_class(name)

    assert facts is not None
    assert facts.name == "Floor_Metal_C"


def test_a_class_of_a_mod_is_unknown_and_shown_by_its_own_name() -> None:
    assert find_class(UNKNOWN) is None
    assert display_name(UNKNOWN) == "Thing Of Some Mod"


def test_unknown_classes_are_each_named_once() -> None:
    assert unknown_classes(["Floor_Stone_C", UNKNOWN, "A_Other_Mod_C", UNKNOWN]) == ("A_Other_Mod_C", UNKNOWN)
    assert unknown_classes([]) == ()


@given(st.text(max_size=400))
def test_any_text_may_be_looked_up(name: str) -> None:
    facts = find_class(name)

    assert unknown_classes([name]) == ((name,) if facts is None else ())


def test_figures_of_single_classes_are_in_the_table() -> None:
    turret = find_class("StructureTurretBaseBP_C")

    assert turret is not None
    assert (turret.decay_days, turret.slots, turret.is_turret, turret.is_container) == (12.0, 24, True, True)


def test_the_table_says_where_it_comes_from() -> None:
    info = table_info()

    assert info.version >= 1
    assert all(
        source.url.startswith("https://") and source.commit and source.licence for source in info.sources
    )
    # Fewer would mean that a source was read wrongly: these are what the games have, by order of magnitude.
    assert info.counts[ClassKind.STRUCTURE] > 1500
    assert info.counts[ClassKind.CREATURE] > 1000
    assert info.counts[ClassKind.ITEM] > 3000


def test_every_row_of_the_table_is_well_formed() -> None:
    table = json.loads(OUTPUT.read_text(encoding="utf-8"))
    names = [
        *table["structure"],
        *table["creature"],
        *(name for rows in table["item"].values() for name in rows),
    ]

    facts = [find_class(name) for name in names]

    assert [
        name for name, found in zip(names, facts, strict=True) if found is None or found.name != name
    ] == []
    assert Counter(name.casefold() for name in names).most_common(1)[0][1] == 1
    assert all(
        found is not None and found.display_name.strip() == found.display_name != "" for found in facts
    )
    assert all(found is not None and (found.decay_days is None or found.decay_days > 0) for found in facts)
    assert all(found is not None and (found.slots is None or found.slots > 0) for found in facts)


def test_the_file_stays_small_enough_to_load_without_notice() -> None:
    assert OUTPUT.stat().st_size < 500_000


def test_columns_say_of_each_class_what_the_table_says() -> None:
    names = ("Floor_Stone_C", "StructureTurretTek_C", UNKNOWN, "TekTrough_C", "Mod_Wall_Metal_C")

    facts = facts_of(names)

    assert len(facts) == len(names)
    assert facts.display_names[:2] == ("Stone Foundation", "Tek Turret")
    assert facts.kinds == (ClassKind.STRUCTURE, ClassKind.STRUCTURE, None, ClassKind.STRUCTURE, None)
    assert [TIERS[place] for place in facts.tier.tolist()] == [
        Tier.STONE, Tier.TEK_UTILITY, Tier.OTHER, Tier.TEK_UTILITY, Tier.METAL
    ]  # fmt: skip
    assert facts.is_known.tolist() == [True, True, False, True, False]
    assert facts.is_core.tolist() == [True, False, False, False, False]
    assert facts.is_turret.tolist() == [False, True, False, False, False]
    assert facts.slots.tolist() == [-1, 5, -1, 100, -1]
    assert np.isnan(facts.decay_days).tolist() == [True, True, True, False, True]


def test_no_classes_make_empty_columns() -> None:
    facts = facts_of(())

    assert len(facts) == 0
    assert facts.tier.shape == facts.decay_days.shape == facts.is_core.shape == (0,)


@given(st.lists(st.sampled_from(["Floor_Stone_C", "SimpleBed_C", UNKNOWN, "Rex_Character_BP_C"]), max_size=8))
def test_columns_agree_with_single_look_ups(names: list[str]) -> None:
    facts = facts_of(names)

    for row, name in enumerate(names):
        single = find_class(name)
        assert facts.is_known[row] == (single is not None)
        assert facts.display_names[row] == display_name(name)
        if single is not None:
            assert TIERS[facts.tier[row]] is single.tier


def test_the_real_worlds_of_pc_are_built_of_known_classes(shared_data: Path) -> None:
    from parser_service.saves.world import read_world

    worlds = sorted((shared_data / "saves" / "asa" / "worlds").glob("*.ark"))
    if not worlds:
        pytest.skip("no real ASA worlds in ../shared/data")
    known = total = 0
    for path in worlds:
        structures = read_world(path).structures
        counts = np.bincount(structures.class_index, minlength=len(structures.classes))
        total += int(counts.sum())
        known += int(counts[facts_of(structures.classes).is_known].sum())

    assert total
    assert known / total > 0.95
