"""What fuzzers found: each is told as what was wrong, and fails where that comes back."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from parser_service.archive.errors import ArchiveError
from parser_service.archive.reading import read
from parser_service.archive.writing import HEADER, write
from tests.parser_service.archive.saves import columns, world

# Where in an entry of a zip file's directory: flags, packed size. What a member begins with.
_FLAGS, _PACKED_SIZE = 8, 20
_MEMBER = b"PK\x03\x04"
_IS_UTF8 = 0x800


def archive(path: Path) -> tuple[bytearray, int]:
    """Write a save's columns; return the file's bytes, and where its directory is."""
    write(columns(world(2)), path)
    with zipfile.ZipFile(path) as file:
        return bytearray(path.read_bytes()), file.start_dir


def test_a_name_in_an_archives_directory_that_is_no_text_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "1.columns"
    content, directory = archive(path)
    struct.pack_into("<H", content, directory + _FLAGS, _IS_UTF8)
    content[content.rindex(HEADER.encode()) + 2] = 0xBB
    path.write_bytes(content)

    with pytest.raises(ArchiveError, match="damaged"):
        read(path)


def test_a_name_before_a_member_of_an_archive_that_is_no_text_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "1.columns"
    content, _ = archive(path)
    second = content.index(_MEMBER, 1)
    struct.pack_into("<H", content, second + 6, _IS_UTF8)
    content[second + 30] = 0xED
    path.write_bytes(content)

    with pytest.raises(ArchiveError, match="damaged"):
        read(path)


def test_a_member_of_an_archive_that_says_it_is_larger_than_the_file_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "1.columns"
    content, directory = archive(path)
    struct.pack_into("<I", content, directory + _PACKED_SIZE, 2**32 - 2)
    path.write_bytes(content)

    with pytest.raises(ArchiveError, match="larger than the file"):
        read(path)
