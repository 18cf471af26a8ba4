"""Ends disputes: by time, by staff, or because the holder let go."""

from __future__ import annotations

from datetime import datetime

from bots.admin.linking.disputes import queries
from bots.admin.linking.disputes.domain import Dispute, DisputeState, after_waiting, decided, given_up
from bots.admin.linking.queries import add_notice
from bots.admin.service import entry_of
from shared.clock import Clock
from shared.db import Connection, Database
from shared.domain.permissions import Actor, Level, require
from shared.domain.text import for_discord
from shared.errors import InvalidInputError
from shared.ids import GuildId
from shared.store.audit import AuditEntry, add_audit
from shared.store.links import LinkProof, move_link

_SHOWN = 25


class Disputes:
    """Disputes of all communities."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def open_ones(self, actor: Actor) -> list[Dispute]:
        """Return the disputes that are not over; staff only, and on record."""
        require(actor, Level.STAFF)
        async with self._db.transaction() as conn:
            await add_audit(conn, entry_of(actor, self._clock.now(), "links.disputes", result="shown"))
            return await queries.list_disputes(conn, actor.guild_id, limit=_SHOWN)

    async def decide(self, actor: Actor, number: int, *, moves: bool, reason: str) -> Dispute:
        """Decide a dispute as staff, for good.

        Raises
        ------
        InvalidInputError
            When it is over, or about oneself.
        """
        require(actor, Level.STAFF)
        now = self._clock.now()
        async with self._db.transaction() as conn:
            dispute = await queries.lock_dispute(conn, actor.guild_id, number)
            if dispute.is_over:
                raise InvalidInputError(f"Dispute {number} is over: {dispute.state}. Nothing was changed.")
            if actor.member_id in {dispute.holder_id, dispute.claimant_id}:
                raise InvalidInputError(
                    "You are a side in this dispute. Let somebody else of the staff decide it."
                )
            ended = decided(dispute, moves=moves, reason=reason)
            await _end(conn, ended, LinkProof.STAFF, now)
            entry = entry_of(
                actor,
                now,
                "links.decide",
                target=dispute.name,
                reason=reason,
                arguments=_arguments(dispute),
                result=ended.state.value,
            )
            await add_audit(conn, entry)
        return ended

    async def step(self) -> None:
        """End the disputes that time has settled."""
        now = self._clock.now()
        async with self._db.transaction() as conn:
            for dispute in await queries.lock_waiting(conn):
                ended = after_waiting(dispute, now)
                if ended.is_over:
                    await _end(conn, ended, LinkProof.SAVE, now)
                    await add_audit(conn, _entry(ended, now))


async def give_up(conn: Connection, guild_id: GuildId, player: str, *, now: datetime) -> None:
    """End the dispute about a player whose holder was untied, if there is one."""
    dispute = await queries.lock_dispute_about(conn, guild_id, player)
    if dispute is not None:
        ended = given_up(dispute)
        await _end(conn, ended, LinkProof.STAFF, now)
        await add_audit(conn, _entry(ended, now))


async def _end(conn: Connection, dispute: Dispute, proof: LinkProof, now: datetime) -> None:
    await queries.set_dispute(conn, dispute, now=now)
    if dispute.state is DisputeState.MOVED:
        await move_link(
            conn,
            dispute.guild_id,
            dispute.player,
            holder=dispute.holder_id,
            to=dispute.claimant_id,
            proof=proof,
            at=now,
        )
    who = for_discord(dispute.name, limit=100)
    mine, theirs = f"**{who}** is tied to you.", f"**{who}** is tied to the other member."
    texts = {
        DisputeState.KEPT: (mine, theirs),
        DisputeState.MOVED: (theirs, mine),
        DisputeState.LAPSED: (
            f"Nothing changes for **{who}**.",
            f"Nobody decided. `/link` proves **{who}** anew.",
        ),
    }[dispute.state]
    for member_id, text in zip((dispute.holder_id, dispute.claimant_id), texts, strict=True):
        title = f"Dispute {dispute.id} is over"
        await add_notice(
            conn,
            member_id,
            title,
            f"{text} Why: {for_discord(dispute.reason, limit=300)}.",
            is_good=text == mine,
        )


def _entry(dispute: Dispute, now: datetime) -> AuditEntry:
    return AuditEntry(
        guild_id=dispute.guild_id,
        at=now,
        actor_id=dispute.claimant_id,
        actor_name=dispute.claimant_name,
        action="links.dispute",
        target=dispute.name,
        arguments=_arguments(dispute),
        result=f"{dispute.state.value}: {dispute.reason}",
        reference=f"DISPUTE{dispute.id}",
    )


def _arguments(dispute: Dispute) -> dict[str, str]:
    return {
        "dispute": str(dispute.id),
        "player": dispute.player,
        "holder": str(dispute.holder_id),
        "claimant": str(dispute.claimant_id),
    }
