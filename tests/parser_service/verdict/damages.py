"""The kinds of damage that saves come with, each done to the files of a good one."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from parser_service.saves import SaveError, read_world
from parser_service.saves.sniff import SQLITE_MAGIC
from parser_service.verdict import Facts, Verdict, facts_of, judge, read_file_facts, refused

NOW = datetime(2026, 9, 13, 18, 5, tzinfo=UTC)
SAVED_AT = datetime(2026, 9, 13, 18, 0, tzinfo=UTC)


def facts(path: Path) -> Facts:
    """Return the facts of a save that can be read."""
    return facts_of(read_world(path), read_file_facts(path, saved_at=SAVED_AT))


def verdict_on(path: Path, last_good: Facts | None, *, expected_map: str | None = None) -> Verdict:
    """Return what the whole chain says of a save."""
    try:
        new = facts(path)
    except SaveError as error:
        size = last_good.file.size_bytes if last_good else None
        return refused(str(error), size_bytes=path.stat().st_size, last_good_bytes=size)
    return judge(new, last_good, now=NOW, expected_map=expected_map)


def copy_of(path: Path, folder: Path) -> Path:
    """Return a copy of a save and of what lies beside it, to be damaged."""
    shutil.copytree(path.parent, folder, dirs_exist_ok=True)
    return folder / path.name


def truncated(percent: float) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        os.truncate(path, max(20, int(path.stat().st_size * percent / 100)))

    return damage


def zero_tail(percent: float) -> Callable[[Path], None]:
    """Return the damage of a machine that stopped before the end was on its disk."""

    def damage(path: Path) -> None:
        size = path.stat().st_size
        kept = int(size * percent / 100)
        os.truncate(path, kept)
        os.truncate(path, size)

    return damage


def zero_tribe_file(path: Path) -> None:
    tribe = next(iter(sorted(path.parent.glob("*.arktribe"))))
    tribe.write_bytes(bytes(tribe.stat().st_size))


def unknown_version(path: Path) -> None:
    _change_head(path, lambda head: struct.pack("<h", 77) + head[2:])


def corrupt_names(path: Path) -> None:
    """Write over a part of the name table."""

    def over(table: bytes) -> bytes:
        at = len(table) // 2
        return table[:at] + random.Random(5).randbytes(200) + table[at + 200 :]

    _change_names(path, over)


def misspelt_names(path: Path) -> None:
    """Change letters in the name table, so that lengths and characters stay those of names."""
    _change_names(
        path, lambda table: table.replace(b"Targeting", b"Targfting").replace(b"StructureID", b"StrvctureID")
    )


def flipped_bits(path: Path, *, seed: int = 1, every: int = 2_000) -> None:
    """Flip single bits, one in so many bytes, but for the first hundred: those are another kind of damage."""
    data, chance = bytearray(path.read_bytes()), random.Random(seed)
    for _ in range(max(20, len(data) // every)):
        data[chance.randrange(100, len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def wrong_magic(path: Path) -> None:
    path.write_bytes(b"\xde\xad\xbe\xef" + path.read_bytes()[4:])


def empty(path: Path) -> None:
    os.truncate(path, 0)


def doubled_rows(path: Path) -> None:
    """Have objects of an ASA world stand there twice, as in an index that was lost."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            """
            CREATE TABLE doubled (key BLOB, value BLOB);
            INSERT INTO doubled SELECT key, value FROM game;
            INSERT INTO doubled SELECT key, value FROM game ORDER BY key;
            DROP TABLE game;
            ALTER TABLE doubled RENAME TO game;
            """
        )


def change_store(path: Path, change: Callable[[bytes], bytes]) -> None:
    """Change what an ASA world keeps of tribes and profiles."""
    _change_blob(path, "GameModeCustomBytes", change)


def is_asa(path: Path) -> bool:
    return path.read_bytes()[:16] == SQLITE_MAGIC


def _change_head(path: Path, change: Callable[[bytes], bytes]) -> None:
    if not is_asa(path):
        path.write_bytes(change(path.read_bytes()))
        return
    _change_blob(path, "SaveHeader", change)


def _change_blob(path: Path, key: str, change: Callable[[bytes], bytes]) -> None:
    with closing(sqlite3.connect(path)) as database:
        (blob,) = database.execute("SELECT value FROM custom WHERE key = ?", (key,)).fetchone()
        database.execute("UPDATE custom SET value = ? WHERE key = ?", (change(blob), key))
        database.commit()


def _change_names(path: Path, change: Callable[[bytes], bytes]) -> None:
    """Change the bytes of the name table, wherever this world has it."""

    def head_of_asa(head: bytes) -> bytes:
        at = struct.unpack_from("<i", head, 10 if struct.unpack_from("<h", head)[0] >= 14 else 2)[0]
        return head[:at] + change(head[at:])

    def file_of_ase(data: bytes) -> bytes:
        version = struct.unpack_from("<h", data)[0]
        at = 2 + (64 if 11 <= version < 33 else 0) + (8 if version >= 7 else 0)
        names, properties = struct.unpack_from("<ii", data, at)
        return data[:names] + change(data[names:properties]) + data[properties:]

    _change_head(path, head_of_asa if is_asa(path) else file_of_ase)
