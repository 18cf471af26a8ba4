"""Runs what an owner types, after a question where it is dangerous."""

from __future__ import annotations

from dataclasses import dataclass

from bots.admin.console import queries
from bots.admin.console.domain import CONFIRM_WITHIN, find_secret, is_dangerous, read_command
from bots.admin.console.queries import PendingCommand
from bots.admin.running.domain import hide
from bots.admin.running.service import Order, Runs
from bots.admin.service import choose_servers, entry_of
from shared.clock import Clock
from shared.db import Database
from shared.domain.permissions import Actor, Level, require
from shared.errors import NotFoundError
from shared.runtime.resources import Resources
from shared.store.audit import add_audit


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A dangerous command to confirm; its text shows no secret."""

    pending_id: int
    servers: tuple[str, ...]
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A command on its way; its text shows no secret."""

    audit_id: int
    command: str
    secret: str


class Console:
    """The console of game servers, for owners."""

    def __init__(self, db: Database, runs: Runs, clock: Clock) -> None:
        self._db = db
        self._runs = runs
        self._clock = clock

    async def ask(self, actor: Actor, server_key: str | None, text: str, reason: str) -> Question | Started:
        """Run a command, or return the question that comes before a dangerous one."""
        require(actor, Level.OWNER)
        command = read_command(text)
        pending = PendingCommand(
            guild_id=actor.guild_id,
            member_id=actor.member_id,
            server_key=server_key,
            command=command,
            reason=reason,
            asked_at=self._clock.now(),
        )
        if not is_dangerous(command):
            return await self._run(actor, pending)
        async with self._db.transaction() as conn:
            await queries.remove_old_pending(conn, before=self._clock.now() - CONFIRM_WITHIN)
            servers = await choose_servers(conn, actor.guild_id, server_key)
            pending_id = await queries.add_pending(conn, pending)
        names = tuple(server.name for server in servers)
        return Question(pending_id=pending_id, servers=names, command=hide(command, find_secret(command)))

    async def confirm(self, actor: Actor, pending_id: int) -> Started:
        """Run a command that was asked about, once.

        Raises
        ------
        NotFoundError
            When it was settled before, is somebody else's, or was asked about too long ago.
        """
        require(actor, Level.OWNER)
        return await self._run(actor, await self._take(actor, pending_id))

    async def cancel(self, actor: Actor, pending_id: int) -> None:
        """Forget a command that was asked about; that it was nearly run stays on record."""
        require(actor, Level.OWNER)
        pending = await self._take(actor, pending_id)
        command = hide(pending.command, find_secret(pending.command))
        async with self._db.transaction() as conn:
            entry = entry_of(
                actor,
                self._clock.now(),
                "rcon",
                target=pending.server_key or "all servers",
                reason=pending.reason,
                arguments={"command": command},
                result="cancelled before it was sent",
            )
            await add_audit(conn, entry)

    async def _take(self, actor: Actor, pending_id: int) -> PendingCommand:
        async with self._db.transaction() as conn:
            pending = await queries.remove_pending(conn, pending_id, actor.guild_id, actor.member_id)
        if pending is None or pending.asked_at + CONFIRM_WITHIN < self._clock.now():
            raise NotFoundError(
                "This question is no longer open: it was answered, is somebody else's, or is older than 5 minutes. "
                "Nothing was sent. Run /rcon again."
            )
        return pending

    async def _run(self, actor: Actor, pending: PendingCommand) -> Started:
        secret = find_secret(pending.command)
        command = hide(pending.command, secret)
        order = Order(
            action="rcon",
            server_key=pending.server_key,
            command_for=lambda _: pending.command,
            reason=pending.reason,
            arguments={"command": command},
            secret=secret,
        )
        audit_id = await self._runs.give(actor, order)
        return Started(audit_id=audit_id, command=command, secret=secret)


def console_of(resources: Resources) -> Console:
    """Return the console of a process."""
    runs = Runs(resources.db, resources.wakeups, resources.clock)
    return Console(resources.db, runs, resources.clock)
