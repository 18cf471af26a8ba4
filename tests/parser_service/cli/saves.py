"""Files for the commands to look into."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from sandbox.ark.world import Game
from sandbox.ark.writer.clusters import Upload, cluster_file
from sandbox.ark.writer.profiles import profile_file
from sandbox.ark.writer.tribes import tribe_file
from tests.parser_service.saves.builders import Piece, ase_world, write_asa_world
from tests.parser_service.saves.small_files import survivor, tribe, world
from tests.parser_service.saves.things import WORLD

SAVED_AT = datetime.fromisoformat("2026-09-13T18:00:00+00:00")


def save(folder: Path, pieces: list[Piece] | None = None, name: str = "TheIsland_WP.ark") -> Path:
    """Write an ASA world with one of everything, or with these pieces."""
    folder.mkdir(parents=True, exist_ok=True)
    return dated(write_asa_world(folder / name, WORLD if pieces is None else pieces))


def ase_save(folder: Path, pieces: list[Piece], name: str = "TheIsland.ark") -> Path:
    """Write an ASE world."""
    path = folder / name
    path.write_bytes(ase_world(pieces))
    return dated(path)


def small_file(folder: Path, kind: str) -> Path:
    """Write a profile, a tribe's file or a cluster inventory under a name that says nothing."""
    made = {
        "profile": lambda: profile_file(world(Game.ASA), survivor()),
        "tribe": lambda: tribe_file(world(Game.ASA), tribe()),
        "cluster": lambda: cluster_file(Game.ASA, [upload()]),
    }
    path = folder / "file"
    path.write_bytes(made[kind]())
    return dated(path)


def upload() -> Upload:
    """Return an uploaded item."""
    return Upload(path="/Game/Items/PrimalItem_WeaponMetalPick.PrimalItem_WeaponMetalPick_C", item_id=(1, 2))


def dated(path: Path) -> Path:
    """Let a file have been written at ``SAVED_AT``."""
    os.utime(path, (SAVED_AT.timestamp(), SAVED_AT.timestamp()))
    return path


def row_of(number: int, x: float, **changes: object) -> Piece:
    """Return a foundation at a place on a line."""
    return Piece(number=number, position=(x, 0.0, 0.0), **changes)  # type: ignore[arg-type]  # a test names fields
