"""Gives one input to one decoder: as a file, as a database, as an archive, as a packed creature."""

from __future__ import annotations

import sqlite3
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
from typing import TypeAlias

from parser_service.archive.errors import ArchiveError
from parser_service.archive.reading import read as read_archive
from parser_service.saves.columns import Game
from parser_service.saves.cursor import FormatError
from parser_service.saves.custom_data import pod_image, stored_places
from parser_service.saves.dialect import Generation
from parser_service.saves.errors import SaveError
from parser_service.saves.pod_bytes import MARK_OLDER, MARK_UE55
from parser_service.saves.stored_data import read_stored_files, read_stored_pods
from parser_service.saves.survivor_sources import survivors_in_store
from parser_service.saves.tribe_sources import tribes_in_store
from parser_service.saves.world import read_world
from tests.fuzz.frames import Part, apart
from tests.parser_service.saves.test_fuzz import check
from tests.parser_service.saves.test_small_files_fuzz import check_pod
from tests.parser_service.saves.test_stored_data import stored_world

Feed: TypeAlias = Callable[[bytes], None]
"""Gives an input to a decoder, and fails where the answer breaks a promise."""

# The entries of a database that are not objects.
CUSTOM = {b"H": "SaveHeader", b"T": "ActorTransforms", b"S": "GameModeCustomBytes"}
ROW, MEMBER = b"R", b"M"
# The mark of Unreal 5.5, or the one before it, by the first bit of an unpacked creature's input.
_MARKS = (MARK_UE55, MARK_OLDER)


def refusing(feed: Feed) -> Feed:
    """Return what takes a refusal in words for an answer, and lets through any other failure."""

    def run(data: bytes) -> None:
        with suppress(FormatError, SaveError, ArchiveError):
            feed(data)

    return run


@cache
def _own_folder() -> tempfile.TemporaryDirectory[str]:
    memory = Path("/dev/shm")
    return tempfile.TemporaryDirectory(prefix="helena-fuzz-", dir=memory if memory.is_dir() else None)


def folder() -> Path:
    """Return a folder of this process's own, in memory where there is such a place; it goes when the process ends."""
    return Path(_own_folder().name)


def _file(name: str, data: bytes) -> Path:
    path = folder() / name
    path.write_bytes(data)
    return path


def world(data: bytes) -> None:
    """Read a world's file."""
    check(read_world(_file("World.ark", data)))


def rows_of_world(data: bytes) -> None:
    """Read a whole database of damaged values."""
    world(database(apart(data)))


def database(parts: Sequence[Part]) -> bytes:
    """Return a database of objects (16 bytes of key, then the value) and of world-wide data."""
    custom = [(CUSTOM[part.kind], part.content) for part in parts if part.kind in CUSTOM]
    rows = [(part.content[:16], part.content[16:]) for part in parts if part.kind == ROW]
    with closing(sqlite3.connect(":memory:")) as made:
        made.execute("CREATE TABLE game (key BLOB primary key not null, value blob not null)")
        made.execute("CREATE TABLE custom (key VARCHAR(64) primary key not null, value blob not null)")
        made.executemany("INSERT OR IGNORE INTO custom VALUES (?, ?)", custom)
        made.executemany("INSERT OR IGNORE INTO game VALUES (?, ?)", rows)
        made.commit()
        return made.serialize()


def store(data: bytes) -> None:
    """Read what an ASA world keeps of tribes and survivors."""
    tribes, survivors = tribes_in_store(data), survivors_in_store(data)
    # A word on each, and one on where the store ended early.
    assert len(tribes.tribes) + len(tribes.notes) <= len(data) // 16 + 1
    assert len(survivors.survivors) + len(survivors.notes) <= len(data) // 16 + 1


def stored_data(data: bytes) -> None:
    """Read what an ASE world keeps of tribes, survivors and creatures."""
    path = _file("World.ark", data)
    read_stored_files(path)
    places = stored_world((b"one", b"two")).places
    assert len(read_stored_pods(path, [[place] for place in places]).images) == len(places)


def creature(data: bytes) -> None:
    """Read a creature as both games keep it."""
    refusing(check_pod(Game.ASA))(data)
    check_pod(Game.ASE)(data)


def unpacked_creature(data: bytes) -> None:
    """Read a creature of ASA inside a packing that is whole: a byte for the mark, where the names are, the rest."""
    if len(data) < 5:
        return
    names_at = struct.unpack_from("<i", data, 1)[0]
    packed = b"".join(b"\xf0%c" % byte if byte >= 0xF0 else b"%c" % byte for byte in data[5:])
    head = struct.pack("<iii", _MARKS[data[0] & 1], len(packed), names_at)
    check_pod(Game.ASA)(head + zlib.compress(packed, 1))


def item_data(data: bytes) -> None:
    """Find a creature's image in what an item holds, and the places that ASE refers to."""
    refusing(lambda value: stored_places(value).clear())(data)
    assert len(pod_image(data, Generation.A)) <= len(data)


def archive(data: bytes) -> None:
    """Read the file in which a save's columns are kept."""
    read_archive(_file("columns.zip", data))


def members_of_archive(data: bytes) -> None:
    """Read a whole archive of damaged members; each is a byte for its name's length, the name, the content."""
    path = folder() / "columns.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for part in apart(data):
            size = part.content[0] + 1 if part.content else 0
            name = part.content[1:size].decode("latin-1").replace("\0", "?")
            if part.kind == MEMBER and name and name not in made.NameToInfo:
                made.writestr(name, part.content[size:])
    read_archive(path)
