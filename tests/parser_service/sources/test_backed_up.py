"""The backup beside a world: looked at while the world itself cannot be had, and only then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from parser_service.sources import BackedUp, LocalSource, SourceError
from shared.clock import FrozenClock
from tests.parser_service.sources.places import SAVED_AT, world

NOW = datetime.fromtimestamp(SAVED_AT + 300, UTC)
BACKUP = "Ragnarok_AntiCorruptionBackup.bak"


def watched(folder: Path, *, taken_seconds: int | None = None) -> tuple[BackedUp, FrozenClock]:
    clock = FrozenClock(NOW)
    taken_at = None if taken_seconds is None else datetime.fromtimestamp(taken_seconds, UTC)
    source = LocalSource(folder, map_name="Ragnarok")
    return BackedUp(source, clock, taken_at=taken_at), clock


async def name_seen(source: BackedUp) -> str | None:
    standing = await source.look()
    return None if standing is None else standing.path.name


async def test_a_world_that_is_there_is_the_one(tmp_path: Path) -> None:
    world(tmp_path, b"world")
    world(tmp_path, b"backup", name=BACKUP, seconds=SAVED_AT + 60)

    assert await name_seen(watched(tmp_path)[0]) == "Ragnarok.ark"


async def test_where_there_is_no_world_its_newest_backup_stands_in(tmp_path: Path) -> None:
    world(tmp_path, b"old", name="Ragnarok.bak", seconds=SAVED_AT - 60)
    world(tmp_path, b"new", name=BACKUP)

    assert await name_seen(watched(tmp_path)[0]) == BACKUP


async def test_a_world_that_is_named_and_missing_has_its_own_backups(tmp_path: Path) -> None:
    world(tmp_path, b"new", name=BACKUP)
    world(tmp_path, b"other", name="TheIsland.bak", seconds=SAVED_AT + 60)

    assert await name_seen(watched(tmp_path / "Ragnarok.ark")[0]) == BACKUP


async def test_the_folder_of_a_map_has_its_own_backups(tmp_path: Path) -> None:
    world(tmp_path / "Ragnarok", b"new", name=BACKUP)

    assert await name_seen(watched(tmp_path)[0]) == BACKUP


async def test_there_may_be_nothing(tmp_path: Path) -> None:
    assert await name_seen(watched(tmp_path)[0]) is None
    assert await name_seen(watched(tmp_path / "nowhere" / "Ragnarok.ark")[0]) is None


async def test_a_world_that_never_stands_still_gives_way_after_a_while(tmp_path: Path) -> None:
    world(tmp_path, b"backup", name=BACKUP)
    source, clock = watched(tmp_path)
    seen = []
    for number in range(13):
        world(tmp_path, b"world" * number, seconds=SAVED_AT + number)
        seen.append(await name_seen(source))
        clock.advance(timedelta(minutes=1))

    assert seen == ["Ragnarok.ark"] * 11 + [BACKUP] * 2
    # once it stands still it is the one again
    assert await name_seen(source) == "Ragnarok.ark"


async def test_a_world_that_was_refused_gives_way_until_it_changes(tmp_path: Path) -> None:
    world(tmp_path, b"backup", name=BACKUP, seconds=SAVED_AT - 60)
    world(tmp_path, b"wor")
    source, _ = watched(tmp_path)
    standing = await source.look()
    assert standing is not None

    source.distrust(standing)
    assert await name_seen(source) == BACKUP
    world(tmp_path, b"world", seconds=SAVED_AT + 60)
    assert await name_seen(source) == "Ragnarok.ark"


@pytest.mark.parametrize(("taken_seconds", "seen"), [(SAVED_AT, "Ragnarok.ark"), (SAVED_AT - 1, BACKUP)])
async def test_a_backup_that_is_no_newer_than_what_was_taken_says_nothing(
    tmp_path: Path, taken_seconds: int, seen: str
) -> None:
    world(tmp_path, b"backup", name=BACKUP)
    world(tmp_path, b"wor", seconds=SAVED_AT + 60)
    source, _ = watched(tmp_path, taken_seconds=taken_seconds)
    standing = await source.look()
    assert standing is not None

    source.distrust(standing)

    assert await name_seen(source) == seen


async def test_a_backup_that_was_taken_is_copied_with_its_time(tmp_path: Path) -> None:
    world(tmp_path / "saves", b"backup", name=BACKUP)
    source, _ = watched(tmp_path / "saves")
    standing = await source.look()
    assert standing is not None

    copied = await source.copy(standing, tmp_path / "copy")
    source.taken(standing)

    assert copied is not None
    assert copied.path.read_bytes() == b"backup"
    assert copied.saved_at.timestamp() == SAVED_AT
    assert await name_seen(source) is None


async def test_a_place_that_cannot_be_asked_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(SourceError, match="cannot be looked at"):
        await watched(tmp_path / "file" / "Ragnarok.ark")[0].look()
