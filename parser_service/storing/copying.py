"""Taking a world file that somebody else writes: found, watched until it stands still, copied whole. Blocking."""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath

from shared.errors import OperationalError

# The largest real worlds have about 1 GiB; what is larger than this is something else.
MAX_WORLD_BYTES = 8 << 30
# A server has a few hundred tribes, and some thousand survivors over the years; the largest of 128 real files of
# theirs has 163 kB.
SMALL_SUFFIXES = (".arktribe", ".arkprofile")
MAX_SMALL_FILES = 20_000
MAX_SMALL_BYTES = 16 << 20
_CHUNK = 1 << 20

# What SQLite keeps beside a database it is writing to.
SIDECARS = ("-journal", "-wal")


class SaveCopyError(OperationalError):
    """The world file cannot be copied; the message says why and what to do."""

    code = "SAVE-10"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What shows that a file has not changed, on this machine or another (which tells no inode)."""

    path: PurePath
    size: int
    modified_ns: int
    inode: int = 0
    sidecars: tuple[tuple[str, int, int], ...] = ()

    @property
    def saved_at(self) -> datetime:
        """Return when the server wrote it."""
        return datetime.fromtimestamp(self.modified_ns / 1e9, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedSave:
    """A copy of a world that nobody writes to. ``saved_at``: when the server had written it."""

    path: Path
    content_hash: str
    saved_at: datetime


def find_world(path: Path, map_name: str) -> Path:
    """Return the world file: ``path`` itself, or in a folder the newest world, the map's own before others.

    Beside it lie dated backups of the same format, so a file that bears the map's name wins.

    Raises
    ------
    FileNotFoundError
        When there is none.
    """
    if not path.is_dir():
        return path
    worlds = [file for file in (*path.glob("*.ark"), *path.glob("*/*.ark")) if file.is_file()]
    named = [file for file in worlds if file.stem.casefold() == map_name.casefold()]
    newest = max(named or worlds, key=_modified_ns, default=None)
    if newest is None:
        raise FileNotFoundError(f"{path} holds no world")
    return newest


def look(path: Path) -> Standing:
    """Return how a file stands."""
    facts = path.stat()
    return Standing(
        path=path,
        inode=facts.st_ino,
        size=facts.st_size,
        modified_ns=facts.st_mtime_ns,
        sidecars=tuple(_sidecars(path)),
    )


def copy_world(standing: Standing, folder: Path) -> CopiedSave | None:
    """Copy a world, its journal and the small files beside it to ``folder``; ``None`` when it changed meanwhile.

    Raises
    ------
    SaveCopyError
        When it is too large, or cannot be read or written.
    """
    check_size(standing)
    source = Path(standing.path)
    try:
        make_folder(folder)
        target = folder / source.name
        content_hash = _copy_hashed(standing, target)
        for suffix, _, _ in standing.sidecars:
            shutil.copyfile(_beside(source, suffix), _beside(target, suffix))
        _copy_small_files(source.parent, folder)
        if look(source) != standing:
            return None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise cannot_copy(source.name, folder, error) from error
    return CopiedSave(path=target, content_hash=content_hash, saved_at=standing.saved_at)


def check_size(standing: Standing) -> None:
    """Refuse a file that is no world, before it is fetched."""
    if standing.size > MAX_WORLD_BYTES:
        message = f"{standing.path.name} has {standing.size} bytes; no world is that large. Check save_path."
        raise SaveCopyError(message)


def make_folder(folder: Path) -> None:
    """Make an empty folder, in the place of what was there, that nobody else may look into."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)


def cannot_copy(name: str, folder: Path, error: OSError) -> SaveCopyError:
    """Return the error of a copy that this machine did not take."""
    message = f"{name} cannot be copied to {folder} ({error.strerror}). Check free space and permissions."
    return SaveCopyError(message)


def keep(copied: CopiedSave, folder: Path) -> None:
    """Let a copy take the place of the one kept before it."""
    source = copied.path.parent
    if source != folder:
        shutil.rmtree(folder, ignore_errors=True)
        source.rename(folder)


def _modified_ns(file: Path) -> int:
    with suppress(FileNotFoundError):
        return file.stat().st_mtime_ns
    return -1


def _sidecars(path: Path) -> list[tuple[str, int, int]]:
    found = []
    for suffix in SIDECARS:
        with suppress(FileNotFoundError):
            facts = _beside(path, suffix).stat()
            found.append((suffix, facts.st_size, facts.st_mtime_ns))
    return found


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _copy_hashed(standing: Standing, target: Path) -> str:
    digest = hashlib.blake2b(digest_size=20)
    left = standing.size
    with Path(standing.path).open("rb") as source, target.open("wb") as copy:
        while left and (chunk := source.read(min(left, _CHUNK))):
            digest.update(chunk)
            copy.write(chunk)
            left -= len(chunk)
    return digest.hexdigest()


def _copy_small_files(source: Path, target: Path) -> None:
    with os.scandir(source) as entries:
        names = [entry.name for entry in entries if entry.name.endswith(SMALL_SUFFIXES) and entry.is_file()]
    for name in sorted(names)[:MAX_SMALL_FILES]:
        with suppress(FileNotFoundError):
            if (source / name).stat().st_size <= MAX_SMALL_BYTES:
                shutil.copyfile(source / name, target / name)
