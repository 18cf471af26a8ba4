"""Saves over SFTP and FTP, from real servers: looked at, fetched, resumed, refused in clear words."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from parser_service.sources import SourceError
from parser_service.sources.ftp import FtpRemote
from parser_service.sources.remote import Remote, RemoteSource
from parser_service.sources.sftp import SftpRemote
from parser_service.storing.copying import MAX_WORLD_BYTES, SaveCopyError
from shared.config.community import SaveLogin
from shared.config.save_places import Scheme
from tests.parser_service.sources.places import PASSWORD, SAVED_AT, Place, ftp_place, sftp_place, world

WORLD = os.urandom(3_000_000)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "served"
    (folder / "SavedArks").mkdir(parents=True)
    return folder


@pytest.fixture(params=["sftp", "ftp"])
async def place(request: pytest.FixtureRequest, root: Path) -> AsyncIterator[Place]:
    opened = sftp_place(root) if request.param == "sftp" else ftp_place(root)
    async with opened as place:
        yield place


def login(place: Place, **changes: object) -> SaveLogin:
    known: dict[str, object] = {"password": SecretStr(PASSWORD)}
    if place.scheme is Scheme.SFTP:
        known["host_key"] = place.host_key
    return SaveLogin.model_validate({**known, "certificate": place.certificate, **changes})


def remote_of(place: Place, path: str = "/SavedArks", **changes: object) -> Remote:
    made: type[SftpRemote] | type[FtpRemote] = SftpRemote if place.scheme is Scheme.SFTP else FtpRemote
    return made(place.address(path), login(place, **changes))


def source_of(
    place: Place, path: str = "/SavedArks", *, map_name: str = "Ragnarok", **changes: object
) -> RemoteSource:
    remote, small = remote_of(place, path, **changes), place.root.parent / "small"
    return RemoteSource(remote, map_name=map_name, small=small, again=timedelta(0))


async def test_a_world_is_looked_at_and_fetched_with_its_time_and_its_small_files(
    place: Place, root: Path, tmp_path: Path
) -> None:
    saves = root / "SavedArks"
    world(saves, WORLD)
    world(saves, b"tribe", name="50001.arktribe")
    world(saves, b"survivor", name="7.arkprofile")
    world(saves, b"backup", name="Ragnarok_13.09.2026_18.00.00.ark", seconds=SAVED_AT + 60)
    source = source_of(place)

    standing = await source.look()
    assert standing is not None
    copied = await source.copy(standing, tmp_path / "copy")

    assert (standing.size, int(standing.saved_at.timestamp())) == (len(WORLD), SAVED_AT)
    assert copied is not None
    assert copied.path.read_bytes() == WORLD
    assert int(copied.saved_at.timestamp()) == int(copied.path.stat().st_mtime) == SAVED_AT
    assert {file.name for file in (tmp_path / "copy").iterdir()} == {
        "Ragnarok.ark",
        "50001.arktribe",
        "7.arkprofile",
    }


async def test_a_world_that_stands_still_looks_the_same_twice(place: Place, root: Path) -> None:
    path = world(root / "SavedArks", b"world")
    source = source_of(place)

    first, second = await source.look(), await source.look()
    os.utime(path, (SAVED_AT + 5, SAVED_AT + 5))
    third = await source.look()

    assert first == second != third


async def test_the_folder_of_a_map_is_found_below_saved_arks(place: Place, root: Path) -> None:
    world(root / "SavedArks" / "Ragnarok_WP", b"world", name="Ragnarok_WP.ark")

    standing = await source_of(place, map_name="ragnarok_wp").look()

    assert standing is not None
    assert str(standing.path) == "/SavedArks/Ragnarok_WP/Ragnarok_WP.ark"


async def test_a_path_may_name_the_file_itself(place: Place, root: Path) -> None:
    world(root / "SavedArks", b"old", name="Old.ark")
    world(root / "SavedArks", b"new", seconds=SAVED_AT + 60)

    standing = await source_of(place, "/SavedArks/Old.ark").look()

    assert standing is not None
    assert standing.path.name == "Old.ark"


async def test_there_may_be_no_world_and_no_folder(place: Place) -> None:
    assert await source_of(place).look() is None
    assert await source_of(place, "/nowhere").look() is None
    assert await source_of(place).look_at_backup() is None


async def test_the_newest_backup_is_found(place: Place, root: Path) -> None:
    saves = root / "SavedArks"
    world(saves, b"old", name="Ragnarok_13.09.2026_17.00.00.ark", seconds=SAVED_AT - 3600)
    world(saves, b"new", name="Ragnarok_AntiCorruptionBackup.bak", seconds=SAVED_AT - 60)
    world(saves, b"other", name="TheIsland.bak", seconds=SAVED_AT)

    standing = await source_of(place).look_at_backup()

    assert standing is not None
    assert standing.path.name == "Ragnarok_AntiCorruptionBackup.bak"


async def test_a_world_that_changed_meanwhile_is_not_taken(place: Place, root: Path, tmp_path: Path) -> None:
    world(root / "SavedArks", b"world")
    source = source_of(place)
    standing = await source.look()
    assert standing is not None
    world(root / "SavedArks", b"world, longer", seconds=SAVED_AT + 5)

    assert await source.copy(standing, tmp_path / "copy") is None


async def test_a_world_that_went_away_is_not_taken(place: Place, root: Path, tmp_path: Path) -> None:
    path = world(root / "SavedArks", b"world")
    source = source_of(place)
    standing = await source.look()
    assert standing is not None
    path.rename(path.with_name("elsewhere"))

    assert await source.copy(standing, tmp_path / "copy") is None


async def test_small_files_are_fetched_once_per_change(place: Place, root: Path, tmp_path: Path) -> None:
    saves = root / "SavedArks"
    world(saves, b"world")
    tribe = world(saves, b"tribe", name="1.arktribe")
    gone = world(saves, b"gone", name="2.arktribe")
    source = source_of(place)
    standing = await source.look()
    assert standing is not None
    first = await source.copy(standing, tmp_path / "first")
    kept = (place.root.parent / "small" / "1.arktribe").stat().st_ino
    gone.unlink()
    # the same size and time: nothing tells a change, so what is known is handed out again
    tribe.write_bytes(b"TRIBE")
    os.utime(tribe, (SAVED_AT, SAVED_AT))

    await source.copy(standing, tmp_path / "second")

    assert first is not None
    assert (tmp_path / "second" / "1.arktribe").read_bytes() == b"tribe"
    assert (place.root.parent / "small" / "1.arktribe").stat().st_ino == kept
    assert {file.name for file in (tmp_path / "second").iterdir()} == {"Ragnarok.ark", "1.arktribe"}


async def test_a_file_larger_than_any_world_is_refused_unfetched(
    place: Place, root: Path, tmp_path: Path
) -> None:
    path = world(root / "SavedArks", b"")
    os.truncate(path, MAX_WORLD_BYTES + 1)
    source = source_of(place)
    standing = await source.look()
    assert standing is not None

    with pytest.raises(SaveCopyError, match="no world is that large"):
        await source.copy(standing, tmp_path / "copy")


async def test_a_wrong_password_is_told_without_it(place: Place) -> None:
    source = source_of(place, password=SecretStr("not-the-one"))

    with pytest.raises(SourceError, match="does not let us in") as caught:
        await source.look()

    assert "not-the-one" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


async def test_a_machine_that_is_not_there_is_told(place: Place, unused_tcp_port: int) -> None:
    place.port = unused_tcp_port

    with pytest.raises(SourceError, match="cannot be read"):
        await source_of(place).look()


async def test_a_fetch_that_breaks_off_goes_on_where_it_stopped(root: Path, tmp_path: Path) -> None:
    world(root / "SavedArks", WORLD)
    async with sftp_place(root) as place:
        source = source_of(place)
        standing = await source.look()
        assert standing is not None
        place.breaks_after = 2_000_000

        copied = await source.copy(standing, tmp_path / "copy")

    assert copied is not None
    assert copied.path.read_bytes() == WORLD
    assert place.logins > 2


async def test_a_machine_with_another_key_is_not_spoken_to(root: Path) -> None:
    async with sftp_place(root) as place, sftp_place(root) as other:
        with pytest.raises(SourceError, match="shows another key"):
            await source_of(place, host_key=other.host_key).look()

        assert place.logins == 0


async def test_a_machine_whose_key_is_not_known_is_not_spoken_to(root: Path, tmp_path: Path) -> None:
    async with sftp_place(root) as place:
        with pytest.raises(SourceError, match="ssh-keyscan"):
            await source_of(place, host_key=None).look()
        known = tmp_path / "known_hosts"
        known.write_text(f"[127.0.0.1]:{place.port} {place.host_key}\n")

        assert await source_of(place, host_key=None, known_hosts=known).look() is None
        assert await source_of(place, host_key=f"[127.0.0.1]:{place.port} {place.host_key}").look() is None
        with pytest.raises(SourceError, match="keys in save_login"):
            await source_of(place, host_key="ssh-ed25519 nonsense").look()


async def test_an_encrypted_ftp_has_to_show_who_it_is(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world(root / "SavedArks", b"world")
    async with ftp_place(root, is_encrypted=True) as place:
        # aioftp's server knows encryption from the first byte on alone, for which real machines use port 990
        monkeypatch.setattr("parser_service.sources.ftp._IMPLICIT_PORT", place.port)

        standing = await source_of(place).look()
        with pytest.raises(SourceError, match="cannot show who it is"):
            await source_of(place, certificate=None).look()

    assert standing is not None
    assert standing.size == 5
