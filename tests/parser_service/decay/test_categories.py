"""Classes to categories, by their names."""

from __future__ import annotations

import pytest

from parser_service.decay import CATEGORIES, PERIODS, Category, classify


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
