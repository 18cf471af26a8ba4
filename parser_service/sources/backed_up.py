"""A source with its backups: where the world itself cannot be had, the copy that the game keeps beside it."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from pathlib import Path, PurePath

from parser_service.sources.shape import SaveSource, SourceError
from parser_service.storing.copying import CopiedSave, Standing
from shared.clock import Clock

log = logging.getLogger(__name__)

# Writing the largest worlds takes the game a minute or two; one that stood still not once in this time never will.
PATIENCE = timedelta(minutes=10)
# The world, and the few backups that are tried in its place one after the other.
_MOST_DISTRUSTED = 16


class BackedUp:
    """Looks at the world, and at its newest backup while the world is missing, refused or never at rest.

    A backup that is no newer than what was taken last says nothing new, and is left alone.
    """

    def __init__(
        self, source: SaveSource, clock: Clock, *, taken_at: datetime | None, patience: timedelta = PATIENCE
    ) -> None:
        self._source = source
        self._clock = clock
        self._taken_at = taken_at
        self._patience = patience
        self._last: Standing | None = None
        self._restless_since: datetime | None = None
        self._distrusted: dict[PurePath, Standing] = {}

    @property
    def interval(self) -> timedelta | None:
        """How often to look."""
        return self._source.interval

    async def look(self) -> Standing | None:
        """Return how the world stands, or the backup in its place; ``None`` where there is neither."""
        try:
            main = await self._source.look()
        except SourceError:
            # a file that may not be read can have a backup that may
            backup = await self._newer_backup()
            if backup is None:
                raise
            return backup
        if main is not None and not self.is_distrusted(main) and not self._is_restless(main):
            return main
        return await self._newer_backup() or main

    def distrust(self, standing: Standing) -> None:
        """Learn that what stands so cannot be used: until it changes, its backup is looked at instead."""
        self._distrusted.pop(standing.path, None)
        self._distrusted[standing.path] = standing
        if len(self._distrusted) > _MOST_DISTRUSTED:
            del self._distrusted[next(iter(self._distrusted))]

    def is_distrusted(self, standing: Standing) -> bool:
        """Tell whether what stands so is known to be of no use."""
        return self._distrusted.get(standing.path) == standing

    def taken(self, standing: Standing) -> None:
        """Learn that what stands so was taken."""
        self._taken_at = standing.saved_at

    async def copy(self, standing: Standing, folder: Path) -> CopiedSave | None:
        """Copy what stands so into a folder."""
        return await self._source.copy(standing, folder)

    def _is_restless(self, main: Standing) -> bool:
        now = self._clock.now()
        if main == self._last:
            self._restless_since = None
        elif self._restless_since is None:
            self._restless_since = now
        self._last = main
        return self._restless_since is not None and now - self._restless_since > self._patience

    async def _newer_backup(self) -> Standing | None:
        backup = await self._source.look_at_backup()
        if backup is None or self.is_distrusted(backup):
            return None
        if self._taken_at is not None and backup.saved_at <= self._taken_at:
            return None
        log.info("looking at the backup %s in the world's place", backup.path.name)
        return backup
