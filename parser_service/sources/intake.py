"""Takes a server's world whenever it has stood still and is another than the last one."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from parser_service.sources.backed_up import BackedUp
from parser_service.sources.shape import SaveSource, SourceError
from parser_service.storing.copying import CopiedSave, SaveCopyError, Standing
from shared.clock import Clock
from shared.runtime.reporting import Reporter

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A copy, and how the world stood that it is of."""

    copied: CopiedSave
    standing: Standing


class Intake:
    """Looks at one server's source. Each ``take`` is a look; what it gives is to be told back by ``used``."""

    def __init__(
        self,
        key: str,
        source: SaveSource,
        *,
        clock: Clock,
        reporter: Reporter,
        folder: Path,
        last_saved_at: datetime | None,
    ) -> None:
        self._key = key
        self._source = BackedUp(source, clock, taken_at=last_saved_at)
        self._place = str(source)
        self._reporter = reporter
        self._folder = folder
        self._seen: Standing | None = None
        self._done: Standing | None = None

    async def take(self) -> Taken | None:
        """Return a copy of the world, if it stands as it did at the last look and was not used before.

        Raises
        ------
        SaveCopyError
            When this machine cannot take it; the operator is told.
        """
        standing = await self._look()
        has_stood_still = standing == self._seen
        self._seen = standing
        if standing is None or not has_stood_still or standing == self._done:
            return None
        if self._source.is_distrusted(standing):
            return None
        copied = await self._copy(standing)
        return None if copied is None else Taken(copied=copied, standing=standing)

    def used(self, taken: Taken, *, was_refused: bool) -> None:
        """Learn that a copy was dealt with; in the place of one that was refused, its backup is looked at."""
        if was_refused:
            self._source.distrust(taken.standing)
        else:
            self._done = taken.standing
            self._source.taken(taken.standing)

    async def _look(self) -> Standing | None:
        try:
            standing = await self._source.look()
        except SourceError as error:
            self._tell_place(str(error))
            return None
        if standing is None:
            self._tell_place(f"there is no world at {self._place}.")
        else:
            self._reporter.solved(f"save-path:{self._key}")
        return standing

    async def _copy(self, standing: Standing) -> CopiedSave | None:
        problem = f"save-copy:{self._key}"
        try:
            copied = await self._source.copy(standing, self._folder)
        except SourceError as error:
            self._tell_place(str(error))
            return None
        except SaveCopyError as error:
            self._reporter.problem(problem, f"{self._key}: {error}")
            raise
        self._reporter.solved(problem)
        return copied

    def _tell_place(self, text: str) -> None:
        advice = f"Correct save_path of '{self._key}' in the community file if this lasts."
        self._reporter.problem(f"save-path:{self._key}", f"{self._key}: {text} {advice}")
