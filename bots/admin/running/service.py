"""Gives orders to game servers, and puts on record how they ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bots.admin.domain import BOT
from bots.admin.running import queries
from bots.admin.running.domain import RunLine, result_of
from bots.admin.service import choose_servers, entry_of
from shared.cache import Wakeups
from shared.cache.keys import COMMANDS_QUEUED
from shared.clock import Clock
from shared.db import Database
from shared.domain.permissions import Actor
from shared.store.audit import add_audit, set_audit_result
from shared.store.commands import NewCommand, add_command
from shared.store.servers import GameServer

# Who orders something watches; an order that runs much later than that would surprise everybody.
_EXPIRES = timedelta(minutes=2)
_SETTLED_AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to run on a server, or on all where the key is ``None``. ``secret`` is not to be read by anybody."""

    action: str
    server_key: str | None
    command_for: Callable[[GameServer], str]
    reason: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)
    secret: str = ""


class Runs:
    """Orders, from being given to being on record."""

    def __init__(self, db: Database, wakeups: Wakeups, clock: Clock) -> None:
        self._db = db
        self._wakeups = wakeups
        self._clock = clock

    async def give(self, actor: Actor, order: Order) -> int:
        """Queue an order, put it on record, and return its number. The caller has checked who asks."""
        now = self._clock.now()
        async with self._db.transaction() as conn:
            servers = await choose_servers(conn, actor.guild_id, order.server_key)
            entry = entry_of(
                actor,
                now,
                order.action,
                target=order.server_key or "all servers",
                reason=order.reason,
                arguments=order.arguments,
            )
            audit_id = await add_audit(conn, entry)
            await queries.add_run(conn, audit_id, actor.guild_id, order.secret)
            for server in servers:
                new = NewCommand(
                    server_id=server.id,
                    dedupe_key=f"{BOT}:run:{audit_id}:{server.id}",
                    command=order.command_for(server),
                    requested_by=f"{BOT}:{actor.member_id}",
                    expires_at=now + _EXPIRES,
                )
                command_id = await add_command(conn, new)
                assert command_id is not None  # the audit entry's number is new, so the key is
                await queries.add_run_command(conn, audit_id, server.id, command_id)
        await self._wakeups.send(COMMANDS_QUEUED)
        return audit_id

    async def lines(self, audit_ids: Sequence[int]) -> list[RunLine]:
        """Return how far orders have come."""
        async with self._db.connection() as conn:
            return await queries.list_lines(conn, audit_ids)

    async def settle(self) -> None:
        """Put on record how orders ended, also those given before a restart of this bot."""
        async with self._db.transaction() as conn:
            over = await queries.lock_over(conn, limit=_SETTLED_AT_ONCE)
            lines = await queries.list_lines(conn, [run.audit_id for run in over])
            for run in over:
                own = [line for line in lines if line.audit_id == run.audit_id]
                await set_audit_result(conn, run.audit_id, result_of(own, run.secret))
                if run.secret:
                    await queries.set_command_hidden(conn, run.audit_id, run.secret)
                await queries.set_run_settled(conn, run.audit_id, self._clock.now())
