"""A save's path in, its world out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from parser_service.saves.asa import read_asa
from parser_service.saves.ase import read_ase
from parser_service.saves.columns import Coverage, Game, Survivors, TribeSource, Wanted, World
from parser_service.saves.holders import with_holders, without_rows
from parser_service.saves.profile_file import SurvivorRecord
from parser_service.saves.sniff import Container, sniff, unreadable
from parser_service.saves.stored_data import FIRST_VERSION, read_stored_files
from parser_service.saves.survivor_sources import SurvivorFindings, survivors_in_folder, survivors_in_store
from parser_service.saves.survivors import merge_survivors
from parser_service.saves.tables import ReadSave
from parser_service.saves.tribe_file import TribeRecord
from parser_service.saves.tribe_sources import names_by_owner, tribes_in_folder, tribes_in_store
from parser_service.saves.tribes import merge_tribes

# What is wrong with many tribe files is told by the first of them.
_MOST_NOTES: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveReport:
    """What a save is, in a few lines: no bulk, printable with ``str``."""

    game: Game
    version: int
    map_name: str
    game_time: float
    save_count: int
    structures: int
    classes: int
    tribes: int
    members: int
    tribe_sources: dict[str, int]
    largest_tribes: tuple[tuple[str, int], ...]
    coverage: Coverage

    def __str__(self) -> str:
        seen = self.coverage
        lines = [
            f"{self.game.upper()} world, version {self.version}: {self.map_name or 'unnamed map'}",
            f"game time {self.game_time:,.0f} s, save number {self.save_count}",
            f"{self.structures:,} structures of {self.classes:,} classes",
            f"{self.tribes:,} tribes, {self.members:,} known members",
            f"{seen.objects_seen:,} objects, {seen.objects_walked:,} looked into, {seen.objects_failed:,} damaged",
            f"{seen.share:.2%} of {seen.bytes_seen:,} bytes understood",
        ]
        lines += [f"  {count:>8,}  {name}" for name, count in self.largest_tribes]
        lines += [f"  {count:,} objects: {error}" for error, count in seen.errors.items()]
        lines += [f"  note: {note}" for note in seen.notes]
        return "\n".join(lines)


def read_world(path: Path, *, tribe_folder: Path | None = None, wanted: Wanted = Wanted.ALL) -> World:
    """Return the world in a save; raise ``SaveError`` with the reason where it cannot be read.

    The file must not change meanwhile: copy it first. Tribe files are looked for beside it, or in
    ``tribe_folder``. Tables that are not ``wanted`` stay empty, and take no time.
    """
    try:
        # Damaged numbers become NaN or infinite, which the columns deal with: no case for a warning.
        with np.errstate(invalid="ignore", over="ignore"):
            save = read_asa(path, wanted) if sniff(path) is Container.SQLITE else read_ase(path, wanted)
        small = _small_files(path, save, path.parent if tribe_folder is None else tribe_folder, wanted)
    except OSError as error:
        raise unreadable(error) from error
    found = save.tables
    of_tribes = merge_tribes(small.tribe_files, small.tribe_store, names_by_owner(found.structures))
    bodies = found.survivors
    if Wanted.SURVIVORS in wanted:
        bodies = merge_survivors(small.survivor_files, small.survivor_store, bodies)
    items = with_holders(found.items, bodies)
    survivors = bodies if Wanted.SURVIVORS in wanted else Survivors.empty()
    notes = _shortened([*save.notes, *found.notes, *small.notes])
    return World(
        game=save.game,
        version=save.version,
        map_name=save.map_name,
        game_time=save.game_time,
        save_count=save.save_count,
        wanted=wanted,
        structures=found.structures,
        tames=found.tames,
        survivors=survivors,
        items=items if Wanted.SURVIVORS in wanted else without_rows(items, bodies),
        wild=found.wild,
        tribes=of_tribes.tribes,
        members=of_tribes.members,
        alliances=of_tribes.alliances,
        tribe_logs=of_tribes.logs,
        coverage=replace(save.coverage, notes=notes),
    )


class _SmallFiles(NamedTuple):
    """Tribes and survivors by id: from files beside the save, and from what it stores; and what could not be read."""

    tribe_files: Mapping[int, TribeRecord]
    tribe_store: Mapping[int, TribeRecord]
    survivor_files: Mapping[int, SurvivorRecord]
    survivor_store: Mapping[int, SurvivorRecord]
    notes: list[str]


def _small_files(path: Path, save: ReadSave, folder: Path, wanted: Wanted) -> _SmallFiles:
    """Return what the small files say; the survivors' are not looked for where nobody asks for them."""
    tribes, tribe_store = tribes_in_folder(folder), tribes_in_store(save.store)
    survivors, survivor_store = SurvivorFindings(), SurvivorFindings()
    if Wanted.SURVIVORS in wanted:
        survivors, survivor_store = survivors_in_folder(folder), survivors_in_store(save.store)
    if save.game is Game.ASE and save.version >= FIRST_VERSION:
        tribe_store, survivor_store = read_stored_files(path)
    found = (tribes, tribe_store, survivors, survivor_store)
    return _SmallFiles(
        tribes.tribes,
        tribe_store.tribes,
        survivors.survivors,
        survivor_store.survivors,
        [note for findings in found for note in findings.notes],
    )


def _shortened(notes: list[str]) -> tuple[str, ...]:
    """Return the first notes, and how many more there were."""
    more = len(notes) - _MOST_NOTES
    return (*notes[:_MOST_NOTES], f"{more:,} more like these") if more > 0 else tuple(notes)


def inspect(path: Path, *, tribe_folder: Path | None = None) -> SaveReport:
    """Return what a save is; raise ``SaveError`` with the reason where it cannot be read."""
    return report(read_world(path, tribe_folder=tribe_folder))


def report(world: World) -> SaveReport:
    """Return a world's report."""
    names = dict(zip(world.tribes.tribe_id.tolist(), world.tribes.names, strict=True))
    counts = Counter(world.structures.tribe_id.tolist())
    largest = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:5]
    return SaveReport(
        game=world.game,
        version=world.version,
        map_name=world.map_name,
        game_time=world.game_time,
        save_count=world.save_count,
        structures=len(world.structures),
        classes=len(world.structures.classes),
        tribes=len(world.tribes),
        members=len(world.members),
        tribe_sources={source.value: world.tribes.sources.count(source) for source in TribeSource},
        largest_tribes=tuple((names.get(tribe_id) or str(tribe_id), count) for tribe_id, count in largest),
        coverage=world.coverage,
    )
