"""Creatures in cryopods: what is read of them, and how they are found in an item's data."""

from __future__ import annotations

import math
import sqlite3
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parser_service.saves.columns import Game, Tames
from parser_service.saves.cursor import FormatError
from parser_service.saves.custom_data import StoredPlace, is_pod, pod_image, pod_names, stored_places
from parser_service.saves.dialect import Generation
from parser_service.saves.names import HashedNames, IndexedNames
from parser_service.saves.pod_bytes import MARK_UE55, expand, unpack
from parser_service.saves.pods import read_pods
from sandbox.ark import world as sandbox
from sandbox.ark.writer import pods as writer
from sandbox.ark.writer import tags
from sandbox.ark.writer.frames import encode_objects
from sandbox.ark.writer.pods import Vitals, custom_item_datas
from shared.saves.names import hashed_name
from tests.parser_service.saves import small_files
from tests.parser_service.saves.small_files import creature

GAMES = [(sandbox.Game.ASE, Game.ASE), (sandbox.Game.ASA, Game.ASA)]


def text(table: Tames, name: str, row: int) -> str:
    """Return what an index column of a table says, empty where it says nothing."""
    index = int(getattr(table, f"{name}_index")[row])
    texts: tuple[str, ...] = getattr(table, "classes" if name == "class" else f"{name}s")
    return texts[index] if index >= 0 else ""


@pytest.mark.parametrize(("written_by", "game"), GAMES)
@settings(max_examples=80, deadline=None)
@given(animal=small_files.creatures, vitals=small_files.vitals)
def test_what_is_written_is_read(
    written_by: sandbox.Game, game: Game, animal: sandbox.Creature, vitals: Vitals
) -> None:
    found = read_pods([writer.pod_image(written_by, animal, vitals)], game=game)

    assert found.notes == []
    tames = found.tames
    assert tames.dino_id.tolist() == [animal.id1 << 32 | animal.id2]
    assert tames.tribe_id.tolist() == [animal.team]
    assert text(tames, "name", 0) == animal.name
    assert text(tames, "tamer_name", 0) == animal.tamer
    assert text(tames, "tribe_name", 0) == animal.tribe_name
    assert text(tames, "imprinter_name", 0) == vitals.imprinter
    assert text(tames, "class", 0).endswith("_Character_BP_C")
    assert tames.is_female.tolist() == [animal.is_female]
    assert (tames.base_level[0], tames.extra_level[0]) == (vitals.base_level, vitals.extra_level)
    # The game leaves out what is at its default; so does the writer.
    np.testing.assert_array_equal(tames.experience[0], vitals.experience or math.nan)
    unwritten = 0.0 if vitals.imprinter else math.nan
    np.testing.assert_array_equal(tames.imprint[0], unwritten if vitals.imprint is None else vitals.imprint)
    np.testing.assert_array_equal(
        tames.tamed_time[0], math.nan if animal.tamed_time is None else animal.tamed_time
    )
    assert tames.stats[0].tolist() == list(vitals.stats)
    assert tames.wild_points[0].tolist() == list(vitals.wild_points)
    assert tames.tamed_points[0].tolist() == list(vitals.tamed_points)
    assert tames.mutation_points[0].tolist() == list(vitals.mutation_points)
    assert tames.colours[0].tolist() == list(vitals.colours)
    assert tames.is_cryopodded.tolist() == [True]


@given(
    data=st.binary(max_size=400) | st.lists(st.sampled_from([0, 1, 0xEF, 0xF0, 0xF1, 0xFE, 0xFF])).map(bytes)
)
def test_what_is_packed_expands_again(data: bytes) -> None:
    assert expand(writer.pack(data)) == data


@pytest.mark.parametrize(
    ("packed", "data"),
    [
        (b"", b""),
        (b"plain", b"plain"),
        (b"\xf0\xf0\xf0\x07", b"\xf0\x07"),
        (b"\xf1\x0f", b"\xf0\xff"),
        (b"\xf2\xfe", bytes(16)),
        (b"\xff\x05\x06", b"\0\0\0\x05\0\0\0\x06\0\0\0"),
    ],
)
def test_runs_are_written_out(packed: bytes, data: bytes) -> None:
    assert expand(packed) == data


@pytest.mark.parametrize("packed", [b"\xf0", b"a\xf1", b"\xff", b"\xff\x01"])
def test_a_run_that_is_cut_is_refused(packed: bytes) -> None:
    with pytest.raises(FormatError, match="inside a run"):
        expand(packed)


def test_empty_pods_have_no_row_and_damaged_ones_a_note() -> None:
    whole = writer.pod_image(sandbox.Game.ASA, creature(), Vitals())

    found = read_pods([b"", whole, whole[:100], whole], game=Game.ASA)

    assert found.image_row.tolist() == [1, 3]
    assert len(found.tames) == 2
    assert [note.split(":")[0] for note in found.notes] == ["the creature in cryopod 3"]


def test_no_pods_are_an_empty_table() -> None:
    found = read_pods([], game=Game.ASE)

    assert (len(found.tames), len(found.image_row), found.notes) == (0, 0, [])


def test_what_only_the_world_knows_is_unknown() -> None:
    tames = read_pods([writer.pod_image(sandbox.Game.ASE, creature(), Vitals())], game=Game.ASE).tames

    assert np.isnan([tames.x[0], tames.y[0], tames.z[0], tames.yaw[0]]).all()
    assert not tames.object_id.any()
    assert not tames.inventory_id.any()


def pod_of(data: bytes, *, size: int | None = None, names_at: int = 0, mark: int = MARK_UE55) -> bytes:
    """Return an image with these packed bytes in it."""
    return struct.pack("<iii", mark, len(data) if size is None else size, names_at) + zlib.compress(data)


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        (b"\x07\x04", "inside its head"),
        (pod_of(b"", mark=0x0405), "unknown mark"),
        (pod_of(b"", size=-1), "says that it unpacks"),
        (pod_of(b"", size=2**31 - 1), "says that it unpacks"),
        (pod_of(bytes(100), size=99), "does not unpack to the size"),
        (pod_of(bytes(100), size=101), "does not unpack to the size"),
        (pod_of(bytes(100))[:-6], "does not unpack to the size"),
        (pod_of(bytes(8))[:12] + b"no zlib at all", "cannot be unpacked"),
        (pod_of(bytes(8), names_at=-1), "points to byte"),
        (pod_of(b"\x7f\xff\xff\x7f"), "announced"),
    ],
)
def test_an_image_that_contradicts_itself_is_refused(image: bytes, reason: str) -> None:
    with pytest.raises(FormatError, match=reason):
        unpack(image)


def test_a_bomb_of_zeros_is_refused_before_it_is_written_out() -> None:
    # 5 MB of the longest run would be 70 MB.
    with pytest.raises(FormatError, match="expands to"):
        unpack(pod_of(b"\xfe" * (5 * 2**20)))


def test_a_bomb_of_zlib_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(FormatError, match="does not unpack"):
        unpack(pod_of(bytes(2**26), size=1000))


def test_the_image_of_an_older_game_is_read_as_public_tools_say() -> None:
    """Mark 0x0406 was never seen: no engine versions, and tags of generation B."""
    names = writer._Names()
    dialect = tags.Dialect(
        generation=tags.Generation.B, name=names.encode, reference=writer._reference, is_wide=False
    )
    objects = writer._objects(sandbox.Game.ASA, creature(), Vitals(base_level=7))
    data = encode_objects(b"", objects, dialect)
    packed = writer.pack(data + names.table())
    image = struct.pack("<iii", 0x0406, len(packed), len(data)) + zlib.compress(packed)

    found = read_pods([image], game=Game.ASA)

    assert found.notes == []
    assert (found.tames.names, found.tames.base_level.tolist()) == (("Duchess",), [7])


def value_of(tag: tags.Tag, dialect: tags.Dialect) -> bytes:
    """Return a tag's value without its header."""
    return tags._value(tag, dialect)


def hashed(name: str) -> bytes:
    return struct.pack("<Ii", hashed_name(name), 0)


@pytest.mark.parametrize(
    ("generation", "written"), [(Generation.B, tags.Generation.B), (Generation.C, tags.Generation.C)]
)
def test_the_image_is_found_among_an_items_data_in_asa_worlds(
    generation: Generation, written: tags.Generation
) -> None:
    dialect = tags.Dialect(generation=written, name=hashed, reference=hashed, is_wide=True)

    filled = value_of(custom_item_datas([b"the creature", b"its saddle"]), dialect)
    empty = value_of(custom_item_datas([]), dialect)

    assert pod_image(filled, generation, pod_names(HashedNames())) == b"the creature"
    assert pod_image(empty, generation, pod_names(HashedNames())) == b""
    assert pod_image(struct.pack("<i", 0), generation, pod_names(HashedNames())) == b""


def test_the_image_is_found_among_an_items_data_in_ase_worlds() -> None:
    table: list[str] = []

    def indexed(name: str) -> bytes:
        if name not in table:
            table.append(name)
        return struct.pack("<ii", table.index(name) + 1, 0)

    dialect = tags.Dialect(generation=tags.Generation.A, name=indexed, reference=indexed, is_wide=False)
    value = value_of(custom_item_datas([b"the creature"]), dialect)

    assert pod_image(value, Generation.A, pod_names(IndexedNames(table))) == b"the creature"


def test_an_items_data_that_ends_early_is_refused() -> None:
    dialect = tags.Dialect(generation=tags.Generation.C, name=hashed, reference=hashed, is_wide=True)
    value = value_of(custom_item_datas([b"the creature"]), dialect)

    assert image_of(value) == b"the creature"
    # The creature stands last, so what is cut off is always needed.
    for size in range(len(value)):
        assert small_files.refused(image_of, value[:size])


def test_an_items_data_with_something_behind_it_is_refused() -> None:
    with pytest.raises(FormatError, match="does not end"):
        image_of(struct.pack("<i", 0) + b"more")


def image_of(value: bytes) -> bytes:
    return pod_image(value, Generation.C, pod_names(HashedNames()))


def test_references_into_stored_data_are_read() -> None:
    links = struct.pack("<i", 1) + bytes(8) + struct.pack("<i", 0)
    value = (
        struct.pack("<i", 2) + struct.pack("<BBq", 1, 2, 500) + links + struct.pack("<BBq", 1, 3, 9) + links
    )

    assert stored_places(value) == [StoredPlace(region=2, position=500), StoredPlace(region=3, position=9)]


@pytest.mark.parametrize(("region", "position"), [(4, 0), (0, -1)])
def test_references_to_no_region_are_refused(region: int, position: int) -> None:
    value = struct.pack("<iBBqii", 1, 1, region, position, 0, 0)

    with pytest.raises(FormatError, match="which is none"):
        stored_places(value)


def test_references_with_something_behind_them_are_refused() -> None:
    with pytest.raises(FormatError, match="more than its references"):
        stored_places(struct.pack("<iBBqii", 1, 1, 0, 0, 0, 0) + b"!")


@pytest.mark.parametrize(
    "name", ["PrimalItem_WeaponEmptyCryopod_C", "PrimalItem_SCSCryopod_C", "PrimalItem_SoulTrap_DS_C"]
)
def test_items_that_hold_creatures_are_known_by_their_class(name: str) -> None:
    assert is_pod(name)
    assert not is_pod("PrimalItemResource_Wood_C")


def test_real_pods_of_a_world_are_found_and_decoded(shared_data: Path) -> None:
    path = shared_data / "saves/asa/worlds/asa14_lost_colony.ark"
    key = hashed("CustomItemDatas") + hashed("ArrayProperty")
    images = []
    with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as database:
        for (row,) in database.execute("SELECT value FROM game"):
            at = row.find(key)
            if at >= 0:
                images.append(_image_in_row(row, at))

    found = read_pods(images, game=Game.ASA)

    assert found.notes == []
    assert len(found.tames) == 9
    assert sorted(set(found.tames.classes)) == [
        "Direwolf_Character_BP_C",
        "Megatherium_Character_BP_C",
        "Saber_Character_BP_C",
    ]
    assert (found.tames.dino_id > 0).all()
    assert (found.tames.stats[:, 0] > 0).all()


def _image_in_row(row: bytes, at: int) -> bytes:
    # Name, then the tree of types: array, struct, its name, its package, each with the number of inner ones.
    size_at = at + 8 + 4 * 12
    size = struct.unpack_from("<i", row, size_at)[0]
    return pod_image(row[size_at + 5 : size_at + 5 + size], Generation.C, pod_names(HashedNames()))
