"""A game server's world file: taken when it stands still, decoded, stored; refused with its reason."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from parser_service.decay.policy import DecayPolicy
from parser_service.game_servers import Served
from parser_service.notices import Notices
from parser_service.stopping import Stop
from parser_service.storing.copying import (
    CopiedSave,
    SaveCopyError,
    Standing,
    copy_world,
    find_world,
    keep,
    look,
)
from parser_service.storing.decoder import Decoder
from parser_service.storing.jobs import Job, PreparedSave, Refused
from parser_service.storing.merging import SaveToStore, store_save
from parser_service.storing.queries import find_current_hash, set_refused
from shared.cache.keys import SAVE_DECODED
from shared.runtime.loops import run_guarded
from shared.runtime.resources import Resources

log = logging.getLogger(__name__)

# Raised when the same file would be stored differently, so that worlds are decoded again after an update.
_METHOD = 1
# A look takes milliseconds; a network mount that takes longer than this is stuck.
_LOOK_TIMEOUT_SECONDS = 30.0
# What failed for a reason of ours (the disk, the database) is tried again after this.
_AGAIN = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one decode may cost, and how often the file is looked at."""

    interval: timedelta
    seconds: float
    memory_bytes: int


class SaveCounts:
    """How many saves were decoded and refused since the start."""

    def __init__(self) -> None:
        self.decoded = 0
        self.refused = 0


class SaveWatcher:
    """Watches one game server's world. ``run`` it under the server's lock."""

    def __init__(
        self,
        server: Served,
        path: Path,
        resources: Resources,
        *,
        decoder: Decoder,
        notices: Notices,
        stop: Stop,
        counts: SaveCounts,
        folder: Path,
        limits: Limits,
    ) -> None:
        self._server = server
        self._path = path
        self._resources = resources
        self._decoder = decoder
        self._notices = notices
        self._stop = stop
        self._counts = counts
        self._folder = folder
        self._limits = limits
        self._seen: Standing | None = None
        self._done: Standing | None = None

    async def run(self) -> None:
        """Watch until the stop."""
        interval = self._limits.interval.total_seconds()
        while True:
            went_well = await run_guarded(f"saves of {self._server.key}", self.look_once)
            if await self._stop.within(interval if went_well else _AGAIN.total_seconds()):
                return

    async def look_once(self) -> None:
        """Take the world if it has stood still since the last look and is not the one taken before."""
        try:
            async with asyncio.timeout(_LOOK_TIMEOUT_SECONDS):
                standing = await asyncio.to_thread(self._look)
        except OSError as error:
            why = error.strerror or str(error) or "the folder does not answer"
            text = f"{self._server.key}: there is no world at {self._path} ({why}). Correct save_path of '{self._server.key}' in the community file."
            self._resources.reporter.problem(f"save-path:{self._server.key}", text)
            return
        self._resources.reporter.solved(f"save-path:{self._server.key}")
        has_stood_still = standing == self._seen
        self._seen = standing
        if has_stood_still and standing != self._done:
            await self._take(standing)

    def _look(self) -> Standing:
        return look(find_world(self._path, self._server.entry.map))

    async def _take(self, standing: Standing) -> None:
        problem = f"save-copy:{self._server.key}"
        try:
            copied = await asyncio.to_thread(copy_world, standing, self._folder / "incoming")
        except SaveCopyError as error:
            self._resources.reporter.problem(problem, f"{self._server.key}: {error}")
            raise
        self._resources.reporter.solved(problem)
        if copied is not None:
            await self._use(copied)
            self._done = standing

    async def _use(self, copied: CopiedSave) -> None:
        identity = self._identity(copied)
        async with self._resources.db.connection() as conn:
            if await find_current_hash(conn, self._server.id) == identity:
                await asyncio.to_thread(keep, copied, self._folder / "current")
                return
        answer = await self._decoder.decode(self._job(copied))
        if isinstance(answer, Refused):
            await self._refuse(copied, identity, answer)
        else:
            await self._store(copied, identity, answer)

    async def _store(self, copied: CopiedSave, identity: str, prepared: PreparedSave) -> None:
        save = SaveToStore(
            server_id=self._server.id,
            content_hash=identity,
            saved_at=copied.saved_at,
            decoded_at=self._resources.clock.now(),
            prepared=prepared,
        )
        await store_save(self._resources.db, save)
        self._counts.decoded += 1
        self._resources.reporter.solved(self._refusal)
        self._notices.send(SAVE_DECODED)
        await asyncio.to_thread(keep, copied, self._folder / "current")
        facts = prepared.facts
        log.info(
            "%s: a save of %s structures and %s bases, decoded in %.1f s",
            self._server.key,
            facts.structures,
            len(prepared.bases),
            prepared.seconds,
        )

    async def _refuse(self, copied: CopiedSave, identity: str, refused: Refused) -> None:
        now = self._resources.clock.now()
        async with self._resources.db.transaction() as conn:
            await set_refused(conn, self._server.id, identity, reason=refused.reason, at=now)
        self._counts.refused += 1
        text = (
            f"{self._server.key}: the newest save is refused, the last good one serves on. {refused.reason}"
        )
        self._resources.reporter.problem(self._refusal, text)
        log.warning("%s", text)
        self._notices.send(SAVE_DECODED)
        await asyncio.to_thread(keep, copied, self._folder / "refused")

    @property
    def _refusal(self) -> str:
        return f"save:{self._server.key}"

    def _job(self, copied: CopiedSave) -> Job:
        decay = self._server.entry.decay
        return Job(
            path=copied.path.resolve(),
            saved_at=copied.saved_at,
            radius=decay.radius,
            minimum=decay.minimum,
            policy=DecayPolicy(
                multiplier=decay.multiplier,
                disabled=decay.disabled,
                fast_decay_unsnapped_core=decay.fast_decay_unsnapped_core,
            ),
            seconds=self._limits.seconds,
            memory_bytes=self._limits.memory_bytes,
        )

    def _identity(self, copied: CopiedSave) -> str:
        """Return what changes with the file's content and with how it is read."""
        how = repr((_METHOD, self._server.entry.decay))
        return f"{copied.content_hash}-{hashlib.blake2b(how.encode(), digest_size=4).hexdigest()}"
