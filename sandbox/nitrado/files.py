"""The file server: listings, sizes, and the two steps of reading a file."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from sandbox.nitrado.answers import Json
from sandbox.nitrado.bodies import Service

# "Is only a maximum, returned data can be smaller" (documentation of seek); nothing says how much smaller.
MOST_SEEK_BYTES = 1 << 20
# Tokens of the second step are for one file; old ones are forgotten.
MOST_TOKENS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """What a token of the second step gives."""

    path: Path
    start: int = 0
    length: int | None = None
    is_by_line: bool = False

    def read(self) -> bytes:
        """Return the bytes; by line, only whole lines."""
        with self.path.open("rb") as file:
            file.seek(self.start)
            data = file.read() if self.length is None else file.read(self.length)
        return data[: data.rfind(b"\n") + 1] if self.is_by_line else data


class FileServer:
    """Maps Nitrado's paths to the folders of the servers."""

    def __init__(self) -> None:
        self._tokens: dict[str, Slice] = {}

    def find(self, service: Service, path: str) -> Path | None:
        """Return the file or folder of a path, if it is one of this service's and exists."""
        root = service.folder.resolve()
        if path.rstrip("/") in {service.home, service.path.rstrip("/")}:
            return root
        if path == f"{service.home}/restart.log":
            return service.restart_log if service.restart_log.exists() else None
        if not path.startswith(service.path) or "\0" in path:
            return None
        # Nothing outside the game's own folder is anybody's business.
        found = root.joinpath(*path.removeprefix(service.path).split("/")).resolve()
        return found if found.is_relative_to(root / "ShooterGame") and found.exists() else None

    def entries(self, service: Service, path: str) -> list[dict[str, Json]] | None:
        """Return what is in a folder, or ``None`` where there is none."""
        root = service.folder.resolve()
        if path.rstrip("/") == service.home:
            # The user's own folder holds the game's, and a log of restarts.
            log = service.restart_log
            return [self.entry(service, root), *([self.entry(service, log)] if log.exists() else [])]
        if path.rstrip("/") == service.path.rstrip("/"):
            return [self.entry(service, root / "ShooterGame")]
        folder = self.find(service, path)
        if folder is None or not folder.is_dir():
            return None
        return [self.entry(service, item) for item in sorted(folder.iterdir())]

    def entry(self, service: Service, path: Path) -> dict[str, Json]:
        """Return one file or folder as a listing has it."""
        if path == service.restart_log:
            return self._entry(service, path, f"{service.home}/restart.log")
        relative = path.resolve().relative_to(service.folder.resolve())
        return self._entry(service, path, f"{service.path}{relative.as_posix()}".removesuffix("/."))

    def size(self, path: Path) -> int:
        """Return the bytes of a file, or of all files of a folder."""
        if path.is_file():
            return path.stat().st_size
        return sum(item.stat().st_size for item in path.rglob("*") if item.is_file())

    def open_slice(self, part: Slice) -> str:
        """Return a token that gives this part of a file."""
        while len(self._tokens) >= MOST_TOKENS:
            del self._tokens[next(iter(self._tokens))]
        token = secrets.token_hex(16)
        self._tokens[token] = part
        return token

    def slice_of(self, token: str) -> Slice | None:
        """Return what a token gives."""
        return self._tokens.get(token)

    def _entry(self, service: Service, path: Path, shown: str) -> dict[str, Json]:
        info = path.stat()
        stamp = int(info.st_mtime)
        entry: dict[str, Json] = {
            "type": "dir" if path.is_dir() else "file",
            "path": shown,
            "name": shown.rpartition("/")[2],
            "owner": service.user,
            "group": service.user,
            "chmod": "40775" if path.is_dir() else "100664",
            "created_at": stamp,
            "modified_at": stamp,
            "accessed_at": int(info.st_atime),
        }
        # Folders have no size (documentation).
        return entry if path.is_dir() else {**entry, "size": info.st_size}


def make_slice(path: Path, offset: int, length: int, *, is_by_line: bool) -> Slice:
    """Return a part of a file; a negative offset counts from its end."""
    size = path.stat().st_size
    start = max(0, size + offset) if offset < 0 else min(offset, size)
    return Slice(path=path, start=start, length=max(0, min(length, MOST_SEEK_BYTES)), is_by_line=is_by_line)
