"""What is refused, with which reason, and that a worker can say so."""

from __future__ import annotations

import pickle
import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import pytest

from parser_service.saves import SaveError, read_world
from parser_service.saves.errors import (
    DamagedSaveError,
    EmptySaveError,
    ForeignFileError,
    TruncatedSaveError,
    UnreadableSaveError,
    UnsupportedVersionError,
)
from tests.parser_service.saves.builders import Piece, asa_header, ase_world, tribe_file, write_asa_world

PIECES = [Piece(number=number, position=(300.0 * number, 0.0, 0.0)) for number in range(200)]


def refusal_of(path: Path, content: bytes) -> SaveError:
    """Return the refusal of a file with this content."""
    path.write_bytes(content)
    with pytest.raises(SaveError) as caught:
        read_world(path)
    return caught.value


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "PNG picture"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git-lfs pointer"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "web page"),
        (b"\n  <html>", "web page"),
        (b'{"error": "no such file"}', "plain text"),
        (b"Hello, this is a note.\n", "plain text"),
        (b"PK\x03\x04" + bytes(64), "zip archive"),
        (b"\x1f\x8b\x08" + bytes(64), "gzip"),
        (b"\xfd7zXZ\0" + bytes(64), "xz"),
        (bytes(4096), "nothing but zeros"),
        (tribe_file(50_001, "Tribe"), "a tribe's file"),
    ],
)
def test_a_foreign_file_is_refused_by_what_it_is(tmp_path: Path, content: bytes, words: str) -> None:
    error = refusal_of(tmp_path / "World.ark", content)

    assert isinstance(error, ForeignFileError)
    assert words in error.reason


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert isinstance(refusal_of(tmp_path / "World.ark", b""), EmptySaveError)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.ark", tmp_path):
        with pytest.raises(UnreadableSaveError, match="cannot be read"):
            read_world(path)


@pytest.mark.parametrize("version", [0, 1, 3, 5, 128, -1])
def test_an_ase_version_that_cannot_be_read_is_refused_by_name(tmp_path: Path, version: int) -> None:
    error = refusal_of(tmp_path / "World.ark", struct.pack("<h", version) + ase_world(PIECES)[2:])

    assert isinstance(error, UnsupportedVersionError)
    assert f"version {version}," in error.reason


@pytest.mark.parametrize("version", [13, 34, 99])
def test_an_unknown_ase_version_that_makes_no_sense_is_refused_by_name_and_with_what_is_wrong(
    tmp_path: Path, version: int
) -> None:
    error = refusal_of(tmp_path / "World.ark", struct.pack("<h", version) + ase_world(PIECES, version=6)[2:])

    assert isinstance(error, UnsupportedVersionError)
    assert f"version {version}, which is not known, and it makes no sense as version" in error.reason


@pytest.mark.parametrize("version", [-3, 0, 8, 128])
def test_an_asa_version_that_cannot_be_read_is_refused_by_name(tmp_path: Path, version: int) -> None:
    path = write_asa_world(tmp_path / "World.ark", [], header=struct.pack("<h", version) + asa_header([])[2:])

    with pytest.raises(UnsupportedVersionError, match=f"version {version},"):
        read_world(path)


def test_an_unknown_asa_version_that_makes_no_sense_is_refused_by_name(tmp_path: Path) -> None:
    path = write_asa_world(tmp_path / "World.ark", [], header=struct.pack("<h", 9) + asa_header([])[2:])

    with pytest.raises(UnsupportedVersionError, match="version 9, which is not known, and it makes no sense"):
        read_world(path)


def test_a_new_ase_version_that_makes_sense_is_read_and_marked(tmp_path: Path) -> None:
    path = tmp_path / "World.ark"
    path.write_bytes(struct.pack("<h", 13) + ase_world(PIECES, version=12)[2:])

    world = read_world(path)

    assert (world.version, len(world.structures)) == (13, len(PIECES))
    assert "version 13, which is not known; it was read as version 12" in world.coverage.notes[0]


@pytest.mark.parametrize(("version", "like"), [(9, 13), (12, 13), (15, 14)])
def test_another_asa_version_that_makes_sense_is_read_and_marked(
    tmp_path: Path, version: int, like: int
) -> None:
    header = asa_header(["Floor_Stone_C"], version=like)
    path = write_asa_world(
        tmp_path / "World.ark", PIECES, version=like, header=struct.pack("<h", version) + header[2:]
    )

    world = read_world(path)

    assert (world.version, len(world.structures)) == (version, len(PIECES))
    assert f"version {version}, which is not known; it was read as version {like}" in world.coverage.notes[0]


def test_an_unknown_version_whose_objects_make_no_sense_is_refused(tmp_path: Path) -> None:
    """The header of a newer version may be like ours, and its property lists not."""
    header = asa_header(["Floor_Stone_C"], version=14)
    path = write_asa_world(
        tmp_path / "World.ark", PIECES, version=13, header=struct.pack("<h", 15) + header[2:]
    )

    with pytest.raises(UnsupportedVersionError, match="objects cannot be read"):
        read_world(path)


@pytest.mark.parametrize("version", [6, 9, 12])
@pytest.mark.parametrize("percent", [5, 30, 61, 90, 99])
def test_a_truncated_ase_world_is_refused_with_where_it_ends(
    tmp_path: Path, version: int, percent: int
) -> None:
    whole = ase_world(PIECES, version=version)

    error = refusal_of(tmp_path / "World.ark", whole[: len(whole) * percent // 100])

    assert isinstance(error, TruncatedSaveError)
    assert "the file ends" in error.reason
    assert "copy it again" in error.advice


@pytest.mark.parametrize("percent", [0.01, 5, 30, 61, 99])
def test_a_truncated_asa_world_is_refused_with_where_it_ends(tmp_path: Path, percent: float) -> None:
    whole = write_asa_world(tmp_path / "Whole.ark", PIECES).read_bytes()
    size = max(20, int(len(whole) * percent / 100))

    error = refusal_of(tmp_path / "World.ark", whole[:size])

    assert isinstance(error, TruncatedSaveError)
    if percent >= 1:
        assert f"the file ends at {100 * size // len(whole)} %" in error.reason


def test_a_header_without_places_is_called_interrupted(tmp_path: Path) -> None:
    whole = ase_world(PIECES, version=6)

    error = refusal_of(tmp_path / "World.ark", whole[:2] + bytes(8) + whole[10:])

    assert isinstance(error, TruncatedSaveError)
    assert "interrupted" in error.reason


def test_a_zero_filled_tail_is_refused_as_damage(tmp_path: Path) -> None:
    whole = ase_world(PIECES)

    error = refusal_of(tmp_path / "World.ark", whole[: len(whole) // 4] + bytes(len(whole) - len(whole) // 4))

    assert isinstance(error, DamagedSaveError)


def test_a_world_of_which_most_objects_are_damaged_is_refused(tmp_path: Path) -> None:
    whole = ase_world(PIECES)
    properties_at = struct.unpack_from("<i", whole, 14)[0]
    keep = properties_at + (len(whole) - properties_at) // 4

    error = refusal_of(tmp_path / "World.ark", whole[:keep] + b"\x07" * (len(whole) - keep))

    assert isinstance(error, DamagedSaveError)
    assert "of 200 objects cannot be read" in error.reason


def test_a_broken_chain_of_object_headers_is_refused(tmp_path: Path) -> None:
    whole = bytearray(ase_world(PIECES))
    first_name_count = whole.index(b"TheIsland\0") + 10 + 8 + 4 + 28
    whole[first_name_count : first_name_count + 4] = struct.pack("<i", -5)

    error = refusal_of(tmp_path / "World.ark", bytes(whole))

    assert "chain of its object headers breaks" in error.reason


def test_another_sqlite_database_is_foreign(tmp_path: Path) -> None:
    path = tmp_path / "World.ark"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE game (key BLOB, value BLOB)")

    with pytest.raises(ForeignFileError, match="no tables"):
        read_world(path)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW game AS SELECT key, value FROM custom",
        "CREATE TABLE game (key BLOB, value BLOB GENERATED ALWAYS AS (zeroblob(1000000000)) VIRTUAL)",
        "CREATE TABLE game (key BLOB, value BLOB, more BLOB)",
    ],
)
def test_a_database_whose_tables_are_something_else_is_refused(tmp_path: Path, statement: str) -> None:
    path = write_asa_world(tmp_path / "World.ark", [Piece()])
    with closing(sqlite3.connect(path)) as database:
        database.execute("DROP TABLE game")
        database.execute(statement)

    with pytest.raises(ForeignFileError):
        read_world(path)


def test_rows_of_the_wrong_type_are_passed_over(tmp_path: Path) -> None:
    path = write_asa_world(tmp_path / "World.ark", [Piece()])
    with closing(sqlite3.connect(path)) as database:
        database.executemany(
            "INSERT INTO game VALUES (?, ?)", [("text", b"x"), (b"short", b"x"), (b"k" * 16, 5)]
        )
        database.commit()

    assert len(read_world(path).structures) == 1


def test_a_damaged_schema_is_refused_even_where_sqlite_quotes_the_damage(tmp_path: Path) -> None:
    whole = write_asa_world(tmp_path / "World.ark", [Piece()]).read_bytes()
    at = whole.index(b"CREATE TABLE game") + len("CREATE TABLE game ")

    error = refusal_of(tmp_path / "World.ark", whole[:at] + b"\xff\xff\xff\xff" + whole[at + 4 :])

    assert isinstance(error, DamagedSaveError)
    assert "malformed database schema" in error.reason


def test_a_blob_that_a_flipped_bit_has_made_a_text_is_read_all_the_same(tmp_path: Path) -> None:
    path = write_asa_world(tmp_path / "World.ark", [Piece()])
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE game SET value = CAST(value AS TEXT)")
        database.commit()

    assert len(read_world(path).structures) == 1


def test_a_damaged_page_is_refused_with_what_came_before_it(tmp_path: Path) -> None:
    path = write_asa_world(tmp_path / "World.ark", [Piece(number=number) for number in range(3000)])
    whole = bytearray(path.read_bytes())
    page = struct.unpack_from(">H", whole, 16)[0]
    at = len(whole) // 2 // page * page
    whole[at : at + page] = b"\xff" * page

    error = refusal_of(path, bytes(whole))

    assert isinstance(error, DamagedSaveError)
    assert "damaged" in error.reason


def test_a_world_without_a_header_is_refused(tmp_path: Path) -> None:
    path = write_asa_world(tmp_path / "World.ark", [Piece()])
    with closing(sqlite3.connect(path)) as database:
        database.execute("DELETE FROM custom WHERE key = 'SaveHeader'")
        database.commit()

    with pytest.raises(DamagedSaveError, match="no header"):
        read_world(path)


def test_a_database_that_is_locked_by_its_writer_is_refused_for_now(tmp_path: Path) -> None:
    path = write_asa_world(tmp_path / "World.ark", [Piece()])

    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA locking_mode = EXCLUSIVE")
        writer.execute("BEGIN EXCLUSIVE")
        with pytest.raises(TruncatedSaveError, match="writing the file just now"):
            read_world(path)


def test_reading_leaves_no_trace(tmp_path: Path) -> None:
    path = write_asa_world(tmp_path / "World.ark", PIECES)
    before = path.read_bytes()

    read_world(path)

    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["World.ark"]


def test_a_refusal_survives_the_trip_from_a_worker_process(tmp_path: Path) -> None:
    error = refusal_of(tmp_path / "World.ark", b"")

    copy = pickle.loads(pickle.dumps(error))

    assert isinstance(copy, EmptySaveError)
    assert (copy.code, copy.reason, copy.advice, str(copy)) == (
        error.code,
        error.reason,
        error.advice,
        str(error),
    )


def test_each_kind_of_refusal_has_a_code_of_its_own() -> None:
    kinds: list[type[SaveError]] = [SaveError, *SaveError.__subclasses__()]

    assert len({kind.code for kind in kinds}) == len(kinds) == 7
