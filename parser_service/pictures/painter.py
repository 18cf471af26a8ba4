"""Has pictures drawn in a process of their own, with a deadline."""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import sys
from pathlib import Path
from typing import Final

from parser_service.pictures.domain import Drawing
from parser_service.pictures.errors import PictureError

log = logging.getLogger(__name__)

_ROOT = Path(__file__).resolve().parents[2]
# A map takes two seconds, a long time-lapse ten; the first on a machine waits for matplotlib's list of fonts as well.
_DEADLINE_SECONDS: Final = 60.0
# A time-lapse of thirty full maps comes to a fifth of this.
_MAX_BYTES: Final = 16 << 20
# Whoever comes when so many wait already is told to try again.
_MOST_WAITING: Final = 8


class Painter:
    """Draws one picture at a time. ``cache`` is where matplotlib keeps its list of fonts."""

    def __init__(self, cache: Path | None = None, *, deadline_seconds: float = _DEADLINE_SECONDS) -> None:
        self._cache = cache
        self._deadline_seconds = deadline_seconds
        self._one_at_a_time = asyncio.Lock()
        self._waiting = 0

    async def paint(self, drawing: Drawing) -> bytes:
        """Return a drawing as a file.

        Raises
        ------
        PictureError
            When drawing failed or took too long, or too many wait.
        """
        if self._waiting >= _MOST_WAITING:
            raise PictureError("Many pictures are being drawn already. Try again in a minute.")
        self._waiting += 1
        try:
            async with self._one_at_a_time:
                return await self._run(await asyncio.to_thread(pickle.dumps, drawing))
        finally:
            self._waiting -= 1

    async def _run(self, value: bytes) -> bytes:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "parser_service.pictures.process",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd="/",
            env=self._environment(),
        )
        try:
            picture, complaints = await asyncio.wait_for(process.communicate(value), self._deadline_seconds)
        except TimeoutError as error:
            raise PictureError("Drawing took too long and was stopped. Try again later.") from error
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode != 0 or not picture or len(picture) > _MAX_BYTES:
            last = complaints.decode(errors="replace").strip().rpartition("\n")[2]
            log.warning("a picture could not be drawn: %s", last[:300])
            raise PictureError("The picture could not be drawn; the service's log says why.")
        return picture

    def _environment(self) -> dict[str, str]:
        """Return the least the drawing needs: no settings, no secrets."""
        needed = {
            "PYTHONPATH": str(_ROOT),
            "PATH": os.defpath,
            "LC_ALL": "C.UTF-8",
            "OPENBLAS_NUM_THREADS": "1",
        }
        return needed | ({} if self._cache is None else {"MPLCONFIGDIR": str(self._cache.absolute())})
