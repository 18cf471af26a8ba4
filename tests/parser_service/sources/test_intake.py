"""A world is taken when it stood still, once; its backup when it was refused; and what is wrong is told until it is not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from parser_service.sources import LocalSource, SourceError
from parser_service.sources.intake import Intake
from parser_service.storing.copying import CopiedSave, SaveCopyError, Standing
from shared.clock import FrozenClock
from shared.runtime.reporting import Reporter
from tests.parser_service.sources.places import SAVED_AT, world

BACKUP = "Ragnarok_AntiCorruptionBackup.bak"


class Place(LocalSource):
    """A folder that may be out of reach."""

    is_away = False

    async def look(self) -> Standing | None:
        if self.is_away:
            raise SourceError("sftp://ark@h/x does not answer in time.")
        return await super().look()

    async def look_at_backup(self) -> Standing | None:
        if self.is_away:
            raise SourceError("sftp://ark@h/x does not answer in time.")
        return await super().look_at_backup()

    async def copy(self, standing: Standing, folder: Path) -> CopiedSave | None:
        if self.is_away:
            raise SourceError("sftp://ark@h/x does not answer in time.")
        return await super().copy(standing, folder)


class Desk:
    """A place, its intake, and what the operator is told."""

    def __init__(self, tmp_path: Path) -> None:
        self.saves = tmp_path / "saves"
        self.saves.mkdir()
        self.folder = tmp_path / "data" / "incoming"
        self.place = Place(self.saves, map_name="Ragnarok")
        self.reporter = Reporter("parser_service", None)
        self.intake = Intake(
            "island",
            self.place,
            clock=FrozenClock(datetime.fromtimestamp(SAVED_AT, UTC)),
            reporter=self.reporter,
            folder=self.folder,
            last_saved_at=None,
        )

    @property
    def problems(self) -> tuple[str, ...]:
        return self.reporter.report().problems

    async def take(self, *, times: int = 2, was_refused: bool = False) -> list[bytes]:
        """Look some times, and return what was taken."""
        found = []
        for _ in range(times):
            taken = await self.intake.take()
            if taken is not None:
                found.append(taken.copied.path.read_bytes())
                self.intake.used(taken, was_refused=was_refused)
        return found


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def test_a_world_is_taken_at_the_second_look_and_once(desk: Desk) -> None:
    world(desk.saves, b"world")

    assert await desk.take(times=1) == []
    assert await desk.take(times=4) == [b"world"]


async def test_in_the_place_of_a_refused_world_its_backup_is_taken_until_it_changes(desk: Desk) -> None:
    world(desk.saves, b"wor")
    world(desk.saves, b"backup", name=BACKUP, seconds=SAVED_AT - 60)

    assert await desk.take(was_refused=True) == [b"wor"]
    assert await desk.take() == [b"backup"]
    assert await desk.take(times=4) == []
    world(desk.saves, b"world", seconds=SAVED_AT + 60)
    assert await desk.take() == [b"world"]


async def test_a_world_and_a_backup_that_are_both_refused_are_taken_once_each(desk: Desk) -> None:
    world(desk.saves, b"wor")
    world(desk.saves, b"back", name=BACKUP)

    assert await desk.take(times=10, was_refused=True) == [b"wor", b"back"]


async def test_a_place_out_of_reach_is_told_until_it_answers(desk: Desk) -> None:
    world(desk.saves, b"world")
    desk.place.is_away = True
    assert await desk.take() == []
    told = desk.problems
    desk.place.is_away = False

    assert await desk.take() == [b"world"]
    assert told == (
        "island: sftp://ark@h/x does not answer in time. Correct save_path of 'island' in the community file if this lasts.",
    )
    assert desk.problems == ()


async def test_a_place_that_goes_away_while_it_is_copied_is_tried_again(desk: Desk) -> None:
    world(desk.saves, b"world")
    await desk.take(times=1)
    first = await desk.place.look()
    desk.place.is_away = True
    assert await desk.take(times=1) == []
    desk.place.is_away = False

    assert first is not None
    assert await desk.take() == [b"world"]


async def test_a_machine_that_cannot_take_a_copy_is_told(desk: Desk) -> None:
    world(desk.saves, b"world")
    desk.folder.parent.mkdir(parents=True)
    desk.folder.write_bytes(b"")
    await desk.take(times=1)

    with pytest.raises(SaveCopyError):
        await desk.take(times=1)
    assert any("Check free space" in problem for problem in desk.problems)
    desk.folder.unlink()

    assert await desk.take() == [b"world"]
    assert desk.problems == ()
