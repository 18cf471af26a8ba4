"""What the name of a structure's class tells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.saves.classes import ClassCategory, Tier, by_name


@pytest.mark.parametrize(
    ("name", "tier", "category"),
    [
        ("Mod_Wall_Stone_C", Tier.STONE, ClassCategory.BUILDING),
        ("BP_Wall_GreenHouse_Metal_C", Tier.GREENHOUSE, ClassCategory.BUILDING),
        ("TekWall_C", Tier.TEK, ClassCategory.BUILDING),
        ("Mod_TekMachine_C", Tier.TEK_UTILITY, ClassCategory.OTHER),
        ("Mod_Vault_C", Tier.VAULT, ClassCategory.STORAGE),
        ("Mod_AutoTurret_C", Tier.OTHER, ClassCategory.TURRET),
        ("Mod_Bed_Fancy_C", Tier.OTHER, ClassCategory.BED),
        ("Mod_CropPlot_C", Tier.OTHER, ClassCategory.FARMING),
        ("Mod_Lamp_C", Tier.OTHER, ClassCategory.LIGHT),
        ("Mod_Chair_Wood_C", Tier.WOOD, ClassCategory.DECORATION),
        ("Protektor_C", Tier.OTHER, ClassCategory.OTHER),
        ("", Tier.OTHER, ClassCategory.OTHER),
    ],
)
def test_a_name_tells_what_it_is_made_of_and_for(name: str, tier: Tier, category: ClassCategory) -> None:
    told = by_name(name)

    assert (told.tier, told.category) == (tier, category)


@pytest.mark.parametrize(
    ("name", "core", "turret", "container"),
    [
        ("Mod_Foundation_C", True, False, False),
        ("Mod_Pillar_Wood_C", True, False, False),
        ("Mod_Ceiling_C", False, False, False),
        ("Mod_FloorLamp_C", False, False, False),
        ("Mod_AutoTurret_C", False, True, True),
        ("Mod_StorageBox_C", False, False, True),
        ("Mod_Generator_C", False, False, True),
        ("Mod_Sign_Wood_C", False, False, False),
    ],
)
def test_a_name_tells_what_it_does(name: str, *, core: bool, turret: bool, container: bool) -> None:
    told = by_name(name)

    assert (told.is_core, told.is_turret, told.is_container) == (core, turret, container)


@given(st.text(max_size=400))
def test_any_name_tells_something_without_failing(name: str) -> None:
    told = by_name(name)

    assert told.tier in Tier
    assert told.is_turret is (told.category is ClassCategory.TURRET)
