"""How the audit log looks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import discord

from bots.admin.auditing.domain import Deed, deed_in_words, result_in_words
from shared.discord_kit.cards import ago, card, cut, moment
from shared.domain.durations import in_words
from shared.domain.text import fold

# About ten ordinary entries; an entry with everything at its longest fits, too.
_PAGE = 2500


def audit_cards(deeds: Sequence[Deed], now: datetime, *, most: int) -> list[discord.Embed]:
    """Return the entries that were found, a few on a page."""
    if not deeds:
        text = "Nothing on record fits. Leave `action` and `who` out to see everything."
        return [card("Audit log", text, footer="Admin · from the audit log · now")]
    more = f" · the newest {most} are shown" if len(deeds) == most else ""
    footer = f"Admin · from the audit log · newest {in_words(now - deeds[0].at)} old{more}"
    pages = fold(map(_entry, deeds), _PAGE, separator="\n\n")
    return [card("Audit log", page, footer=footer) for page in pages]


def mirror_card(deed: Deed, *, is_conclusion: bool) -> discord.Embed:
    """Return an entry as the audit channel shows it, or how one ended that was shown before."""
    text = f"→ {result_in_words(deed)}"
    if not is_conclusion:
        text = f"{deed_in_words(deed)} {text}" if deed.result else deed_in_words(deed)
    # the number in the title is how the outbox knows the post again after a crash
    title = f"#{deed.id} · {'result' if is_conclusion else cut(deed.action, 60)}"
    embed = card(title, text, footer=f"Admin · from the audit log · {deed.reference}")
    embed.timestamp = deed.at
    return embed


def _entry(deed: Deed) -> str:
    return (
        f"{moment(deed.at)} ({ago(deed.at)}) {deed_in_words(deed)}\n"
        f"→ {result_in_words(deed)} · entry {deed.id} · `{deed.reference}`"
    )
