"""A live world file: taken when it stands still, refused with its reason, the last good one kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from parser_service.archive.history import columns_path
from parser_service.archive.reading import read
from parser_service.notices import Notices
from parser_service.sources import LocalSource
from parser_service.stopping import Stop
from parser_service.storing.copying import SaveCopyError
from parser_service.storing.decoder import Decoder
from parser_service.storing.handling import DecodeCost, SaveHandler
from parser_service.storing.watcher import SaveCounts, SaveWatcher
from sandbox.ark.writer import save_path, write_save
from shared.runtime.resources import Resources
from shared.store.saves import (
    Refusal,
    SaveRow,
    accept_save,
    list_current_saves,
    list_newest_verdicts,
    list_refusals,
)
from tests.parser_service.conftest import Environment
from tests.parser_service.programs import GUILD, server_entry
from tests.parser_service.storing.worlds import world


class Watched:
    """A game server's save folder, and a watcher of it that looks when it is told to."""

    def __init__(self, environment: Environment) -> None:
        self.live = environment.folder / "SavedArks"
        self.kept = environment.folder / "data" / "saves" / "island"
        self.resources: Resources = environment.resources()
        self.world = world()
        self.path = save_path(self.live, self.world)
        self.counts = SaveCounts()
        self._environment = environment
        self.live.mkdir(exist_ok=True)

    async def watcher(self, **decay: object) -> SaveWatcher:
        entry = server_entry(save_path=self.live) | ({"decay": decay} if decay else {})
        server = await self._environment.serve(entry)
        return SaveWatcher(
            server,
            LocalSource(self.live, map_name=server.entry.map),
            self.resources,
            handler=SaveHandler(
                self.resources,
                decoder=Decoder(at_once=1),
                notices=Notices(self.resources.wakeups),
                cost=DecodeCost(seconds=60, memory_bytes=4 << 30),
            ),
            stop=Stop(),
            counts=self.counts,
            folder=self.kept,
            interval=timedelta(milliseconds=1),
        )

    def write(self, *, is_half: bool = False) -> None:
        write_save(self.world, self.live, is_half=is_half)

    async def current(self) -> SaveRow | None:
        async with self.resources.db.connection() as conn:
            saves = await list_current_saves(conn, GUILD)
        return saves[0] if saves else None

    async def refusals(self) -> list[Refusal]:
        async with self.resources.db.connection() as conn:
            return await list_refusals(conn, GUILD)

    @property
    def problems(self) -> tuple[str, ...]:
        return self.resources.reporter.report().problems

    def files(self) -> set[str]:
        """Return the copies that are kept."""
        found = {str(file.relative_to(self.kept)) for file in self.kept.rglob("*") if file.is_file()}
        return {name for name in found if not name.startswith("history/")}


async def look(watcher: SaveWatcher, times: int = 2) -> None:
    for _ in range(times):
        await watcher.look_once()


async def test_a_world_is_taken_when_it_was_the_same_twice(environment: Environment) -> None:
    watched = Watched(environment)
    watcher = await watched.watcher()
    watched.write()

    await look(watcher, 1)
    assert await watched.current() is None
    await look(watcher, 1)

    save = await watched.current()
    assert save is not None
    assert abs(save.saved_at.timestamp() - watched.path.stat().st_mtime) < 0.001
    assert watched.files() == {"current/TheIsland_WP.ark"}


async def test_a_world_that_still_grows_is_not_taken(environment: Environment) -> None:
    watched = Watched(environment)
    watcher = await watched.watcher()
    watched.write()
    for _ in range(4):
        with watched.path.open("ab") as file:
            file.write(b"more")
        await look(watcher, 1)

    assert await watched.current() is None
    assert watched.counts.refused == 0


async def test_a_world_that_was_taken_is_not_decoded_again(environment: Environment) -> None:
    watched = Watched(environment)
    watcher = await watched.watcher()
    watched.write()
    await look(watcher, 5)
    await look(await watched.watcher(), 3)
    # the same content, saved anew
    watched.path.touch()
    await look(watcher, 3)

    assert watched.counts.decoded == 1


async def test_other_rules_of_decay_have_the_same_world_decoded_again(environment: Environment) -> None:
    watched = Watched(environment)
    watched.write()
    await look(await watched.watcher())
    await look(await watched.watcher(multiplier=2.0))

    assert watched.counts.decoded == 2


async def test_a_half_written_world_is_refused_and_the_last_good_one_serves_on(
    environment: Environment,
) -> None:
    watched = Watched(environment)
    watcher = await watched.watcher()
    watched.write()
    await look(watcher)
    good = await watched.current()
    watched.world.save_count += 1
    watched.write(is_half=True)

    await look(watcher, 4)

    [refusal] = await watched.refusals()
    assert refusal.reason
    assert await watched.current() == good
    assert watched.counts.refused == 1
    assert any(refusal.reason[:40] in problem for problem in watched.problems)
    assert watched.files() == {"current/TheIsland_WP.ark", "refused/TheIsland_WP.ark"}


async def test_the_next_good_world_settles_a_refusal(environment: Environment) -> None:
    watched = Watched(environment)
    watcher = await watched.watcher()
    watched.write(is_half=True)
    await look(watcher)
    assert await watched.refusals()

    watched.write()
    await look(watcher)

    assert await watched.refusals() == []
    assert watched.problems == ()
    assert await watched.current() is not None


async def test_an_absent_world_is_reported_until_it_is_there(environment: Environment) -> None:
    watched = Watched(environment)
    watcher = await watched.watcher()

    await look(watcher)
    assert any("there is no world" in problem for problem in watched.problems)
    watched.write()
    await look(watcher)

    assert watched.problems == ()


async def test_a_full_disk_is_reported_and_the_world_taken_later(environment: Environment) -> None:
    watched = Watched(environment)
    watcher = await watched.watcher()
    watched.write()
    # a file where the folder should be: nothing can be written there, as on a full disk
    watched.kept.parent.mkdir(parents=True)
    watched.kept.write_bytes(b"")

    with pytest.raises(SaveCopyError):
        await look(watcher)
    assert any("Check free space" in problem for problem in watched.problems)
    watched.kept.unlink()
    await look(watcher, 2)

    assert watched.problems == ()
    assert await watched.current() is not None


async def test_the_columns_of_a_save_are_kept_with_the_ids_of_its_bases(environment: Environment) -> None:
    watched = Watched(environment)
    watched.write()

    await look(await watched.watcher())

    save = await watched.current()
    assert save is not None
    path = columns_path(watched.kept / "history", save.id)
    found = read(path)
    assert (len(found.world.structures), len(found.bases)) == (save.structures, save.bases)
    async with watched.resources.db.connection() as conn:
        rows = await conn.fetch("SELECT id, structures FROM bases")
        assert await conn.fetchval("SELECT columns_bytes FROM saves") == path.stat().st_size
    in_file = zip(found.base_id.tolist(), found.bases.structures.tolist(), strict=True)
    assert dict(in_file) == {row["id"]: row["structures"] for row in rows}
    assert {file.suffix for file in (watched.kept / "history").iterdir()} == {".columns", ".rows"}


async def test_a_doubtful_save_is_kept_apart_and_told_until_a_good_one_comes(
    environment: Environment,
) -> None:
    watched = Watched(environment)
    watcher = await watched.watcher()
    watched.write()
    await look(watcher)
    good = await watched.current()
    structures = dict(watched.world.structures)
    watched.world.structures.clear()
    watched.world.save_count += 1
    watched.write()
    await look(watcher, 4)

    assert await watched.current() == good
    assert "doubtful/TheIsland_WP.ark" in watched.files()
    assert any("the last good one serves on" in problem for problem in watched.problems)
    assert watched.counts.decoded == 2

    watched.world.structures |= structures
    watched.world.save_count += 1
    watched.write()
    await look(watcher, 2)

    assert watched.problems == ()
    assert await watched.current() != good


@pytest.mark.parametrize("looked_again", [False, True])
@pytest.mark.parametrize("is_restarted", [False, True])
async def test_a_save_that_a_person_accepted_is_taken_into_use(
    environment: Environment, is_restarted: bool, looked_again: bool
) -> None:
    watched = Watched(environment)
    watcher = await watched.watcher()
    watched.write()
    await look(watcher)
    watched.world.structures.clear()
    watched.world.save_count += 1
    watched.write()
    await look(watcher)
    if looked_again:
        watcher = await watched.watcher()
        await look(watcher)
    async with watched.resources.db.connection() as conn:
        [newest] = await list_newest_verdicts(conn, GUILD)
        assert newest.save_id is not None
        await accept_save(conn, newest.save_id, actor="Aster", at=watched.resources.clock.now())

    await look(await watched.watcher() if is_restarted else watcher)

    save = await watched.current()
    assert save is not None
    assert (save.id, save.structures) == (newest.save_id, 0)
    assert watched.files() == {"current/TheIsland_WP.ark"}
