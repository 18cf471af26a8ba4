"""Has charts drawn in a process of their own, with a deadline."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from dataclasses import asdict
from pathlib import Path

from bots.stats.graph.domain import Chart
from shared.errors import OperationalError

log = logging.getLogger(__name__)

_PROGRAM = Path(__file__).with_name("paint.py")
# The first picture on a machine waits for matplotlib's list of fonts, some seconds; people wait for a chart 15.
_DEADLINE_SECONDS = 30.0
# A picture of this size takes about 80 kB.
_MAX_BYTES = 8 << 20


class PaintError(OperationalError):
    """No picture came of it."""

    code = "STATS-01"


class Painter:
    """Draws one chart at a time. ``cache`` is where matplotlib keeps its list of fonts."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._one_at_a_time = asyncio.Lock()

    async def paint(self, chart: Chart, *, title: str) -> bytes:
        """Return the picture of a chart, as PNG.

        Raises
        ------
        PaintError
            When the drawing failed or took too long.
        """
        value = {
            "title": title,
            "hours": chart.span.total_seconds() / 3600,
            "until": chart.until.isoformat(),
            "curves": [{**asdict(curve), "peak": curve.peak} for curve in chart.curves],
        }
        async with self._one_at_a_time:
            return await self._run(json.dumps(value).encode())

    async def _run(self, value: bytes) -> bytes:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(_PROGRAM),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=_environment(self._cache),
        )
        try:
            picture, complaints = await asyncio.wait_for(process.communicate(value), _DEADLINE_SECONDS)
        except TimeoutError as error:
            raise PaintError("Drawing the chart took too long. Try again in a moment.") from error
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode != 0 or len(picture) > _MAX_BYTES:
            last = complaints.decode(errors="replace").strip().rpartition("\n")[2]
            log.warning("the chart could not be drawn: %s", last[:300])
            raise PaintError("The chart could not be drawn. Try again in a moment.")
        return picture


def _environment(cache: Path) -> dict[str, str]:
    """Return the least the drawing needs: no settings, no secrets."""
    return {"MPLCONFIGDIR": str(cache.absolute()), "PATH": os.defpath, "LC_ALL": "C.UTF-8"}
