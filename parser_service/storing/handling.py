"""One copied save all the way: decoded in its own process, judged, stored or refused, its columns put away."""

from __future__ import annotations

import asyncio
import logging
import shutil
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

from parser_service.archive.history import incoming_path, put_away
from parser_service.decay.policy import DecayPolicy
from parser_service.notices import Notices
from parser_service.storing.copying import CopiedSave, keep
from parser_service.storing.decoder import Decoder
from parser_service.storing.jobs import Job, PreparedSave, Refused
from parser_service.storing.merging import SaveToStore, StoredSave, store_save
from parser_service.storing.outcome_queries import find_last_good, find_outcome, is_settled
from parser_service.storing.queries import set_columns_bytes, set_refused
from parser_service.verdict import refused
from shared.cache.keys import SAVE_DECODED
from shared.ids import ServerId
from shared.runtime.resources import Resources

log = logging.getLogger(__name__)

DOUBTFUL: Final = "doubtful"
"""The folder of the newest save that was not good, until somebody accepts it or the next one comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A copied save that waits to be decoded, and all that is to be known for that.

    ``folder`` is where everything about the server's saves is kept; the copy has a folder of its own in it.
    ``identity`` changes with the file's content and with how it is read.
    """

    server_id: ServerId
    server_key: str
    expected_map: str
    folder: Path
    path: Path
    saved_at: datetime
    identity: str
    radius: float
    minimum: int
    policy: DecayPolicy

    @property
    def history(self) -> Path:
        """Return where the columns of the server's saves are kept."""
        return self.folder / "history"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodeCost:
    """How much one decode may cost."""

    seconds: float
    memory_bytes: int


class Outcome(StrEnum):
    """What became of a copied save."""

    IN_USE = "in_use"
    DOUBTFUL = "doubtful"
    REFUSED = "refused"
    KNOWN = "known"
    WAITING = "waiting"


class Handles(Protocol):
    """Whoever has copied saves decoded: in this process, or by workers."""

    async def handle(self, ticket: Ticket) -> Outcome:
        """Return what became of a save."""
        ...


class SaveHandler:
    """Handles copied saves, of any server; safe to repeat for the same one."""

    def __init__(
        self,
        resources: Resources,
        *,
        decoder: Decoder,
        notices: Notices,
        cost: DecodeCost,
    ) -> None:
        self._resources = resources
        self._decoder = decoder
        self._notices = notices
        self._cost = cost

    async def handle(self, ticket: Ticket) -> Outcome:
        """Decode and store a save, unless its content is already dealt with, and return what became of it."""
        async with self._resources.db.connection() as conn:
            is_done = await is_settled(conn, ticket.server_id, ticket.identity)
            found = await find_outcome(conn, ticket.server_id, ticket.identity)
        if is_done and found == Outcome.DOUBTFUL:
            # it waits for somebody to accept it, also when the service was restarted since
            await self._keep(ticket, DOUBTFUL)
            return Outcome.DOUBTFUL
        if is_done:
            await self._keep(ticket, "current")
            return Outcome.KNOWN
        answer = await self._decoder.decode(self._job(ticket))
        if isinstance(answer, Refused):
            await self.refuse(ticket, answer)
            return Outcome.REFUSED
        return await self._store(ticket, answer)

    async def refuse(self, ticket: Ticket, refusal: Refused) -> None:
        """Put on record that a file cannot be used."""
        now = self._resources.clock.now()
        async with self._resources.db.transaction() as conn:
            last_good = await find_last_good(conn, ticket.server_id)
            verdict = refused(
                refusal.reason,
                size_bytes=ticket.path.stat().st_size,
                last_good_bytes=None if last_good is None else last_good.file.size_bytes,
            )
            await set_refused(conn, ticket.server_id, ticket.identity, reason=verdict.reason, at=now)
        log.warning("%s: %s is refused. %s", ticket.server_key, ticket.path.name, verdict.reason)
        self._notices.send(SAVE_DECODED)
        await self._keep(ticket, "refused")

    async def _store(self, ticket: Ticket, prepared: PreparedSave) -> Outcome:
        save = SaveToStore(
            server_id=ticket.server_id,
            content_hash=ticket.identity,
            saved_at=ticket.saved_at,
            decoded_at=self._resources.clock.now(),
            prepared=prepared,
            folder=ticket.history,
            expected_map=ticket.expected_map,
        )
        stored = await store_save(self._resources.db, save)
        if stored is None:
            return Outcome.KNOWN
        await self._keep_columns(ticket, stored, prepared.columns_problem)
        self._notices.send(SAVE_DECODED)
        await self._keep(ticket, "current" if stored.is_in_use else DOUBTFUL)
        log.info(
            "%s: a %s save of %s structures and %s bases, decoded in %.1f s. %s",
            ticket.server_key,
            stored.verdict.level.value,
            prepared.facts.structures,
            len(prepared.bases),
            prepared.seconds,
            stored.verdict.reason,
        )
        return Outcome.IN_USE if stored.is_in_use else Outcome.DOUBTFUL

    async def _keep_columns(self, ticket: Ticket, stored: StoredSave, why_not: str) -> None:
        """Put the columns away. Without them the save serves all the same; only its history is poorer."""
        problem = f"save-history:{ticket.server_key}"
        try:
            size = await put_away(ticket.history, ticket.identity, stored.save_id, stored.base_ids)
        except OSError as error:
            size, why_not = None, f"the columns cannot be put away ({error.strerror})"
        async with self._resources.db.connection() as conn:
            await set_columns_bytes(conn, stored.save_id, size)
        if why_not:
            text = f"{ticket.server_key}: a save has no history: {why_not}. Check free space and permissions."
            self._resources.reporter.problem(problem, text)
        else:
            self._resources.reporter.solved(problem)

    async def _keep(self, ticket: Ticket, name: str) -> None:
        """Let the copy take the place of the one kept before it."""
        copied = CopiedSave(path=ticket.path, content_hash=ticket.identity, saved_at=ticket.saved_at)
        await asyncio.to_thread(keep, copied, ticket.folder / name)
        if name == "current":
            await asyncio.to_thread(shutil.rmtree, ticket.folder / DOUBTFUL, ignore_errors=True)

    def _job(self, ticket: Ticket) -> Job:
        return Job(
            path=ticket.path,
            saved_at=ticket.saved_at,
            radius=ticket.radius,
            minimum=ticket.minimum,
            policy=ticket.policy,
            seconds=self._cost.seconds,
            memory_bytes=self._cost.memory_bytes,
            columns_path=incoming_path(ticket.history, ticket.identity),
        )
