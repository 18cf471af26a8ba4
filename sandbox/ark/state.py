"""A server's world on disk: one JSON document, replaced as a whole, so that a kill leaves the last one."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from sandbox.ark.world import World
from shared.errors import OperationalError


class StateFile:
    """Keeps the world of one server."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._adapter = TypeAdapter(World)

    def load(self) -> World | None:
        """Return the last world written, or ``None`` where none was."""
        try:
            return self._adapter.validate_json(self.path.read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError as error:
            message = f"{self.path} is not a world of the sandbox. Delete it to begin a new one."
            raise OperationalError(message) from error

    def store(self, world: World) -> None:
        """Write a world; a reader sees the old document or the new one."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.path.with_suffix(".tmp")
        with temporary.open("wb") as file:
            file.write(self._adapter.dump_json(world))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.path)
