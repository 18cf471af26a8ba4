"""Everything a game server tells, by the best way there is: the log file, Nitrado's copy of it, or RCON.

Files keep their lines, so each that works is read all the time; RCON hands lines out once, so it is asked only while no
file leads, and for a look now and then whether a silent file is silent because nothing happens. A copy that is looked at
every 15 seconds shows all lines, but too late for people who talk: beside it, RCON leads, and the copy fills its holes.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from parser_service.feeds.source import FileSource, Reading, SourceName, TakenSource
from parser_service.feeds.standing import Standing
from parser_service.feeds.status import FeedStatus
from parser_service.feeds.storing import FeedFencedError, FeedWriter
from parser_service.game_servers import Served
from parser_service.stopping import Stop
from shared.runtime.loops import run_guarded
from shared.runtime.resources import Resources

log = logging.getLogger(__name__)

_FAILED_PAUSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How patient a feed is, in seconds."""

    # a log that is being rotated is absent for a moment; Nitrado's API has bad minutes
    log_patience: float = 5.0
    nitrado_patience: float = 60.0
    # a file that is silent for so long may not be the right one, or stand still: then RCON is asked, at most so often
    check_after: float = 60.0
    # the game writes its file a moment after its buffer
    check_grace: float = 3.0
    tell_every: float = 15.0


DEFAULT_PACE = Pace()


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    source: FileSource
    turn: asyncio.Lock


class ServerFeed:
    """Reads one game server's lines. Add its sources, best first, and ``run`` it under the server's lock."""

    def __init__(
        self,
        server: Served,
        resources: Resources,
        writer: FeedWriter,
        *,
        stop: Stop,
        status: FeedStatus,
        pace: Pace = DEFAULT_PACE,
    ) -> None:
        self._server = server
        self._resources = resources
        self._writer = writer
        self._stop = stop
        self._status = status
        self._pace = pace
        self._files: list[_File] = []
        self._rcon: tuple[TakenSource, float] | None = None
        self._standing = Standing([])
        self._does_rcon_lead = False
        self._covered_at: datetime | None = None
        self._active_at = self._checked_at = time.monotonic()
        self._told: tuple[SourceName, float] | None = None

    def add_file(self, source: FileSource) -> None:
        """Read a file."""
        self._files.append(_File(source=source, turn=asyncio.Lock()))

    def add_rcon(self, source: TakenSource, *, every: timedelta) -> None:
        """Read by RCON where no file leads, asking so often."""
        self._rcon = (source, every.total_seconds())

    @property
    def leader(self) -> SourceName:
        """Return which source lines come by."""
        return self._standing.leader(time.monotonic())

    async def run(self) -> None:
        """Read until the stop.

        Raises
        ------
        FeedFencedError
            When another process has claimed the server's log.
        """
        patience = {SourceName.LOG: self._pace.log_patience, SourceName.NITRADO: self._pace.nitrado_patience}
        names = [(file.source.name, patience[file.source.name]) for file in self._files]
        slow = [file.source.name for file in self._files if file.source.is_slow]
        self._standing = Standing([*names, (SourceName.RCON, 0.0)] if self._rcon else names, slow=slow)
        while not await run_guarded(f"feed of {self._server.key}", self._writer.claim):
            if await self._stop.within(_FAILED_PAUSE_SECONDS):
                return
        is_fenced = False
        try:
            async with asyncio.TaskGroup() as group:
                for file in self._files:
                    file.source.forget_place()
                    group.create_task(self._read_file(file))
                if self._rcon is not None:
                    group.create_task(self._read_rcon(*self._rcon))
        except* FeedFencedError:
            is_fenced = True
        finally:
            for file in self._files:
                file.source.close()
        if is_fenced:
            raise FeedFencedError("Another process reads this server now. Standing by for it.")

    async def _read_file(self, file: _File) -> None:
        pause = 0.0
        name = file.source.name
        while not await self._stop.within(pause):
            turn = partial(self._file_turn, file)
            pause = await self._guarded(f"{name} of {self._server.key}", turn, file.source.forget_place)

    async def _file_turn(self, file: _File) -> float:
        """Look at a file, and return how long to wait before the next look."""
        if self._is_spare(file):
            return _FAILED_PAUSE_SECONDS
        async with file.turn:
            reading = await self._look(file)
        await self._tell()
        return reading.again_seconds

    def _is_spare(self, file: _File) -> bool:
        """Tell whether a better file leads: this one would only show the same."""
        names = [other.source.name for other in self._files]
        return self.leader in names[: self._files.index(file)]

    async def _look(self, file: _File) -> Reading:
        name, began = file.source.name, time.monotonic()
        reading = await file.source.look_once()
        self._note(name, reading, began)
        return reading

    def _note(self, name: SourceName, reading: Reading, began: float) -> None:
        """Take what a look gave into account."""
        now = time.monotonic()
        if not reading.is_working:
            self._standing.failed(name, now, reading.problem)
            return
        if reading.newest_at != self._standing.newest_of(name):
            self._active_at = now
        self._standing.worked(name, now, reading.newest_at)
        if self._standing.leader(now) is name:
            self._status.looked(began=began, found_everything=reading.is_caught_up)
            if reading.is_caught_up:
                self._covered_at = self._resources.clock.now()

    async def _read_rcon(self, rcon: TakenSource, every: float) -> None:
        pause = 0.0
        while not await self._stop.within(pause):
            turn = partial(self._rcon_turn, rcon, every)
            pause = await self._guarded(f"RCON log of {self._server.key}", turn, rcon.forget_place)
        await run_guarded(f"RCON log of {self._server.key}", rcon.stop_leading)

    async def _rcon_turn(self, rcon: TakenSource, every: float) -> float:
        """Read by RCON if it leads, or look whether it should; return how long to wait before the next turn."""
        if self.leader is not SourceName.RCON:
            if self._does_rcon_lead:
                await rcon.stop_leading()
                self._does_rcon_lead = False
            rcon.note_connection()
            if self._is_check_due():
                await self._check(rcon)
            return min(every, _FAILED_PAUSE_SECONDS)
        if not self._does_rcon_lead:
            await rcon.lead(self._covered_at)
            self._does_rcon_lead = True
            log.info("%s: lines come by RCON", self._server.key)
        began = time.monotonic()
        reading = await rcon.read_once()
        self._note(SourceName.RCON, reading, began)
        if reading.fresh and reading.newest_at is not None:
            self._standing.rcon_showed(reading.newest_at, time.monotonic())
        await self._tell()
        return every

    def _is_check_due(self) -> bool:
        now = time.monotonic()
        return min(now - self._active_at, now - self._checked_at) >= self._pace.check_after

    async def _check(self, rcon: TakenSource) -> None:
        """Look whether a silent file is behind the times: RCON's lines are in it, or it is."""
        self._checked_at = time.monotonic()
        has_more = True
        while has_more and await rcon.take():
            if rcon.has_taken and not await self._stop.within(self._pace.check_grace):
                for file in self._files:
                    await self._catch_up(file)
            known_upto = self._standing.newest_at()
            reading = await rcon.store()
            has_more = reading.has_more
            if reading.fresh and _is_beyond(reading.newest_at, known_upto):
                log.warning("%s: its log is behind what RCON shows; lines come by RCON", self._server.key)
                self._standing.files_are_late()
        await rcon.stop_leading()

    async def _catch_up(self, file: _File) -> None:
        async with file.turn:
            while (await self._look(file)).has_more:
                pass

    async def _guarded(
        self, what: str, turn: Callable[[], Awaitable[float]], forget: Callable[[], None]
    ) -> float:
        """Do one turn, and return how long to wait before the next; being fenced ends the feed."""
        pause, fenced = _FAILED_PAUSE_SECONDS, None

        async def run() -> None:
            nonlocal pause, fenced
            try:
                pause = await turn()
            except FeedFencedError as error:
                fenced = error

        if not await run_guarded(what, run):
            # a transaction that failed at its end may have happened: where the cursor stands is asked again
            forget()
        if fenced is not None:
            raise fenced
        return pause

    async def _tell(self) -> None:
        """Write down by which source lines come, when it changes and now and then."""
        now, leader = time.monotonic(), self.leader
        if self._told is not None and self._told[0] is leader and now - self._told[1] < self._pace.tell_every:
            return
        if self._covered_at is None:
            return
        self._told = (leader, now)
        best = self._files[0].source.name if self._files else SourceName.RCON
        await self._writer.tell(
            leader,
            read_at=self._covered_at,
            newest_at=self._standing.newest_at(),
            problem=None if best is leader else self._standing.why_not(best),
        )


def _is_beyond(newest_at: datetime | None, known_upto: datetime | None) -> bool:
    """Tell whether RCON, which knows seconds alone, shows lines that are no older than the newest of the files."""
    if newest_at is None or known_upto is None:
        return known_upto is None
    return newest_at >= known_upto.replace(microsecond=0)
