"""Damage, made up by hypothesis: a refusal or a result comes out, never anything else, and memory stays bounded."""

from __future__ import annotations

import random
import sqlite3
import struct
import tracemalloc
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parser_service.saves import SaveError, World, read_world
from parser_service.saves.columns import Holder, Table
from parser_service.saves.cursor import FormatError
from parser_service.saves.tribe_file import read_tribe
from parser_service.saves.tribe_sources import tribes_in_store
from tests.parser_service.saves import things
from tests.parser_service.saves.builders import (
    Piece,
    asa_header,
    asa_value,
    ase_world,
    guid_of,
    tribe_file,
    tribe_store,
    write_asa_world,
)

PIECES = [
    Piece(
        number=number,
        class_name=("Floor_Stone_C", "Wall_Metal_C", "Thatch_Floor_C")[number % 3],
        owner_name="Стая" if number % 2 else "Northern Lights",
        properties={
            "LastInAllyRangeTime": 5000.0 + number,
            "MaxHealth": ("FloatProperty", struct.pack("<f", 500.0)),
            "HealthArray": ("ArrayProperty", struct.pack("<if", 1, 400.0)),
            "bIsLocked": True,
            "SaddleDino": ("ObjectProperty", struct.pack("<ii", 0, number)),
        },
    )
    for number in range(12)
] + things.WORLD
ASE = {version: ase_world(PIECES, version=version) for version in (6, 9, 12)}
TRIBE = tribe_file(50_001, "Tribe ☀", members=[(5, "Ada", 2), (6, "Ben", 0)], admins=[6])
# Numbers that break decoders: limits of their types, and neighbours of what is expected.
NASTY = (0, 1, -1, 2, 7, 24, 255, 4096, 2**16, 2**24, 2**31 - 1, -(2**31), 2**31 - 64, 0x7FC00000, 0x7F800001)

Damage = Callable[[bytes], bytes]


@st.composite
def damages(draw: st.DrawFn) -> Damage:
    """Draw a way to damage bytes: up to four cuts, flips, numbers, moves, at made-up places."""
    seed = draw(st.integers(0, 2**32 - 1))
    kinds = draw(st.lists(st.sampled_from("cut flip number copy zero".split()), min_size=1, max_size=4))  # noqa: SIM905

    def damage(data: bytes) -> bytes:
        rng = random.Random(seed)
        for kind in kinds:
            data = _damaged(data, kind, rng)
        return data

    return damage


def _damaged(data: bytes, kind: str, rng: random.Random) -> bytes:
    if len(data) < 8:
        return data
    at = rng.randrange(len(data) - 4)
    if kind == "cut":
        return data[:at]
    if kind == "flip":
        return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]
    if kind == "number":
        return data[:at] + struct.pack("<I", rng.choice(NASTY) & 0xFFFFFFFF) + data[at + 4 :]
    if kind == "zero":
        size = rng.randrange(1, 64)
        return data[:at] + bytes(size) + data[at + size :]
    source, size = rng.randrange(len(data)), rng.randrange(1, 64)
    return data[:at] + data[source : source + size] + data[at + size :]


def read_or_refuse(path: Path) -> World | None:
    """Return the world, or ``None`` when it is refused with words for people."""
    try:
        world = read_world(path)
    except SaveError as error:
        refusal = error
    else:
        check(world)
        return world
    assert refusal.reason
    assert refusal.advice
    return None


def check(world: World) -> None:
    """Whatever was read keeps the promises of its columns."""
    coverage = world.coverage
    for name, table in world.tables().items():
        check_table(name, table)
    for holder, held in ((Holder.STRUCTURE, world.structures), (Holder.TAME, world.tames)):
        rows = world.items.holder_row[world.items.holder == holder]
        assert ((rows >= 0) & (rows < len(held))).all()
    assert 0 <= coverage.objects_failed <= coverage.objects_walked
    assert 0 <= coverage.bytes_understood <= coverage.bytes_seen
    assert sum(coverage.errors.values()) == coverage.objects_failed


def check_table(name: str, table: Table) -> None:
    """Fail unless columns have the types they announce, every text is in use, and no number is infinite."""
    assert {column: values.dtype for column, values in table.arrays().items()} == table.dtypes(), name
    for column, texts in table.texts().items():
        assert {*table.arrays()[column].tolist()} - {-1} == {*range(len(texts))}, (name, column)
        assert "\0" not in "".join(texts)
    for column, values in table.arrays().items():
        assert values.shape == (len(table), *((table.widths[column],) if column in table.widths else ()))
        assert not np.isinf(values).any(), (name, column)


fuzzed = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize("version", [6, 9, 12])
@fuzzed
@given(damage=damages())
def test_a_damaged_ase_world_is_read_or_refused(tmp_path: Path, version: int, damage: Damage) -> None:
    path = tmp_path / "World.ark"
    path.write_bytes(damage(ASE[version]))

    read_or_refuse(path)


@fuzzed
@given(size=st.integers(0, len(ASE[9]) - 1))
def test_an_ase_world_cut_anywhere_is_never_taken_for_whole(tmp_path: Path, size: int) -> None:
    path = tmp_path / "World.ark"
    path.write_bytes(ASE[9][:size])

    world = read_or_refuse(path)

    # Only the trailing bytes behind the last list say nothing and may be missing.
    assert world is None or size >= len(ASE[9]) - 4


@pytest.mark.parametrize("version", [13, 14])
@fuzzed
@given(damage=damages(), target=st.integers(0, 4), first=st.integers(0, len(PIECES) - 1))
def test_a_damaged_asa_world_is_read_or_refused(
    tmp_path: Path, version: int, damage: Damage, target: int, first: int
) -> None:
    path = tmp_path / "World.ark"
    if not path.exists():
        write_asa_world(path, PIECES, version=version, store=tribe_store([(1, TRIBE)]))
    classes = sorted({piece.class_name for piece in PIECES})
    with closing(sqlite3.connect(path)) as database:
        database.executemany(
            "UPDATE game SET value = ? WHERE key = ?",
            [(asa_value(piece, version=version), guid_of(piece)) for piece in PIECES],
        )
        for piece in PIECES[first : first + target + 1]:
            value = asa_value(piece, version=version)
            database.execute("UPDATE game SET value = ? WHERE key = ?", (damage(value), guid_of(piece)))
        blobs = {
            "SaveHeader": asa_header(classes, version=version),
            "GameModeCustomBytes": tribe_store([(1, TRIBE)]),
            "ActorTransforms": b"".join(guid_of(piece) + struct.pack("<7d", *range(7)) for piece in PIECES),
        }
        for number, (key, blob) in enumerate(blobs.items()):
            database.execute(
                "UPDATE custom SET value = ? WHERE key = ?",
                (damage(blob) if target == number + 1 else blob, key),
            )
        database.commit()

    read_or_refuse(path)


@fuzzed
@given(damage=damages())
def test_a_database_with_damaged_pages_is_read_or_refused(tmp_path: Path, damage: Damage) -> None:
    whole = tmp_path / "Whole.ark"
    if not whole.exists():
        write_asa_world(whole, PIECES)
    path = tmp_path / "World.ark"
    path.write_bytes(damage(whole.read_bytes()))

    read_or_refuse(path)


@fuzzed
@given(damage=damages())
def test_a_damaged_tribe_file_is_read_or_refused(damage: Damage) -> None:
    try:
        tribe = read_tribe(damage(TRIBE))
    except FormatError:
        return

    assert tribe.tribe_id > 0


@fuzzed
@given(damage=damages())
def test_damaged_tribes_inside_a_save_are_read_or_noted(damage: Damage) -> None:
    found = tribes_in_store(damage(tribe_store([(1, TRIBE), (2, TRIBE)])))

    assert len(found.tribes) + len(found.notes) <= 3


@fuzzed
@given(
    data=st.binary(max_size=600),
    head=st.sampled_from([b"", b"\x06\0", b"\x09\0", b"\x0c\0", b"\x21\0", b"SQLite format 3\0"]),
)
def test_any_bytes_at_all_are_read_or_refused(tmp_path: Path, data: bytes, head: bytes) -> None:
    path = tmp_path / "World.ark"
    path.write_bytes(head + data)

    read_or_refuse(path)


@pytest.mark.parametrize("number", [2**31 - 1, 100_000_000])
def test_no_count_makes_the_decoder_take_much_memory(tmp_path: Path, number: int) -> None:
    path, whole = tmp_path / "World.ark", ase_world([PIECES[0], *things.WORLD[:4], things.SADDLE])
    # Every number in the head, and some places in all that follows.
    places = [*range(2, 150, 4), *range(150, len(whole) - 4, 61)]

    tracemalloc.start()
    for at in places:
        path.write_bytes(whole[:at] + struct.pack("<i", number) + whole[at + 4 :])
        read_or_refuse(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    # A walk's scratch space is a small multiple of the 4 kB file, with some tables of fixed size.
    assert peak < 20 * 2**20
