"""Which of the files beside a world are it, and which are its backups, by their names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath

# The names that the games give their backups (save formats, section 1); Map_13.09.2026_18.00.00.ark is a dated one.
_SUFFIXES = (
    ".bak",
    "_AntiCorruptionBackup.bak",
    "_NewLaunchBackup.bak",
    "_PreviousSave.bak",
)
_DATED = re.compile(r"_\d{2}\.\d{2}\.\d{4}_\d{2}\.\d{2}\.\d{2}\.ark", re.ASCII)
WORLD_SUFFIX = ".ark"


def is_backup_of(name: str, world: str) -> bool:
    """Tell whether a file is a backup of a world, both without their folder.

    Examples
    --------
    >>> is_backup_of("TheIsland_AntiCorruptionBackup.bak", "TheIsland.ark")
    True
    >>> is_backup_of("TheIsland_13.09.2026_18.00.00.ark", "TheIsland.ark")
    True
    >>> is_backup_of("TheIsland.ark", "TheIsland.ark"), is_backup_of("Ragnarok.bak", "TheIsland.ark")
    (False, False)
    """
    stem = PurePath(world).stem
    if not name.casefold().startswith(stem.casefold()):
        return False
    rest = name[len(stem) :]
    return (
        rest.casefold() in {suffix.casefold() for suffix in _SUFFIXES} or _DATED.fullmatch(rest) is not None
    )


def is_backup(name: str) -> bool:
    """Tell whether a file is a dated backup of some world, and so never a world in use."""
    return _DATED.search(name) is not None


def worlds_among(names: Iterable[str], map_name: str) -> list[str]:
    """Return the names of worlds in use: those that bear the map's name, or else all of them."""
    worlds = [name for name in names if name.endswith(WORLD_SUFFIX)]
    named = [name for name in worlds if PurePath(name).stem.casefold() == map_name.casefold()]
    return named or [name for name in worlds if not is_backup(name)] or worlds
