"""Names of classes: short, and readable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.saves.classes import readable, short_name


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Floor_Stone_C", "Floor_Stone_C"),
        ("/Game/PrimalEarth/Structures/Stone/Floor_Stone.Floor_Stone_C", "Floor_Stone_C"),
        ("/Game/PrimalEarth/Dinos/Rex/Rex_Character_BP.Rex_Character_BP", "Rex_Character_BP_C"),
        (
            "Blueprint'/Game/PrimalEarth/Dinos/Rex/Rex_Character_BP.Rex_Character_BP'",
            "Rex_Character_BP_C",
        ),
        (
            "BlueprintGeneratedClass /Game/Mods/Some/BP_Crate.BP_Crate_C",
            "BP_Crate_C",
        ),
        ("", ""),
    ],
)
def test_a_class_has_one_short_name_however_it_is_written(name: str, short: str) -> None:
    assert short_name(name) == short


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("StorageBox_Large_C", "Storage Box Large"),
        ("PrimalItemResource_MetalIngot_C", "Metal Ingot"),
        ("PrimalItemStructure_ASR_Wall_Stone_C", "Asr Wall Stone"),
        ("PrimaItem_RecipeNote_C", "Recipe Note"),
        ("BP_TriFoundation_Metal_C", "Tri Foundation Metal"),
        ("Rex_Character_BP_C", "Rex"),
        ("Flag_2_C", "Flag 2"),
        ("BP_C", "BP_C"),
        ("", ""),
    ],
)
def test_an_unknown_class_is_shown_by_the_words_of_its_name(name: str, text: str) -> None:
    assert readable(name) == text


@given(st.text(max_size=400))
def test_any_text_has_a_readable_form(name: str) -> None:
    assert readable(name) or not name
