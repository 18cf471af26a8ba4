"""Does what the rules say is next, in the transaction that notes that it was done."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bots.admin.domain import BOT, STALE
from bots.admin.restarting import queries
from bots.admin.restarting.domain import (
    SKEW,
    Announce,
    Await,
    CountAgain,
    Exit,
    Facts,
    Fail,
    Finish,
    Save,
    State,
    Step,
    announcement,
    next_step,
)
from bots.admin.restarting.queries import Restart, RestartOrder
from bots.admin.servers.service import broadcast_command
from shared.clock import Clock
from shared.db import Connection
from shared.store.commands import NewCommand, add_command, find_outcome
from shared.store.servers import GameServer
from shared.store.states import list_states

# An announcement that comes later than this would tell a wrong time.
_ANNOUNCE_WITHIN = timedelta(seconds=45)
# A large world takes minutes to be written; the server answers when it is.
_SAVE_WITHIN = timedelta(minutes=5)
_EXIT_WITHIN = timedelta(minutes=2)


class Stepper:
    """Takes one server's restart a step further."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def step(
        self, conn: Connection, order: RestartOrder, restart: Restart, server: GameServer | None
    ) -> bool:
        """Do what is next, and tell whether there was something."""
        if restart.state.is_over:
            return False
        if server is None:
            note = "The server was taken out of the community file."
            await queries.set_restart(conn, replace(restart, state=State.FAILED, note=note))
            return True
        step = next_step(await self._facts(conn, restart, server), self._clock.now())
        if step is None:
            return False
        await queries.set_restart(conn, await self._do(conn, order, restart, server, step))
        return True

    async def _facts(self, conn: Connection, restart: Restart, server: GameServer) -> Facts:
        states = await list_states(conn, server.guild_id)
        state = next((one for one in states if one.server_id == server.id), None)
        is_fresh = state is not None and self._clock.now() - state.observed_at <= STALE
        started_at = None
        if restart.exited_at is not None:
            started_at = await queries.find_started_at(conn, server.id, since=restart.exited_at - SKEW)
        return Facts(
            state=restart.state,
            due_at=restart.due_at,
            announced_minutes=restart.announced_minutes,
            exited_at=restart.exited_at,
            save=await find_outcome(conn, restart.save_command_id) if restart.save_command_id else None,
            exit=await find_outcome(conn, restart.exit_command_id) if restart.exit_command_id else None,
            is_up=state is not None and is_fresh and state.is_up,
            up_since=state.since if state is not None and state.is_up else None,
            seen_at=state.observed_at if state is not None else None,
            started_at=started_at,
        )

    async def _do(
        self, conn: Connection, order: RestartOrder, restart: Restart, server: GameServer, step: Step
    ) -> Restart:
        """Queue what the step needs, and return how the restart stands after it."""
        now, key = self._clock.now(), f"{restart.order_id}:{int(restart.due_at.timestamp())}"
        match step:
            case Announce(minutes=minutes):
                text = announcement(minutes, order.reason)
                await queue_broadcast(conn, server, text, key=f"{key}:{minutes}", now=now)
                return replace(restart, announced_minutes=minutes)
            case CountAgain(due_at=due_at):
                return replace(restart, due_at=due_at, announced_minutes=None)
            case Save():
                if restart.announced_minutes is None:
                    await queue_broadcast(
                        conn, server, announcement(0, order.reason), key=f"{key}:0", now=now
                    )
                save = await self._queue(conn, restart, server, "SaveWorld", _SAVE_WITHIN)
                return replace(restart, state=State.SAVING, save_command_id=save)
            case Exit():
                ended = await self._queue(conn, restart, server, "DoExit", _EXIT_WITHIN)
                return replace(restart, state=State.EXITING, exit_command_id=ended)
            case Await(note=note):
                assert restart.exit_command_id is not None  # set with the state
                exited_at = await queries.find_settled_at(conn, restart.exit_command_id)
                return replace(restart, state=State.RETURNING, exited_at=exited_at or now, note=note)
            case Finish(up_at=up_at):
                return replace(restart, state=State.DONE, up_at=up_at, note="")
            case Fail(note=note, tells_players=tells_players):
                if tells_players:
                    await queue_broadcast(conn, server, "The restart is off.", key=f"{key}:off", now=now)
                return replace(restart, state=State.FAILED, note=note)

    async def _queue(
        self, conn: Connection, restart: Restart, server: GameServer, command: str, within: timedelta
    ) -> int | None:
        new = NewCommand(
            server_id=server.id,
            dedupe_key=f"{BOT}:restart:{restart.order_id}:{server.id}:{command}",
            command=command,
            requested_by=BOT,
            expires_at=self._clock.now() + within,
        )
        return await add_command(conn, new)


async def queue_broadcast(
    conn: Connection, server: GameServer, text: str, *, key: str, now: datetime
) -> None:
    """Queue a text for every player's screen, once; it is dropped where it would come too late."""
    new = NewCommand(
        server_id=server.id,
        dedupe_key=f"{BOT}:restart:{server.id}:{key}",
        command=broadcast_command(server, text),
        requested_by=BOT,
        expires_at=now + _ANNOUNCE_WITHIN,
    )
    await add_command(conn, new)
