"""The decoders of foreign bytes, each with inputs to begin with, which the project's own writers make."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from parser_service.archive.writing import write as write_archive
from parser_service.saves.pod_bytes import unpack
from sandbox.ark.world import Game
from tests.fuzz import feeding
from tests.fuzz.feeding import Feed, folder, refusing
from tests.fuzz.frames import Part, together
from tests.parser_service.archive import saves as archived
from tests.parser_service.saves import things
from tests.parser_service.saves.builders import asa_header, asa_value, ase_world, guid_of, write_asa_world
from tests.parser_service.saves.small_files import ALL_VERSIONS, store
from tests.parser_service.saves.test_fuzz import PIECES
from tests.parser_service.saves.test_small_files_fuzz import (
    ITEM_DATA,
    PODS,
    READERS,
    check_cluster,
    check_profile,
    check_tribe,
    profile,
    tribe_image,
)
from tests.parser_service.saves.test_stored_data import pod, stored_world

# Small enough for many tries a second, and one of everything.
_PIECES = [PIECES[0], *things.WORLD]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A decoder: ``feed`` gives it an input and fails unless it answers or refuses in words."""

    feed: Feed
    seeds: Callable[[], list[bytes]]
    has_parts: bool = False


def _ase_worlds() -> list[bytes]:
    return [ase_world(_PIECES, version=version) for version in (6, 9, 12)]


def _asa_rows() -> list[bytes]:
    return [_rows(version) for version in (13, 14)]


def _rows(version: int) -> bytes:
    classes = sorted({piece.class_name for piece in _PIECES})
    places = b"".join(guid_of(piece) + struct.pack("<7d", *piece.position, 0, 0, 0, 1) for piece in _PIECES)
    return together(
        [
            Part(b"H", asa_header(classes, version=version)),
            Part(b"T", places + bytes(16)),
            Part(b"S", _stores()[0]),
            *(Part(feeding.ROW, guid_of(piece) + asa_value(piece, version=version)) for piece in _PIECES),
        ]
    )


def _asa_database() -> list[bytes]:
    return [write_asa_world(folder() / "Seed.ark", _PIECES[:6]).read_bytes()]


def _stores() -> list[bytes]:
    tribe, person = tribe_image(Game.ASA, 7), profile(Game.ASA, 7)
    return [store([(1, tribe), (0, tribe)], [(7, person)])]


def _unpacked_creatures() -> list[bytes]:
    """Return a creature before it is packed, behind the byte and the place that an input begins with."""
    creature = unpack(PODS[Game.ASA])
    return [struct.pack("<Bi", 0, creature.end) + creature.data]


def _archives() -> list[bytes]:
    path = folder() / "Seed.zip"
    write_archive(archived.columns(archived.world(3)), path)
    return [path.read_bytes()]


def _archived_members() -> list[bytes]:
    path = folder() / "Seed.zip"
    write_archive(archived.columns(archived.world(2)), path)
    with zipfile.ZipFile(path) as file:
        members = [(name.encode("latin-1"), file.read(name)) for name in file.namelist()]
    return [together(Part(feeding.MEMBER, bytes([len(name)]) + name + content) for name, content in members)]


ENTRIES = {
    "ase_world": Entry(feed=refusing(feeding.world), seeds=_ase_worlds),
    "asa_world": Entry(feed=refusing(feeding.rows_of_world), seeds=_asa_rows, has_parts=True),
    "asa_database": Entry(feed=refusing(feeding.world), seeds=_asa_database),
    "profile": Entry(feed=refusing(check_profile), seeds=lambda: [profile(*kind) for kind in ALL_VERSIONS]),
    "tribe": Entry(feed=refusing(check_tribe), seeds=lambda: [tribe_image(*kind) for kind in ALL_VERSIONS]),
    "cluster": Entry(
        feed=refusing(check_cluster),
        seeds=lambda: [seed for name, (_, seed) in READERS.items() if name.startswith("cluster")],
    ),
    "pod": Entry(feed=refusing(feeding.creature), seeds=lambda: [*PODS.values()]),
    "unpacked_pod": Entry(feed=refusing(feeding.unpacked_creature), seeds=_unpacked_creatures),
    "item_data": Entry(feed=refusing(feeding.item_data), seeds=lambda: [ITEM_DATA]),
    "store": Entry(feed=refusing(feeding.store), seeds=_stores),
    "stored_data": Entry(
        feed=refusing(feeding.stored_data), seeds=lambda: [stored_world((pod("One"), pod("Two"))).data]
    ),
    "archive": Entry(feed=refusing(feeding.archive), seeds=_archives),
    "archive_members": Entry(
        feed=refusing(feeding.members_of_archive), seeds=_archived_members, has_parts=True
    ),
}
"""All decoders by the names that the command line knows."""
