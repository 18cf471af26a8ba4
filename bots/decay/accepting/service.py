"""Which save is doubtful, and staff vouching for it."""

from __future__ import annotations

from dataclasses import dataclass

from bots.decay.domain import visible_line
from bots.decay.looking import sources_of
from bots.decay.recording import put_on_record
from shared.clock import Clock
from shared.db import Connection, Database
from shared.domain.permissions import Actor, Level, require
from shared.errors import InvalidInputError, NotFoundError
from shared.ids import SaveId
from shared.store.saves import NewestVerdict, SaveLevel, accept_save, list_newest_verdicts
from shared.store.server_by_id import get_server_by_id
from shared.store.servers import GameServer

REASON_LIMIT = 60
"""A button remembers the reason in its id, which has 100 characters; the rest of it takes 40 at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A server whose newest save is doubtful, and why somebody would accept it."""

    server: GameServer
    save_id: SaveId
    verdict: NewestVerdict
    reason: str


class AcceptingService:
    """Lets staff accept a doubtful save."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def doubt(self, actor: Actor, server_key: str, typed: str) -> Doubt:
        """Return the doubtful save of a server; the newest one, for the others are past."""
        require(actor, Level.STAFF)
        reason = _reason_of(typed)
        async with self._db.connection() as conn:
            (source,) = await sources_of(conn, actor.guild_id, server_key)
            found = await list_newest_verdicts(conn, actor.guild_id)
        verdict = next((one for one in found if one.server_id == source.server.id), None)
        if verdict is None:
            raise InvalidInputError("No save of this server has been read yet, so there is none to accept.")
        if verdict.level is SaveLevel.GOOD:
            raise InvalidInputError(
                "The newest save of this server is good and in use. There is nothing to accept."
            )
        if verdict.save_id is None:
            raise InvalidInputError(
                f"The newest save could not be read, so it cannot be accepted either: {verdict.reason} "
                "Wait for the next one, or put a backup in its place."
            )
        return Doubt(server=source.server, save_id=verdict.save_id, verdict=verdict, reason=reason)

    async def accept(self, actor: Actor, save_id: SaveId, reason: str) -> Doubt:
        """Vouch for a save, if it still is its server's newest and doubtful, and put that on record."""
        require(actor, Level.STAFF)
        now = self._clock.now()
        async with self._db.transaction() as conn:
            doubt = await _find_doubt(conn, actor, save_id, reason)
            by = f"{actor.name} ({actor.member_id})"
            if doubt is None or not await accept_save(conn, save_id, actor=by, at=now):
                raise NotFoundError(
                    f"Save {save_id} is not the newest one of its server any more, or somebody has accepted it. "
                    "/decay list shows how things are now."
                )
            await put_on_record(
                conn,
                actor,
                at=now,
                action="decay.accept",
                target=f"{doubt.server.key} save {save_id}",
                reason=reason,
                arguments={"verdict": doubt.verdict.level.value, "because": doubt.verdict.reason},
                result="accepted",
            )
        return doubt


def _reason_of(typed: str) -> str:
    reason = visible_line(typed)
    # Discord may count an emoji as two
    if not reason or len(reason.encode("utf-16-le", "surrogatepass")) // 2 > REASON_LIMIT:
        raise InvalidInputError(f"Give a reason of 1 to {REASON_LIMIT} characters; it goes on record.")
    return reason


async def _find_doubt(conn: Connection, actor: Actor, save_id: SaveId, reason: str) -> Doubt | None:
    for verdict in await list_newest_verdicts(conn, actor.guild_id):
        if verdict.save_id == save_id and verdict.level is not SaveLevel.GOOD:
            server = await get_server_by_id(conn, verdict.server_id)
            return Doubt(server=server, save_id=save_id, verdict=verdict, reason=reason)
    return None
