"""Names and histories of bases as cards."""

from __future__ import annotations

import discord

from bots.decay.base.domain import Happened, History, Named
from bots.decay.cards import ages, banners, called, footer
from shared.discord_kit.cards import Colour, ago, card, cut, moment, plain
from shared.discord_kit.pages import chunked
from shared.store.bases import BaseChange, BaseEventRow

# With the longest names a page still fits into a card.
_PAGE = 8
_TRIBE = 60

_SEEN_BY = "Your tribe and staff see it where they list bases; nobody else does."


def named_card(named: Named) -> discord.Embed:
    """Return what came of naming a base, and how to undo it."""
    base = named.base
    which = f"Base {base.id} of {plain(cut(base.tribe, _TRIBE))} on {plain(base.server.name)}"
    undo = "To undo this, give it that name again."
    if not base.name:
        text = f"{which} is not called {called(named.before)} any more. {undo}"
    elif named.before:
        text = f"{which} is called {called(base.name)} now, and no longer {called(named.before)}. {undo}\n{_SEEN_BY}"
    else:
        text = f"{which} is called {called(base.name)} now. {_SEEN_BY}\nTo undo this, run `/base name` without a name."
    return card(
        "Named" if base.name else "Name taken away", text, colour=Colour.GOOD, footer="Decay · on record"
    )


def history_cards(history: History) -> list[discord.Embed]:
    """Return what became of bases, the newest first, a page at a time."""
    title = "What became of your tribe's bases" if history.of_own else "What became of bases"
    warnings, told = banners(history.sources), ages(history.sources)
    lines = [event_line(one) for one in history.happened]
    if not lines:
        lines = ["Nothing is known yet: it takes two saves between which a base changed."]
    if history.has_more:
        lines.append(f"There is more than these {len(history.happened)}. Name a server or a base to see it.")
    return [
        card(
            title,
            "\n\n".join(part for part in ("\n".join(warnings), *page, "\n".join(told)) if part),
            colour=Colour.DOUBTFUL if warnings else Colour.INFO,
            footer=footer(history.sources, history.now),
        )
        for page in chunked(lines, _PAGE)
    ]


def event_line(happened: Happened) -> str:
    """Return what became of a base, by which save, and how long ago."""
    event = happened.event
    which = called(event.base_name) if event.base_name else f"**Base {event.base_id}**"
    tribe = plain(cut(event.tribe_name or f"Tribe {event.tribe_id}", _TRIBE))
    by = f"{ago(event.occurred_at)}, by save {event.save_id} of {moment(event.occurred_at)}"
    return f"{which} of {tribe} on {plain(happened.server.name)} {_what(event)}\n{by}"


def _what(event: BaseEventRow) -> str:
    before, after, shared = f"{event.before:,}", f"{event.after:,}", f"{event.shared:,}"
    match event.kind:
        case BaseChange.BORN:
            return f"was built: {after} structures"
        case BaseChange.GROWN:
            return f"grew from {before} to {after} structures"
        case BaseChange.SHRUNK:
            return f"shrank from {before} to {after} structures"
        case BaseChange.MERGED:
            return f"grew together with base {event.other_base_id}, which has {shared} of its {before} structures now"
        case BaseChange.SPLIT:
            return f"came off base {event.other_base_id}: {after} structures, {shared} of them from there"
        case BaseChange.ENDED:
            return f"is gone, with its {before} structures"
