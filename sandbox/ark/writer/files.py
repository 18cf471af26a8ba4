"""Publishing a save: into a temporary file, then renamed, so that a reader sees the old one or the new one."""

from __future__ import annotations

import os
from pathlib import Path

from sandbox.ark.world import Game, World
from sandbox.ark.writer.asa import write_asa
from sandbox.ark.writer.ase import write_ase
from sandbox.ark.writer.profiles import profile_file, profile_name
from sandbox.ark.writer.tribes import tribe_file

# How much of a save there is when its writing was cut short: two real interrupted saves stop in the middle.
HALF = 0.61


def save_path(folder: Path, world: World) -> Path:
    """Return where the game keeps this world below ``SavedArks``: ASA has a folder per map."""
    if world.game is Game.ASA:
        return folder / world.map_name / f"{world.map_name}.ark"
    return folder / f"{world.map_name}.ark"


def write_save(world: World, folder: Path, *, is_half: bool = False) -> Path:
    """Write world, tribes and profiles below ``folder`` and return the path of the world.

    With ``is_half`` the world is left as a writer leaves it that dies halfway: in place, and too short.
    """
    path = save_path(folder, world)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    write = write_asa if world.game is Game.ASA else write_ase
    write(world, temporary)
    if is_half:
        os.truncate(temporary, int(temporary.stat().st_size * HALF))
    temporary.replace(path)
    if world.game is Game.ASE:
        _write_small_files(world, path.parent)
    return path


def _write_small_files(world: World, folder: Path) -> None:
    """Write one file a tribe and a survivor, and remove those of tribes and survivors that are gone."""
    wanted = {f"{tribe.tribe_id}.arktribe": tribe_file(world, tribe) for tribe in world.tribes.values()}
    wanted |= {
        profile_name(world, survivor): profile_file(world, survivor) for survivor in world.survivors.values()
    }
    for name, image in wanted.items():
        temporary = folder / f"{name}.tmp"
        temporary.write_bytes(image)
        temporary.replace(folder / name)
    for path in (*folder.glob("*.arktribe"), *folder.glob("*.arkprofile")):
        if path.name not in wanted:
            path.unlink()
