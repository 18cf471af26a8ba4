"""Classes to categories, by their names."""

from __future__ import annotations

import pytest

from parser_service.decay import CATEGORIES, PERIODS, Category, classify
from shared.saves.classes import find_class


@pytest.mark.parametrize(
    ("class_name", "category"),
    [
        ("Thatch_Floor_C", Category.THATCH),
        ("Wood_Wall_C", Category.WOOD),
        ("Floor_Wood_C", Category.WOOD),
        ("AdobeCeiling_C", Category.ADOBE),
        ("Floor_Stone_C", Category.STONE),
        ("BP_TriFoundation_Metal_C", Category.METAL),
        ("Metal_Platform_BP_Small_C", Category.METAL),
        ("GreenhouseWall_C", Category.GREENHOUSE),
        ("Wall_GreenHouse_Metal_C", Category.GREENHOUSE),
        ("StorageBox_Huge_C", Category.VAULT),
        ("Floor_Tek_C", Category.TEK),
        ("TekWall_C", Category.TEK),
        ("StorageBox_TekGenerator_C", Category.TEK_UTILITY),
        ("StructureTurretTek_C", Category.TEK_UTILITY),
        ("CryoFridge_C", Category.TEK_UTILITY),
        ("SimpleBed_C", Category.OTHER),
        ("StorageBox_Large_C", Category.OTHER),
        ("BP_Protektor_C", Category.OTHER),
        ("Driftwoodish_C", Category.OTHER),
        ("", Category.OTHER),
    ],
)
def test_a_class_belongs_to_the_category_its_name_tells(class_name: str, category: Category) -> None:
    assert classify(class_name).category is category


@pytest.mark.parametrize(
    ("class_name", "is_core"),
    [
        ("Floor_Stone_C", True),
        ("BP_TriFoundation_Metal_C", True),
        ("Pillar_Wood_C", True),
        ("Wall_Metal_C", False),
        ("Ceiling_Stone_C", False),
        ("SimpleBed_C", False),
    ],
)
def test_foundations_and_pillars_are_core(class_name: str, *, is_core: bool) -> None:
    assert classify(class_name).is_core is is_core


def test_every_category_has_a_period_with_a_source() -> None:
    assert {*PERIODS} == {*CATEGORIES} == {*Category}
    assert all(period.days > 0 and period.source and period.label for period in PERIODS.values())


def test_nothing_known_lasts_longer_than_what_is_unknown() -> None:
    assert PERIODS[Category.OTHER].days == max(period.days for period in PERIODS.values())


@pytest.mark.parametrize(
    ("class_name", "label", "days", "is_guess"),
    [
        ("Floor_Stone_C", "Stone", 12.0, False),
        ("StructureTurretBaseBP_C", "Auto Turret", 12.0, False),
        ("SimpleBed_C", "Simple Bed", 4.0, False),
        ("TekTrough_C", "Tek Trough", 80.0, False),
        ("Mod_Wall_Metal_C", "Metal", 16.0, False),
        ("SleepingBag_C", "Other", 80.0, True),
        ("Mod_Thing_C", "Other", 80.0, True),
    ],
)
def test_the_table_comes_first_then_the_name_then_the_longest_of_all(
    class_name: str, label: str, days: float, *, is_guess: bool
) -> None:
    rule = classify(class_name)

    assert (rule.label, rule.days, rule.is_guess) == (label, days, is_guess)


def test_a_class_that_is_no_structure_is_judged_by_its_name() -> None:
    assert find_class("PrimalItemStructure_StoneWall_C") is not None

    assert classify("PrimalItemStructure_StoneWall_C").category is Category.STONE


def test_no_figure_of_a_class_is_longer_than_what_is_unknown() -> None:
    table = ("TekTrough_C", "BP_DedicatedStorage_C", "StorageBox_TekGenerator_C", "StructureTurretBaseBP_C")

    assert max(classify(name).days for name in table) <= PERIODS[Category.OTHER].days
