"""What a server leaves on disk: the save that the game publishes, and the world it goes on from."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

from sandbox.ark.spec import ServerSpec
from sandbox.ark.state import StateFile
from sandbox.ark.world import World
from sandbox.ark.writer import save_path, write_save


class Keeper:
    """Writes saves and state of one server; its methods block, and are called from threads."""

    def __init__(self, spec: ServerSpec, folder: Path) -> None:
        self.saves_folder = folder / "ShooterGame" / "Saved" / "SavedArks"
        self._real_save = spec.real_save
        self._state = StateFile(folder / "world.json")
        self._marker = folder / "given-save"
        """There while a given save lies in the place of the world's own."""
        # A crash does not wait for a save that is being written; the next one does.
        self._writing = threading.Lock()

    def load(self) -> World | None:
        """Return the world last written."""
        with self._writing:
            return self._state.load()

    def write(self, picture: World, *, is_half: bool = False) -> None:
        """Write a save (but never over a given one) and the state."""
        with self._writing:
            if self._real_save is None:
                write_save(picture, self.saves_folder, is_half=is_half)
            self._state.store(picture)

    def publish(self, picture: World) -> None:
        """Make sure that there is a save before the server is up, and the given one if one was given."""
        path = save_path(self.saves_folder, picture)
        if self._real_save is not None:
            self._marker.parent.mkdir(parents=True, exist_ok=True)
            self._marker.touch()
            _copy_once(self._real_save, path)
        elif self._marker.exists() or not path.exists():
            self.write(picture)
            self._marker.unlink(missing_ok=True)


def _copy_once(source: Path, path: Path) -> None:
    if path.exists() and path.stat().st_mtime_ns == source.stat().st_mtime_ns:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    # Its time is part of it: ages are counted from there.
    shutil.copy2(source, temporary)
    temporary.replace(path)
