"""Stored data of ASE worlds since version 11.

No real file could be had, so these tests pin what public tools say of the layout: whoever gets one finds here what
was believed, and a file that differs gives a note, never silence.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from parser_service.saves.custom_data import StoredPlace
from parser_service.saves.stored_data import StoredData, read_stored_files, read_stored_pods
from sandbox.ark.world import Game
from sandbox.ark.writer.pods import Vitals, pod_image
from sandbox.ark.writer.profiles import profile_file
from sandbox.ark.writer.tags import fstring
from sandbox.ark.writer.tribes import tribe_file
from tests.parser_service.saves import small_files
from tests.parser_service.saves.small_files import Damage, creature, survivor, tribe, world

MARK = struct.pack("<ii", -1, 2)
TRIBES = {number: tribe_file(world(Game.ASE), tribe(tribe_id=number)) for number in (60_000, 61_000, 62_000)}
PROFILES = {number: profile_file(world(Game.ASE), survivor(Game.ASE, player_id=number)) for number in (7, 8)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A world's bytes, and where its pods are."""

    data: bytes
    places: tuple[StoredPlace, ...]


def pod(name: str) -> bytes:
    """Return what is stored for a cryopod: kind, texts, floats, names of colours, 8 bytes, the image."""
    texts = struct.pack("<i", 2) + fstring("Rex_Character_BP_C_12") + fstring(f"{name} - Lvl 5 (Rex)")
    floats = struct.pack("<iff", 2, 480.0, 200.0)
    colours = struct.pack("<i", 1) + fstring("Light Green")
    return (
        fstring("Dino")
        + texts
        + floats
        + colours
        + bytes(8)
        + pod_image(Game.ASE, creature(name=name), Vitals())
    )


def chunked(region: int, at: int, whole: bytes, element_bytes: int, cut: int) -> bytes:
    """Return a chain of two chunks of a region, the first of ``cut`` bytes."""
    chunks = [(at, cut), (at + cut, len(whole) - cut)] if 0 < cut < len(whole) else [(at, len(whole))]
    chain = struct.pack("<q", len(whole) // element_bytes)
    for start, size in chunks:
        if size:
            chain += struct.pack("<iqqq", region, start, 0, size)
    return chain


def entries(images: dict[int, bytes]) -> bytes:
    """Return the index of images that lie one behind the other."""
    index, at = b"", 0
    for number, image in images.items():
        index += struct.pack("<qqq", number, at, len(image))
        at += len(image)
    return index


def stored_world(
    pods: tuple[bytes, ...] = (), *, version: int = 11, mark: bytes = MARK, cut: int = 0
) -> Stored:
    """Return what of a world the reader looks at: head, hibernation with its two stores, and three regions."""
    tribes, profiles = b"".join(TRIBES.values()), b"".join(PROFILES.values())
    regions = [tribes + entries(TRIBES), b"".join(pods), profiles + entries(PROFILES), b""]
    stores = b""
    for region, whole, images in ((0, tribes, TRIBES), (2, profiles, PROFILES)):
        stores += (
            mark + chunked(region, 0, whole, 1, cut) + chunked(region, len(whole), entries(images), 24, 0)
        )
    head_bytes = 2 + 64 + 8
    at = head_bytes + len(stores)
    head = struct.pack("<h", version)
    for content in regions:
        head += struct.pack("<qq", at, len(content))
        at += len(content)
    head += struct.pack("<ii", head_bytes, 0)
    starts = [sum(map(len, pods[:number])) for number in range(len(pods))]
    places = tuple(StoredPlace(region=1, position=start) for start in starts)
    return Stored(data=head + stores + b"".join(regions), places=places)


@pytest.mark.parametrize("version", [11, 12])
@pytest.mark.parametrize("cut", [0, 1, 500])
def test_tribes_and_survivors_are_found_also_across_chunks(tmp_path: Path, version: int, cut: int) -> None:
    path = tmp_path / "World.ark"
    path.write_bytes(stored_world(version=version, cut=cut).data)

    tribes, survivors = read_stored_files(path)

    assert (tribes.notes, survivors.notes) == ([], [])
    assert sorted(tribes.tribes) == [*TRIBES]
    assert sorted(survivors.survivors) == [*PROFILES]


def test_pods_are_found_by_their_places(tmp_path: Path) -> None:
    path = tmp_path / "World.ark"
    other = fstring("Something else") + bytes(40)
    stored = stored_world((pod("One"), other, pod("Two")))
    path.write_bytes(stored.data)
    one, none, two = stored.places

    found = read_stored_pods(path, [[one], [none, two], [none], []])

    assert found.notes == []
    assert [bool(image) for image in found.images] == [True, True, False, False]
    assert found.images[0] == pod_image(Game.ASE, creature(name="One"), Vitals())
    assert found.images[1] == pod_image(Game.ASE, creature(name="Two"), Vitals())


@pytest.mark.parametrize("version", [6, 10, 13, 33])
def test_other_versions_are_not_looked_into(tmp_path: Path, version: int) -> None:
    path = tmp_path / "World.ark"
    path.write_bytes(stored_world(version=version).data)

    tribes, survivors = read_stored_files(path)

    assert (tribes.tribes, survivors.survivors, tribes.notes) == ({}, {}, [])


def test_a_store_of_another_form_is_told_and_not_guessed_at(tmp_path: Path) -> None:
    path = tmp_path / "World.ark"
    path.write_bytes(stored_world(mark=struct.pack("<ii", -1, 3)).data)

    tribes, survivors = read_stored_files(path)

    assert (tribes.tribes, survivors.survivors) == ({}, {})
    assert tribes.notes == ["the world's stored data cannot be read: a store is of an unknown form"]


def test_a_reference_outside_its_region_is_told(tmp_path: Path) -> None:
    path = tmp_path / "World.ark"
    path.write_bytes(stored_world((pod("One"),)).data)

    found = read_stored_pods(
        path, [[StoredPlace(region=1, position=10**9)], [StoredPlace(region=3, position=0)]]
    )

    assert found.images == [b"", b""]
    assert len(found.notes) == 2


def test_worlds_without_stored_data_have_none(shared_data: Path) -> None:
    for path in sorted((shared_data / "saves").glob("*/*ase*.ark")):
        tribes, survivors = read_stored_files(path)

        assert (tribes.tribes, tribes.notes, survivors.survivors, survivors.notes) == ({}, [], {}, [])
        with path.open("rb") as file:
            assert StoredData(file).is_empty


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damage=small_files.damages())
def test_damaged_stored_data_is_read_or_told(tmp_path: Path, damage: Damage) -> None:
    path = tmp_path / "World.ark"
    whole = stored_world((pod("One"), pod("Two")))
    path.write_bytes(damage(whole.data))

    tribes, survivors = read_stored_files(path)
    found = read_stored_pods(path, [[place] for place in whole.places])

    assert len(tribes.tribes) <= 3
    assert len(survivors.survivors) <= 2
    assert len(found.images) == 2
