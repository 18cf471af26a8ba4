"""Every cell of every column against the properties that other tools read, in all worlds that they can open.

Where they cannot be asked:

- ``arkparser`` opens no real world of version 13, for it reads the header in order; here it gets a copy whose names
  stand where it looks. ``arkparse`` reads no object of version 13 and no ASE world.
- ``arkparser`` gives up three mission managers of Lost Colony, whose properties we do not ask for.
- ``arkparse`` has sizes where array indices should be, but for the rows of levels, stats and colours.

Where they disagree is in ``KNOWN``, with who is right and why.
"""

from __future__ import annotations

import lzma
import shutil
from functools import cache
from pathlib import Path

import pytest

from parser_service.saves import World, read_world
from parser_service.saves.columns import TABLES, Table
from tests.parser_service.saves.peer_columns import (
    BODIES,
    ITEMS,
    PAWNS,
    STRUCTURES,
    TAMES,
    WILD,
    compare,
    memberships,
)
from tests.parser_service.saves.peer_objects import arkparsers_objects, arkparses_objects, with_plain_header
from tests.parser_service.saves.test_real_worlds import READABLE_BY_PEER, WORLDS

VERSION_13 = [name for name in WORLDS if "asa13" in name]
ASA_14 = [name for name in WORLDS if "asa14" in name]

# Cells that differ, by table and column.
#
# inventory_id: made structures refer to the first object of their file, which here means "none". Real worlds begin
#   with what the level's makers put there, never with an inventory. The peer is right; nothing real is lost.
KNOWN: dict[str, dict[tuple[str, str], int]] = {
    "made/ase9_small.ark": {("structures", "inventory_id"): 1},
    "made/ase9_large.ark": {("structures", "inventory_id"): 44},
}

# Things of one side only (ours, theirs), by what they are.
#
# structures: Mobile's game writes some twice, with one class, name and place (the format page, 3.6); the peer keeps
#   both. We are right.
# bodies: one in Extinction says no player's number and no name; nobody can be told that it is theirs. The peer lists
#   it without any of both.
MOBILE = [name for name in READABLE_BY_PEER if "mobile" in name]
KNOWN_THINGS: dict[str, dict[str, tuple[int, int]]] = {
    **{name: {"structures": (0, 26)} for name in MOBILE},
    "asa/worlds/asa14_extinction.ark": {"bodies": (0, 1)},
}

# Columns that properties do not tell, and what does.
ELSEWHERE = {
    "object_id": "is what rows are found by",
    "class_index": "is what rows are found by",
    "identity": "is made of id, class and place: test_made_worlds",
    "yaw": "ASA: the peers take the quaternion for angles; test_made_worlds",
    "holder": "the peers' lists: test_peers",
    "holder_row": "the peers' lists: test_peers",
    "player_id": "is what rows are found by",
    "tribe_id": "of survivors: test_peers_files",
    "engrams": "profiles: test_small_files_peers, test_peers_files",
    "deaths": "profiles: test_small_files_peers, test_peers_files",
    "is_female": "of survivors: test_small_files_peers, test_peers_files",
    "accounts": "test_small_files_peers, test_peers_files",
    "engram_lists": "test_small_files_peers, test_peers_files",
    "sources": "is ours alone",
    "dino_id": "of wild creatures: is what rows are found by",
}


@cache
def world_of(path: Path) -> World:
    return read_world(path)


def skip_large(request: pytest.FixtureRequest, name: str) -> None:
    """Skip worlds for which the other tools take seconds, unless the long form is asked for."""
    if ("_small" in name or "_large" in name) and not request.config.getoption("--long"):
        pytest.skip("other tools take 3 s to a minute for this world: run with --long")


@pytest.mark.parametrize("name", READABLE_BY_PEER)
def test_every_cell_is_what_arkparser_reads(
    request: pytest.FixtureRequest, shared_data: Path, name: str
) -> None:
    skip_large(request, name)
    path = shared_data / "saves" / name

    objects = arkparsers_objects(path)
    found = compare(world_of(path), objects)

    assert memberships(world_of(path), objects) == KNOWN_THINGS.get(name, {})
    assert dict(found.differ) == KNOWN.get(name, {}), found.examples[:5]
    assert sum(found.cells.values()) > 2000


@pytest.mark.parametrize("name", VERSION_13)
def test_every_cell_of_version_13_is_what_arkparser_reads_when_it_is_helped(
    shared_data: Path, tmp_path: Path, name: str
) -> None:
    path = shared_data / "saves" / name
    helped = with_plain_header(path, tmp_path / "World.ark")

    objects = arkparsers_objects(helped)
    found = compare(world_of(path), objects)

    assert memberships(world_of(path), objects) == {}
    assert dict(found.differ) == {}, found.examples[:5]
    assert sum(found.cells.values()) > 1000


@pytest.mark.parametrize("name", ASA_14)
def test_every_cell_is_what_arkparse_reads(
    request: pytest.FixtureRequest, shared_data: Path, name: str
) -> None:
    skip_large(request, name)
    path = shared_data / "saves" / name

    objects = arkparses_objects(path)
    found = compare(world_of(path), objects)

    assert memberships(world_of(path), objects) == KNOWN_THINGS.get(name, {})
    assert dict(found.differ) == {}, found.examples[:5]
    assert sum(found.cells.values()) > 2000


@pytest.mark.long
@pytest.mark.parametrize("name", ["asa14_large.ark", "ase9_large.ark"])
def test_every_cell_of_a_large_world_is_what_arkparser_reads(
    request: pytest.FixtureRequest, shared_data: Path, tmp_path: Path, name: str
) -> None:
    skip_large(request, name)
    path = tmp_path / name
    with lzma.open(shared_data / f"saves/made/{name}.xz") as packed, path.open("wb") as file:
        shutil.copyfileobj(packed, file)
    world = read_world(path)

    objects = arkparsers_objects(path)
    found = compare(world, objects)

    assert memberships(world, objects) == {}
    assert dict(found.differ) == KNOWN.get(f"made/{name}", {}), found.examples[:5]
    assert sum(found.cells.values()) > 2_000_000


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("structures", STRUCTURES),
        ("tames", TAMES),
        ("wild", WILD),
        ("items", ITEMS),
        ("survivors", BODIES | PAWNS),
    ],
)
def test_no_column_is_forgotten(table: str, told: dict[str, object]) -> None:
    kind: type[Table] = TABLES[table]

    columns = {*kind.dtypes(), *kind.empty().row_texts()}

    assert columns - {*told} - {*"xyz"} - {*ELSEWHERE} == set()
