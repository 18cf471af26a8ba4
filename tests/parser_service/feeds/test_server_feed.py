"""Several sources of one server: the best leads, the next stands in, and every line counts once."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from parser_service.feeds.source import SourceName
from sandbox.nitrado.quirks import NitradoQuirks
from tests.parser_service.feeds.conftest import QUICK, Desk

LOG, NITRADO, RCON = SourceName


async def test_rcon_stands_in_for_a_log_that_is_gone_until_it_is_back(desk: Desk) -> None:
    away = desk.game.log_path.parent.with_name("away")
    async with desk.feeding(LOG, RCON):
        desk.say("one", "one")
        await desk.hears("one", "one")
        desk.game.log_path.parent.rename(away)
        await desk.is_led_by(RCON)
        # the stand-in goes on writing into the folder that was moved
        desk.game.log.path = away / desk.game.log_path.name
        desk.say("one", "two")
        await desk.hears("one", "one", "one", "two")
        away.rename(away.with_name("Logs"))
        desk.game.log.path = away.with_name("Logs") / desk.game.log.path.name
        await desk.is_led_by(LOG)
        desk.say("two", "three")

        await desk.hears("one", "one", "one", "two", "two", "three")

    assert set(await desk.sources()) == {"log", "rcon"}
    assert [gap for gap in await desk.gaps() if gap.recovered_at is None] == []


async def test_what_neither_could_show_at_the_time_is_filled_in_by_the_file_and_the_hole_closes(
    desk: Desk, tmp_path: Path
) -> None:
    hidden = tmp_path / "not there yet.log"
    async with desk.feeding(LOG, RCON, path=hidden):
        desk.say("one")
        await desk.hears("one")
        await desk.game.restart_now()
        desk.game.unread.take_chat()
        desk.game.unread.take_log()
        desk.say("two")
        await desk.hears("one", "two")
        assert any(gap.recovered_at is None for gap in await desk.gaps())
        backups = sorted(desk.game.log_path.parent.glob("*backup*"))
        text = b"".join(path.read_bytes() for path in [*backups, desk.game.log_path])
        hidden.write_bytes(text)
        await desk.is_led_by(LOG)
        desk.say("three")
        with hidden.open("ab") as file:
            file.write(desk.game.log_path.read_bytes().splitlines(keepends=True)[-1])

        await desk.hears("one", "two", "three")


async def test_a_file_that_stands_still_while_the_server_speaks_does_not_lead(
    desk: Desk, tmp_path: Path
) -> None:
    stale = tmp_path / "copy.log"
    shutil.copy(desk.game.log_path, stale)
    pace = replace(QUICK, check_after=0.4, check_grace=0.1)
    async with desk.feeding(LOG, RCON, path=stale, pace=pace):
        await desk.is_led_by(LOG)
        desk.say("one")
        await desk.is_led_by(RCON)
        state = await desk.state()
        desk.say("two")
        await desk.hears("one", "two")
        shutil.copy(desk.game.log_path, stale)
        desk.say("three")

        await desk.hears("one", "two", "three")
    assert state is not None
    assert state.problem is not None
    assert "behind" in state.problem


async def test_nitrado_stands_in_for_a_file_and_rcon_for_nitrado(desk: Desk, tmp_path: Path) -> None:
    async with desk.feeding(LOG, NITRADO, RCON, path=tmp_path / "absent.log"):
        desk.say("one")
        await desk.hears("one")
        await desk.is_led_by(NITRADO)
        desk.nitrado.quirks = NitradoQuirks(is_in_maintenance=True)
        await desk.is_led_by(RCON)
        desk.say("two")
        await desk.hears("one", "two")
        desk.nitrado.quirks = NitradoQuirks()
        await desk.is_led_by(NITRADO)
        desk.say("three")
        await desk.hears("one", "two", "three")

    assert "rcon" in await desk.sources()


async def test_rcon_is_left_alone_while_a_file_leads(desk: Desk) -> None:
    async with desk.feeding(LOG, RCON):
        desk.say("one")
        await desk.hears("one")

        assert "one" in desk.game.unread.take_chat()


async def test_a_reader_that_comes_back_tells_of_the_lines_that_came_late(desk: Desk) -> None:
    async with desk.feeding(LOG):
        desk.say("one")
        await desk.hears("one")
    at = datetime.now(UTC) - timedelta(minutes=5)
    with desk.game.log_path.open("a", encoding="utf-8", newline="") as file:
        file.write(f"[{at:%Y.%m.%d-%H.%M.%S}:000][  1]{at:%Y.%m.%d_%H.%M.%S}: Aster (Aster): one\r\n")

    async with desk.feeding(LOG):
        desk.say("two")
        await desk.hears("one", "one", "two")

    async with desk.environment.db.connection() as conn:
        rows = await conn.fetch("SELECT recovered, recovered_at FROM feed_gaps")
    assert [(row["recovered"], row["recovered_at"] is not None) for row in rows] == [(1, True)]


@pytest.mark.parametrize("is_ascii_only", [False, True], ids=["ASA", "ASE"])
async def test_names_that_rcon_cannot_write_are_known_again_in_the_file(
    desk: Desk, tmp_path: Path, is_ascii_only: bool
) -> None:
    desk.game.quirks = replace(desk.game.quirks, is_ascii_only=is_ascii_only)
    hidden = tmp_path / "not there yet.log"
    async with desk.feeding(LOG, RCON, path=hidden):
        desk.say("снег \N{SNOWMAN}", "снег \N{SNOWMAN}", "лес")
        await desk.hears(*(await _heard(desk, 3)))
        shutil.copy(desk.game.log_path, hidden)
        await desk.is_led_by(LOG)
        desk.say("plain")
        shutil.copy(desk.game.log_path, hidden)

        heard = await _heard(desk, 4)
        assert len(heard) == 4, "\n".join(await desk.lines())


async def _heard(desk: Desk, count: int) -> list[str]:
    while len(await desk.chat()) < count:
        await desk.is_led_by(LOG if count > 3 else RCON)
    return await desk.chat()
