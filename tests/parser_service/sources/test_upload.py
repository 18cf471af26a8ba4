"""Uploads: taken whole under a name of ours, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from parser_service.sources import UploadError, receive_upload
from parser_service.storing.copying import SaveCopyError


async def stream(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def test_an_upload_lands_whole_under_a_name_of_ours(tmp_path: Path) -> None:
    path = await receive_upload(stream(b"wor", b"", b"ld"), folder=tmp_path / "incoming", limit=5)

    assert path.read_bytes() == b"world"
    assert path.parent == tmp_path / "incoming"
    assert path.suffix == ".ark"
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert path.parent.stat().st_mode & 0o777 == 0o700


async def test_two_uploads_do_not_meet(tmp_path: Path) -> None:
    first = await receive_upload(stream(b"one"), folder=tmp_path, limit=9)
    second = await receive_upload(stream(b"two"), folder=tmp_path, limit=9)

    assert (first.read_bytes(), second.read_bytes()) == (b"one", b"two")


async def test_an_upload_that_is_too_long_is_refused_as_soon_as_it_is(tmp_path: Path) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1000
            yield bytes(1000)

    with pytest.raises(UploadError, match="longer than the 1 MB"):
        await receive_upload(endless(), folder=tmp_path, limit=1 << 20)

    assert sent <= (1 << 20) + 1000
    assert list(tmp_path.iterdir()) == []


async def test_an_empty_upload_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UploadError, match="empty"):
        await receive_upload(stream(b""), folder=tmp_path, limit=5)

    assert list(tmp_path.iterdir()) == []


async def test_an_upload_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(UploadError, match="stopped in the middle"):
        await receive_upload(broken(), folder=tmp_path, limit=100)

    assert list(tmp_path.iterdir()) == []


async def test_an_upload_that_stops_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parser_service.sources.upload._SILENCE_SECONDS", 0.0)

    with pytest.raises(UploadError, match="stopped in the middle"):
        await receive_upload(stuck(), folder=tmp_path, limit=100)


async def stuck() -> AsyncIterator[bytes]:
    await asyncio.Event().wait()
    yield b""


async def test_a_folder_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(SaveCopyError, match="Check free space"):
        await receive_upload(stream(b"x"), folder=tmp_path / "file" / "incoming", limit=5)
