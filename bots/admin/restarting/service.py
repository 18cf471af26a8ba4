"""Orders restarts, stops or moves them, and takes each a step further when it is time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from bots.admin.domain import BOT
from bots.admin.restarting import queries
from bots.admin.restarting.domain import LONGEST_WAIT, MORE_TIME, State
from bots.admin.restarting.queries import Restart, RestartOrder
from bots.admin.restarting.steps import Stepper, queue_broadcast
from bots.admin.restarting.words import summary
from bots.admin.service import choose_servers, entry_of
from shared.cache import Wakeups
from shared.cache.keys import COMMANDS_QUEUED
from shared.clock import Clock
from shared.db import Connection, Database
from shared.domain.permissions import Actor, Level, require
from shared.errors import InvalidInputError, NotFoundError
from shared.ids import ChannelId, GuildId, MessageId, ServerId
from shared.store.audit import add_audit, set_audit_result
from shared.store.outbox import Post, add_post
from shared.store.servers import GameServer, list_servers

# A card that could not be changed at once is tried again for this long after the end.
_CARD_AFTER = timedelta(minutes=5)
_TOO_LATE_TO_STOP = "It is too late: the server has been told to exit."
_TOO_LATE_TO_MOVE = "It is too late to move this: the world is being saved. It may still be stopped."


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """An order, with its servers' ways and names."""

    order: RestartOrder
    restarts: tuple[Restart, ...]
    names: dict[ServerId, str]

    @property
    def is_over(self) -> bool:
        """Tell whether it has ended on every server."""
        return all(restart.state.is_over for restart in self.restarts)

    @property
    def can_stop(self) -> bool:
        """Tell whether a server is left that has not been told to exit."""
        return any(restart.state in {State.COUNTING, State.SAVING} for restart in self.restarts)


class Restarts:
    """Restarts, from the order to the server's return."""

    def __init__(self, db: Database, wakeups: Wakeups, clock: Clock) -> None:
        self._db = db
        self._wakeups = wakeups
        self._clock = clock
        self._stepper = Stepper(clock)

    async def order(
        self, actor: Actor, server_key: str | None, minutes: int, reason: str, channel_id: ChannelId
    ) -> OrderView:
        """Begin a restart of one server or of all.

        Raises
        ------
        InvalidInputError
            When one of them is being restarted already.
        """
        require(actor, Level.STAFF)
        now = self._clock.now()
        async with self._db.transaction() as conn:
            servers = await choose_servers(conn, actor.guild_id, server_key)
            entry = entry_of(
                actor,
                now,
                "server.restart",
                target=server_key or "all servers",
                reason=reason,
                arguments={"minutes": str(minutes)},
            )
            new = RestartOrder(
                id=0,
                guild_id=actor.guild_id,
                member_id=actor.member_id,
                member_name=actor.name,
                reason=reason,
                audit_id=await add_audit(conn, entry),
                ordered_at=now,
                channel_id=channel_id,
                message_id=None,
                shown="",
            )
            order_id = await queries.add_order(conn, new)
            for server in servers:
                if not await queries.add_restart(conn, order_id, server.id, now + timedelta(minutes=minutes)):
                    raise InvalidInputError(
                        f"{server.name} is being restarted already. Stop that restart first."
                    )
            return await self._view(conn, replace(new, id=order_id))

    async def recent_views(self) -> list[OrderView]:
        """Return the orders whose cards may have to be changed."""
        async with self._db.connection() as conn:
            order_ids = await queries.list_recent_orders(conn, ended_after=self._clock.now() - _CARD_AFTER)
            orders = [await queries.find_order(conn, order_id) for order_id in order_ids]
            return [await self._view(conn, order) for order in orders if order is not None]

    async def view(self, order_id: int) -> OrderView | None:
        """Return an order, also one that has ended."""
        async with self._db.connection() as conn:
            order = await queries.find_order(conn, order_id)
            return None if order is None else await self._view(conn, order)

    async def set_card(self, order_id: int, message_id: MessageId | None, shown: str) -> None:
        """Remember an order's card and what it shows."""
        async with self._db.transaction() as conn:
            await queries.set_card(conn, order_id, message_id, shown)

    async def abort(self, actor: Actor, order_id: int) -> OrderView:
        """Stop an order on every server that has not been told to exit.

        Raises
        ------
        InvalidInputError
            When it is too late.
        """
        return await self._change(actor, order_id, "server.restart.abort")

    async def postpone(self, actor: Actor, order_id: int) -> OrderView:
        """Give players ten minutes more on every server that is counting down.

        Raises
        ------
        InvalidInputError
            When it is too late, or the countdown would become too long.
        """
        return await self._change(actor, order_id, "server.restart.postpone")

    async def step(self) -> bool:
        """Take every restart as far as it can go now, and tell whether anything changed."""
        async with self._db.connection() as conn:
            order_ids = await queries.list_open_orders(conn)
        has_changed = False
        for order_id in order_ids:
            has_changed |= await self._step(order_id)
        if has_changed:
            await self._wakeups.send(COMMANDS_QUEUED)
        return has_changed

    async def _step(self, order_id: int) -> bool:
        async with self._db.transaction() as conn:
            order = await queries.lock_order(conn, order_id)
            if order is None:
                return False
            before = await self._view(conn, order)
            servers = {server.id: server for server in await list_servers(conn, order.guild_id)}
            has_changed = False
            for restart in before.restarts:
                has_changed |= await self._stepper.step(conn, order, restart, servers.get(restart.server_id))
            after = await self._view(conn, order)
            if after.is_over:
                await self._end(conn, after)
        return has_changed or after.is_over

    async def _end(self, conn: Connection, view: OrderView) -> None:
        """Put the outcome on record, and say it once where the restart was ordered."""
        text = summary(view.restarts, view.names)
        await set_audit_result(conn, view.order.audit_id, text[:1000])
        post = Post(
            guild_id=view.order.guild_id,
            bot=BOT,
            channel_id=view.order.channel_id,
            dedupe_key=f"{BOT}:restart:{view.order.id}:summary",
            content=f"Restart ordered by <@{view.order.member_id}> has ended.\n{text}",
        )
        await add_post(conn, post)
        await queries.set_ended(conn, view.order.id, self._clock.now())

    async def _change(self, actor: Actor, order_id: int, action: str) -> OrderView:
        require(actor, Level.STAFF)
        now, is_abort = self._clock.now(), action.endswith("abort")
        async with self._db.transaction() as conn:
            order = await queries.lock_order(conn, order_id)
            if order is None or order.guild_id != actor.guild_id:
                raise NotFoundError("This restart has ended. Nothing is left to stop.")
            view = await self._view(conn, order)
            states = {State.COUNTING, State.SAVING} if is_abort else {State.COUNTING}
            open_ones = [restart for restart in view.restarts if restart.state in states]
            if not open_ones:
                raise InvalidInputError(_TOO_LATE_TO_STOP if is_abort else _TOO_LATE_TO_MOVE)
            servers = {server.id: server for server in await list_servers(conn, order.guild_id)}
            for restart in open_ones:
                server = servers.get(restart.server_id)
                await (self._stop(conn, actor, restart, server) if is_abort else self._move(conn, restart))
            names = ", ".join(view.names[restart.server_id] for restart in open_ones)
            await add_audit(
                conn, entry_of(actor, now, action, target=names, reason=order.reason, result="done")
            )
            changed = await self._view(conn, order)
        await self._wakeups.send(COMMANDS_QUEUED)
        return changed

    async def _stop(
        self, conn: Connection, actor: Actor, restart: Restart, server: GameServer | None
    ) -> None:
        note = f"Stopped by {actor.name}."
        await queries.set_restart(conn, replace(restart, state=State.ABORTED, note=note))
        if server is not None and restart.announced_minutes is not None:
            key = f"{restart.order_id}:aborted"
            await queue_broadcast(conn, server, "The restart is off.", key=key, now=self._clock.now())

    async def _move(self, conn: Connection, restart: Restart) -> None:
        due_at = restart.due_at + MORE_TIME
        if due_at - self._clock.now() > LONGEST_WAIT:
            raise InvalidInputError(
                "A restart can be moved at most three hours ahead. Stop it and order it later."
            )
        # told anew from here on
        await queries.set_restart(conn, replace(restart, due_at=due_at, announced_minutes=None))

    async def _view(self, conn: Connection, order: RestartOrder) -> OrderView:
        restarts = await queries.list_restarts(conn, [order.id])
        return OrderView(
            order=order, restarts=tuple(restarts), names=await _names(conn, order.guild_id, restarts)
        )


async def _names(conn: Connection, guild_id: GuildId, restarts: list[Restart]) -> dict[ServerId, str]:
    known = {server.id: server.name for server in await list_servers(conn, guild_id)}
    return {restart.server_id: known.get(restart.server_id, "a removed server") for restart in restarts}
