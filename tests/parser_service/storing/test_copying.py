from __future__ import annotations

import os
from pathlib import Path

import pytest

from parser_service.storing.copying import (
    MAX_WORLD_BYTES,
    SaveCopyError,
    copy_world,
    find_world,
    keep,
    look,
)


def touch(path: Path, content: bytes, seconds: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (seconds, seconds))
    return path


def test_a_file_is_itself(tmp_path: Path) -> None:
    assert find_world(tmp_path / "a.ark", "TheIsland_WP") == tmp_path / "a.ark"


def test_in_a_folder_the_maps_own_world_wins_over_newer_backups(tmp_path: Path) -> None:
    own = touch(tmp_path / "TheIsland_WP" / "TheIsland_WP.ark", b"own", 100)
    touch(tmp_path / "TheIsland_WP" / "TheIsland_WP_13.09.2026_18.00.00.ark", b"backup", 200)

    assert find_world(tmp_path, "TheIsland_WP") == own
    assert find_world(tmp_path / "TheIsland_WP", "theisland_wp") == own


def test_in_a_folder_of_other_maps_the_newest_world_counts(tmp_path: Path) -> None:
    touch(tmp_path / "Older.ark", b"", 100)
    newer = touch(tmp_path / "Newer.ark", b"", 200)

    assert find_world(tmp_path, "Ragnarok") == newer


def test_a_folder_without_a_world_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        find_world(tmp_path, "Ragnarok")


def test_a_copy_has_the_world_its_journal_the_tribes_and_the_survivors(tmp_path: Path) -> None:
    path = touch(tmp_path / "live" / "Ragnarok.ark", b"world", 100)
    touch(tmp_path / "live" / "Ragnarok.ark-journal", b"journal", 100)
    touch(tmp_path / "live" / "123.arktribe", b"tribe", 100)
    touch(tmp_path / "live" / "123.arkprofile", b"profile", 100)

    copied = copy_world(look(path), tmp_path / "copy")

    assert copied is not None
    files = {file.name: file.read_bytes() for file in (tmp_path / "copy").iterdir()}
    assert files == {
        "Ragnarok.ark": b"world",
        "Ragnarok.ark-journal": b"journal",
        "123.arktribe": b"tribe",
        "123.arkprofile": b"profile",
    }
    assert copied.saved_at.timestamp() == 100


def test_the_hash_is_of_the_content_alone(tmp_path: Path) -> None:
    first = copy_world(look(touch(tmp_path / "a" / "x.ark", b"world", 100)), tmp_path / "copy1")
    second = copy_world(look(touch(tmp_path / "b" / "y.ark", b"world", 200)), tmp_path / "copy2")
    third = copy_world(look(touch(tmp_path / "c" / "z.ark", b"other", 100)), tmp_path / "copy3")

    assert first is not None
    assert second is not None
    assert third is not None
    assert first.content_hash == second.content_hash != third.content_hash


def test_a_file_that_changed_meanwhile_is_not_taken(tmp_path: Path) -> None:
    path = touch(tmp_path / "Ragnarok.ark", b"world", 100)
    standing = look(path)
    touch(path, b"world, longer", 101)

    assert copy_world(standing, tmp_path / "copy") is None


def test_a_file_that_went_away_meanwhile_is_not_taken(tmp_path: Path) -> None:
    path = touch(tmp_path / "Ragnarok.ark", b"world", 100)
    standing = look(path)
    path.unlink()

    assert copy_world(standing, tmp_path / "copy") is None


def test_a_file_larger_than_any_world_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "Ragnarok.ark"
    with path.open("wb") as file:
        file.truncate(MAX_WORLD_BYTES + 1)

    with pytest.raises(SaveCopyError, match="no world is that large"):
        copy_world(look(path), tmp_path / "copy")


def test_a_folder_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    path = touch(tmp_path / "Ragnarok.ark", b"world", 100)
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(SaveCopyError, match="Check free space and permissions"):
        copy_world(look(path), tmp_path / "file" / "copy")


def test_only_the_newest_copy_is_kept(tmp_path: Path) -> None:
    path = touch(tmp_path / "live" / "Ragnarok.ark", b"first", 100)
    for content in (b"first", b"second"):
        touch(path, content, 100)
        copied = copy_world(look(path), tmp_path / "incoming")
        assert copied is not None
        keep(copied, tmp_path / "current")

    assert [file.read_bytes() for file in (tmp_path / "current").iterdir()] == [b"second"]
    assert not (tmp_path / "incoming").exists()
