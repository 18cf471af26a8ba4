"""Status, save and broadcast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bots.admin.running.service import Order, Runs
from bots.admin.service import choose_servers
from shared.clock import Clock
from shared.db import Database
from shared.domain.permissions import Actor, Level, require
from shared.domain.text import for_game
from shared.errors import InvalidInputError
from shared.store.backlog import WaitingCommands, list_waiting_commands
from shared.store.saves import Refusal, SaveRow, list_current_saves, list_refusals
from shared.store.servers import GameServer
from shared.store.states import ServerState, list_states

# Longer broadcasts do not fit on the players' screens.
_BROADCAST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerReport:
    """All that is known of a server; what only staff may know is left out for others."""

    server: GameServer
    state: ServerState | None
    save: SaveRow | None
    refusal: Refusal | None
    waiting: WaitingCommands | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """Servers at one moment."""

    servers: tuple[ServerReport, ...]
    at: datetime
    for_staff: bool


class ServersService:
    """Looks at servers, and orders what does no harm."""

    def __init__(self, db: Database, runs: Runs, clock: Clock) -> None:
        self._db = db
        self._runs = runs
        self._clock = clock

    async def status(self, actor: Actor, server_key: str | None) -> Reports:
        """Return what is known of one server or of all."""
        guild_id = actor.guild_id
        async with self._db.connection() as conn:
            servers = await choose_servers(conn, guild_id, server_key)
            states = {state.server_id: state for state in await list_states(conn, guild_id)}
            saves = {save.server_id: save for save in await list_current_saves(conn, guild_id)}
            refusals = {refusal.server_id: refusal for refusal in await list_refusals(conn, guild_id)}
            waiting = {one.server_id: one for one in await list_waiting_commands(conn, guild_id)}
        return Reports(
            servers=tuple(
                ServerReport(
                    server=server,
                    state=states.get(server.id),
                    save=saves.get(server.id),
                    refusal=refusals.get(server.id),
                    waiting=waiting.get(server.id),
                )
                for server in servers
            ),
            at=self._clock.now(),
            for_staff=actor.level >= Level.STAFF,
        )

    async def save(self, actor: Actor, server_key: str | None) -> int:
        """Have the world written, and return the order's number."""
        require(actor, Level.STAFF)
        order = Order(action="server.save", server_key=server_key, command_for=lambda _: "SaveWorld")
        return await self._runs.give(actor, order)

    async def broadcast(self, actor: Actor, server_key: str | None, text: str) -> int:
        """Show a text on every player's screen, and return the order's number."""
        require(actor, Level.STAFF)
        if not for_game(text, limit=_BROADCAST):
            raise InvalidInputError(
                "There is nothing in this text that the game could show. Write some words."
            )
        order = Order(
            action="server.broadcast",
            server_key=server_key,
            command_for=lambda server: broadcast_command(server, text),
            arguments={"text": text},
        )
        return await self._runs.give(actor, order)


def broadcast_command(server: GameServer, text: str) -> str:
    """Return the command that shows a text on every player's screen."""
    return f"Broadcast {for_game(text, limit=_BROADCAST, ascii_only=server.is_ascii_only)}"
