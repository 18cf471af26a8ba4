"""Drawing in a process of its own: bounded in time, kept by ETag, and no part of the service's memory."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from parser_service.pictures import painter as painting
from parser_service.pictures.domain import Drawing
from parser_service.pictures.errors import PictureError
from parser_service.pictures.painter import Painter
from parser_service.pictures.service import Pictures
from tests.parser_service.pictures.territories import drawing, territory


async def test_a_picture_comes_out_of_the_process() -> None:
    picture = await Painter().paint(drawing(territory(3, 8)))

    assert Image.open(io.BytesIO(picture)).width == 1080


async def test_drawing_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(PictureError, match="too long"):
        await Painter(deadline_seconds=0.01).paint(drawing(territory(3, 8)))


async def test_a_process_that_fails_is_an_error_that_says_where_to_look(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken = replace(drawing(territory(3, 8)), title=None)  # type: ignore[arg-type]  # what is wrong with it

    with pytest.raises(PictureError, match="log"):
        await Painter().paint(broken)

    assert "could not be drawn" in caplog.text


async def test_who_comes_when_many_wait_is_told_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(painting, "_MOST_WAITING", 0)

    with pytest.raises(PictureError, match="Try again"):
        await Painter().paint(drawing(territory(3, 8)))


async def test_the_same_picture_is_drawn_once_for_all_who_ask_at_the_same_time(tmp_path: Path) -> None:
    loaded = 0

    async def load() -> Drawing:
        nonlocal loaded
        loaded += 1
        return drawing(territory(2, 4))

    pictures = Pictures(Painter())

    found = await asyncio.gather(*(pictures.picture("a", load) for _ in range(4)))

    assert loaded == 1
    assert len(set(found)) == 1
