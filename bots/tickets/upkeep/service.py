"""What the bot itself notes about tickets: threads made and lost, who is in them, what is shown."""

from __future__ import annotations

from bots.tickets import domain
from bots.tickets.domain import Ticket
from bots.tickets.queries import (
    Person,
    Presence,
    find_ticket_id,
    get_ticket,
    list_behind,
    list_people,
    list_with_threads,
    lock_ticket,
    set_everybody_to_add,
    set_presence,
    set_put_away,
    set_shown,
    set_thread_asked,
    set_ticket,
)
from shared.clock import Clock
from shared.db import Connection, Database
from shared.ids import ChannelId, GuildId, MemberId, TicketId
from shared.logs import current_reference
from shared.store.audit import AuditEntry, add_audit
from shared.store.servers import Purpose, find_route, list_communities


class UpkeepService:
    """The rows behind the threads."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def get(self, ticket_id: TicketId) -> Ticket:
        """Return a ticket as it is at this moment."""
        async with self._db.connection() as conn:
            return await get_ticket(conn, ticket_id)

    async def behind(self) -> list[TicketId]:
        """Return the tickets of which Discord does not show the latest."""
        async with self._db.connection() as conn:
            return await list_behind(conn)

    async def with_threads(self) -> list[tuple[TicketId, ChannelId]]:
        """Return the open tickets that have a thread, and the thread."""
        async with self._db.connection() as conn:
            return await list_with_threads(conn)

    async def people(self, ticket_id: TicketId) -> list[Person]:
        """Return who is, or is about to be, in a ticket."""
        async with self._db.connection() as conn:
            return await list_people(conn, ticket_id)

    async def route(self, guild_id: GuildId, purpose: Purpose) -> ChannelId | None:
        """Return where a class of posts goes."""
        async with self._db.connection() as conn:
            return await find_route(conn, guild_id, purpose)

    async def panel_places(self) -> list[tuple[GuildId, ChannelId]]:
        """Return which communities have a panel, and in which channel."""
        async with self._db.connection() as conn:
            found = [
                (guild_id, await find_route(conn, guild_id, Purpose.TICKETS))
                for guild_id in await list_communities(conn)
            ]
        return [(guild_id, channel_id) for guild_id, channel_id in found if channel_id is not None]

    async def thread_asked(self, ticket_id: TicketId) -> bool:
        """Note that Discord is about to be asked for a thread, and tell whether it was asked before."""
        async with self._db.transaction() as conn:
            return await set_thread_asked(conn, ticket_id, self._clock.now())

    async def thread_made(self, ticket_id: TicketId, thread_id: ChannelId) -> Ticket:
        """Note a ticket's thread."""
        async with self._db.transaction() as conn:
            ticket = domain.made(await lock_ticket(conn, ticket_id), thread_id)
            await set_ticket(conn, ticket)
        return ticket

    async def thread_lost(self, ticket_id: TicketId, bot_id: MemberId, thread_id: ChannelId) -> Ticket:
        """Close a ticket whose thread was deleted by hand; what was said in it is kept."""
        async with self._db.transaction() as conn:
            before = await lock_ticket(conn, ticket_id)
            if before.thread_id != thread_id:
                return before
            ticket = domain.lost_thread(before, self._clock.now())
            await set_ticket(conn, ticket)
            await set_everybody_to_add(conn, ticket_id)
            if before.is_open:
                await self._audit_lost(conn, ticket, bot_id)
        return ticket

    async def ticket_of(self, thread_id: ChannelId) -> TicketId | None:
        """Return the ticket of a thread."""
        async with self._db.connection() as conn:
            return await find_ticket_id(conn, thread_id)

    async def set_presence(
        self, ticket_id: TicketId, member_id: MemberId, state: Presence, *, was: Presence
    ) -> None:
        """Note that somebody is in a thread now, or no longer."""
        async with self._db.transaction() as conn:
            await set_presence(conn, ticket_id, member_id, state, was=was)

    async def set_shown(self, ticket: Ticket) -> None:
        """Note that Discord shows this version of a ticket."""
        async with self._db.transaction() as conn:
            await set_shown(conn, ticket.id, ticket.version)

    async def set_put_away(self, ticket: Ticket) -> None:
        """Note that a closed ticket's thread was read to its end and locked."""
        async with self._db.transaction() as conn:
            await set_put_away(conn, ticket.id, ticket.closings)

    async def _audit_lost(self, conn: Connection, ticket: Ticket, bot_id: MemberId) -> None:
        assert ticket.closing is not None  # lost_thread closes what was open
        entry = AuditEntry(
            guild_id=ticket.guild_id,
            at=ticket.closing.at,
            actor_id=bot_id,
            actor_name=ticket.closing.name,
            action="ticket.close",
            target=f"#{ticket.number}",
            reason=ticket.closing.reason,
            result=ticket.state.value,
            reference=current_reference(),
        )
        await add_audit(conn, entry)
