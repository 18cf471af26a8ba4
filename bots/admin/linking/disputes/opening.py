"""How proofs open disputes and move them on, in the transaction of the proof."""

from __future__ import annotations

from datetime import datetime

from bots.admin.linking.disputes.domain import Dispute, with_proof
from bots.admin.linking.disputes.queries import add_dispute, lock_dispute_about, set_dispute
from bots.admin.linking.domain import Code
from bots.admin.linking.queries import add_notice
from shared.db import Connection
from shared.domain.text import for_discord
from shared.ids import MemberId
from shared.store.links import Link


async def add_claim(
    conn: Connection, code: Code, link: Link, *, holder: MemberId, now: datetime
) -> int | None:
    """Put a proof about somebody else's player into a dispute, and return its number."""
    new = Dispute(
        id=0,
        guild_id=code.guild_id,
        player=link.player,
        name=link.name,
        holder_id=holder,
        claimant_id=code.member_id,
        claimant_name=code.member_name,
        opened_at=now,
    )
    number = await add_dispute(conn, new)
    if number is None:
        return await note_proof(conn, code, link.player, now=now)
    how = "Prove it once more with `/link` and a new code; if only one of you does, the player is theirs two days later."
    who = for_discord(link.name, limit=100)
    texts = {
        holder: f"Another member has proved to be **{who}**, who is tied to you and stays so for now. {how} "
        "If it is not yours, `/unlink` it.",
        code.member_id: f"**{who}** is tied to another member, and stays so for now. {how} Staff have been told.",
    }
    for member_id, text in texts.items():
        await add_notice(conn, member_id, f"Dispute {number}", text, is_good=False)
    return number


async def note_proof(conn: Connection, code: Code, player: str, *, now: datetime) -> int | None:
    """Count a proof in the dispute about a player, if there is one, and return its number."""
    dispute = await lock_dispute_about(conn, code.guild_id, player)
    if dispute is None:
        return None
    changed = with_proof(dispute, code.member_id, asked_at=code.made_at, now=now)
    if changed != dispute:
        await set_dispute(conn, changed, now=now)
    return dispute.id
