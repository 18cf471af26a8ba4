"""A game server's world file: taken when it stands still, decoded, stored; refused with its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from parser_service.game_servers import Served
from parser_service.sources import SaveSource
from parser_service.sources.intake import Intake
from parser_service.stopping import Stop
from parser_service.storing.copying import CopiedSave
from parser_service.storing.handling import DOUBTFUL, Handles, Outcome, Ticket
from parser_service.storing.outcome_queries import find_last_good, find_refusal, is_accepted
from parser_service.storing.tickets import ticket_of
from shared.runtime.loops import run_guarded
from shared.runtime.resources import Resources

# What failed for a reason of ours (the disk, the database) is tried again after this.
_AGAIN = timedelta(seconds=10)


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
        source: SaveSource,
        resources: Resources,
        *,
        handler: Handles,
        stop: Stop,
        counts: SaveCounts,
        folder: Path,
        interval: timedelta,
    ) -> None:
        self._server = server
        self._source = source
        self._resources = resources
        self._stop = stop
        self._folder = folder
        self._interval = interval
        self._handler = handler
        self._counts = counts
        self._intake: Intake | None = None
        self._doubtful: Ticket | None = None

    async def run(self) -> None:
        """Watch until the stop."""
        interval = max(self._interval, self._source.interval or timedelta(0)).total_seconds()
        while True:
            went_well = await run_guarded(f"saves of {self._server.key}", self.look_once)
            if await self._stop.within(interval if went_well else _AGAIN.total_seconds()):
                return

    async def look_once(self) -> None:
        """Take the world if it has stood still since the last look and is not the one taken before."""
        if self._intake is None:
            self._intake = await self._open_intake()
        if self._doubtful is not None:
            await self._use_accepted(self._doubtful)
        taken = await self._intake.take()
        if taken is not None:
            was_refused = await self._use(taken.copied)
            self._intake.used(taken, was_refused=was_refused)

    async def _open_intake(self) -> Intake:
        async with self._resources.db.connection() as conn:
            last_good = await find_last_good(conn, self._server.id)
        return Intake(
            self._server.key,
            self._source,
            clock=self._resources.clock,
            reporter=self._resources.reporter,
            folder=self._folder / "incoming",
            last_saved_at=None if last_good is None else last_good.file.saved_at,
        )

    async def _use(self, copied: CopiedSave) -> bool:
        """Have a copy decoded and stored, and tell whether it had to be refused."""
        ticket = ticket_of(self._server, copied, folder=self._folder)
        outcome = await self._handler.handle(ticket)
        kept = replace(ticket, path=ticket.folder / DOUBTFUL / ticket.path.name)
        self._doubtful = kept if outcome is Outcome.DOUBTFUL else None
        await self._tell(ticket, outcome)
        return outcome is Outcome.REFUSED

    async def _use_accepted(self, doubtful: Ticket) -> None:
        """Take a doubtful save into use once a person has accepted it; its file has not changed since."""
        async with self._resources.db.connection() as conn:
            if not await is_accepted(conn, self._server.id, doubtful.identity):
                return
        self._doubtful = None
        await self._tell(doubtful, await self._handler.handle(doubtful))

    async def _tell(self, ticket: Ticket, outcome: Outcome) -> None:
        """Count a save, and tell the operator what is wrong with it until a better one comes."""
        problem = f"save:{self._server.key}"
        self._counts.refused += outcome is Outcome.REFUSED
        self._counts.decoded += outcome in {Outcome.IN_USE, Outcome.DOUBTFUL}
        if outcome is Outcome.IN_USE:
            self._resources.reporter.solved(problem)
        elif outcome in {Outcome.REFUSED, Outcome.DOUBTFUL}:
            async with self._resources.db.connection() as conn:
                reason = await find_refusal(conn, self._server.id, ticket.identity) or ""
            text = f"{self._server.key}: the newest save is {outcome.value}, the last good one serves on. {reason}"
            self._resources.reporter.problem(problem, text)
