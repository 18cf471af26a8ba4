"""Copies of files on disk, named by their hash: the same picture sent ten times is kept once."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
from pathlib import Path

from shared.errors import OperationalError

_HASH = re.compile(r"[0-9a-f]{64}")


class DiskError(OperationalError):
    """A copy cannot be written or read."""

    code = "TIC-01"


class FileStore:
    """A folder of files, each under the SHA-256 of its content."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def save(self, content: bytes) -> str:
        """Keep a content, whole or not at all, and return its hash.

        Raises
        ------
        DiskError
            When the disk does not take it.
        """
        return await asyncio.to_thread(self._save, content)

    async def load(self, sha256: str) -> bytes | None:
        """Return the content with this hash; ``None`` where it is gone or no longer what it was."""
        if not _HASH.fullmatch(sha256):
            return None
        return await asyncio.to_thread(self._load, sha256)

    def _save(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile(dir=self._folder, prefix=".", delete=False) as file:
                try:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                    Path(file.name).replace(self._folder / sha256)
                except OSError:
                    Path(file.name).unlink(missing_ok=True)
                    raise
        except OSError as error:
            message = (
                f"A ticket's file cannot be written to {self._folder} ({error.strerror}). Is the disk full?"
            )
            raise DiskError(message) from error
        return sha256

    def _load(self, sha256: str) -> bytes | None:
        try:
            content = (self._folder / sha256).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            message = f"A ticket's file cannot be read from {self._folder} ({error.strerror})."
            raise DiskError(message) from error
        return content if hashlib.sha256(content).hexdigest() == sha256 else None
