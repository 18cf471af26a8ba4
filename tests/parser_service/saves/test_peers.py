"""Every column that other tools have, too, row by row; each disagreement is listed with who is right, and why.

Where a disagreement goes away or a new one appears, the test fails: the list below is complete.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from parser_service.saves import read_world
from tests.parser_service.saves.peer_rows import (
    Rows,
    arkparsers,
    arkparses,
    differences,
    ours,
    ours_for_arkparse,
)
from tests.parser_service.saves.test_real_worlds import READABLE_BY_PEER

# The large ones are compared with the plain twin in every column, and with the peer by counts.
WORLDS = [name for name in READABLE_BY_PEER if "_small" not in name]
REAL_ASA14 = [name for name in WORLDS if name.startswith("asa/")]

# Rows that one side has and the other has not ("-" the peer's, "+" ours), by what they are.
#
# PlayerControllerBlueprint_C: the peer takes every object with a team and without DinoID1 for a structure; what
#   steers a survivor is none. We are right.
# PrimalItem_EmptyCryopod_Gargoyle_C: the gargoyles of Lost Colony hold creatures of the map's own team (5 and 7);
#   the peer lists them among the tames, with team 0. They are nobody's; arkparse does not list them either. We are
#   right.
KNOWN: dict[str, dict[tuple[str, str], int]] = {
    "asa/worlds/asa14_lost_colony.ark": {
        ("structures", "- struct='PlayerControllerBlueprint_C'"): 1,
        ("tames", "- creature='Direwolf_Character_BP_C'"): 4,
        ("tames", "- creature='Megatherium_Character_BP_C'"): 1,
        ("tames", "- creature='Saber_Character_BP_C'"): 4,
    },
    "asa/worlds/asa14_mod_map_1.ark": {("structures", "- struct='PlayerControllerBlueprint_C'"): 1},
    "asa/worlds/asa14_mod_map_2.ark": {("structures", "- struct='PlayerControllerBlueprint_C'"): 1},
}


def disagreements(mine: Rows, theirs: Rows) -> Counter[tuple[str, str]]:
    """Count the rows of one side only, by table and by the class they name."""
    found: Counter[tuple[str, str]] = Counter()
    for table in mine:
        for line in differences(mine[table], theirs[table]):
            parts = line[2:].split(", ")
            name = next(
                (part for part in parts if part.startswith(("struct=", "creature=", "itemId="))), line
            )
            found[table, f"{line[0]} {name}"] += 1
    return found


@pytest.mark.parametrize("name", WORLDS)
def test_all_columns_are_what_arkparser_reads_but_for_what_is_listed(shared_data: Path, name: str) -> None:
    path = shared_data / "saves" / name

    mine, theirs = ours(read_world(path)), arkparsers(path)

    assert disagreements(mine, theirs) == KNOWN.get(name, {})


@pytest.mark.parametrize("name", REAL_ASA14)
def test_all_columns_are_what_arkparse_reads(shared_data: Path, name: str) -> None:
    path = shared_data / "saves" / name

    mine, theirs = ours_for_arkparse(read_world(path)), arkparses(path)

    assert disagreements(mine, theirs) == {}


def test_the_comparison_is_of_something(shared_data: Path) -> None:
    rows = ours(read_world(shared_data / "saves/asa/worlds/asa14_extinction.ark"))

    assert {table: len(found) for table, found in rows.items()} == {
        "tames": 2,
        "wild": 329,
        "structures": 3,
        "items": 51,
    }
