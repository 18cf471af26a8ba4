"""How disputes look."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bots.admin.linking.disputes.domain import Dispute, DisputeState
from shared.discord_kit.cards import Colour, ago, card, plain

_FOOTER = "Admin · now"


def disputes_card(disputes: Sequence[Dispute]) -> discord.Embed:
    """Return the disputes that are not over."""
    if not disputes:
        return card("Disputes", "None is open.", colour=Colour.GOOD, footer=_FOOTER)
    return card("Disputes", "\n\n".join(map(_dispute, disputes)), colour=Colour.DOUBTFUL, footer=_FOOTER)


def decided_card(dispute: Dispute) -> discord.Embed:
    """Return how staff decided."""
    whose = dispute.claimant_id if dispute.state is DisputeState.MOVED else dispute.holder_id
    text = f"**{plain(dispute.name)}** belongs to <@{whose}>. Both have been told, and this is on record."
    return card(f"Dispute {dispute.id} is over", text, colour=Colour.GOOD, footer=_FOOTER)


def _dispute(dispute: Dispute) -> str:
    fresh = [
        f"{who} proved it afresh {ago(at)}"
        for who, at in (
            ("the holder", dispute.holder_proved_at),
            ("the claimant", dispute.claimant_proved_at),
        )
        if at is not None
    ]
    return (
        f"**{dispute.id}** · **{plain(dispute.name)}** `{dispute.player}` · {dispute.state} · {ago(dispute.opened_at)}\n"
        f"held by <@{dispute.holder_id}>, claimed by <@{dispute.claimant_id}>"
        f"{'; ' + '; '.join(fresh) if fresh else '; nobody has proved it afresh'}"
    )
