"""Decay and bases as cards. Each says which save it speaks of, and how old that is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import discord

from bots.decay.domain import Report, SeenBase, Source, Watch
from shared.discord_kit.cards import Colour, ago, card, cut, moment, plain
from shared.discord_kit.pages import chunked
from shared.domain.durations import in_words
from shared.domain.text import for_discord

# With the longest names and explanations a page still fits into a card.
_PAGE = 6
_REASON, _EXPLANATION, _TRIBE, _NAME = 160, 160, 60, 120
# A community may have a hundred servers; what is wrong comes first, and the rest is counted.
_SOURCES = 8

_NO_SAVE = (
    "No save has been read yet. Helena reads one as soon as a server writes its world: run `/server save`, "
    "or look whether `save_path` in the community file names the folder of its saves."
)


def decay_cards(report: Report, within: str) -> list[discord.Embed]:
    """Return what decays, the most urgent first, a page at a time."""
    empty = f"Nothing decays within {plain(within)}, by the saves below."
    return _cards("Decay, the most urgent first", report, decay_line, empty)


def base_cards(report: Report, tribe: str | None) -> list[discord.Embed]:
    """Return bases, the largest first, a page at a time."""
    if tribe is None:
        empty = "These saves hold no bases."
    else:
        empty = f"No tribe called {plain(tribe)} has a base there. Pick one from the list that appears while you type."
    return _cards("Bases, the largest first", report, base_line, empty)


def watch_card(watch: Watch) -> discord.Embed:
    """Return the panel. It reads the same as long as nothing changes, so that nothing is edited: times tick by themselves."""
    lines = banners(watch.sources)
    if all(source.save is None for source in watch.sources):
        return card("Decay watch", _NO_SAVE, colour=Colour.DOUBTFUL, footer="Decay · no save yet")
    if watch.overdue:
        lines.append(f"**Overdue: {watch.overdue_count}**")
        lines += [_short_line(base) for base in watch.overdue]
    if watch.upcoming:
        lines += ["", "**Next**"] if lines else ["**Next**"]
        lines += [_short_line(base) for base in watch.upcoming]
    if not watch.overdue and not watch.upcoming:
        lines.append("Nothing decays in these saves.")
    lines += ["", *ages(watch.sources)]
    has_trouble = bool(watch.overdue) or bool(banners(watch.sources))
    return card(
        "Decay watch",
        "\n".join(lines),
        colour=Colour.DOUBTFUL if has_trouble else Colour.INFO,
        footer="Decay · from the servers' saves · /decay list tells more",
    )


def decay_line(base: SeenBase, report: Report) -> str:
    """Return a base with when it decays, and why then."""
    assert base.first_decay_at is not None  # only such bases are in a list of decay
    if base.is_overdue(report.now):
        when = f"⚠️ overdue since {ago(base.first_decay_at)}, if nobody came after the save"
    else:
        when = f"{ago(base.first_decay_at)} ({moment(base.first_decay_at)})"
    explanation = f"\n{plain(cut(base.explanation, _EXPLANATION))}" if base.explanation else ""
    return f"{_heading(base)}\n{when}{explanation}{_place(base)}"


def base_line(base: SeenBase, report: Report) -> str:
    """Return a base with its size and when it begins to decay."""
    decay = "no decay known" if base.first_decay_at is None else f"decays {ago(base.first_decay_at)}"
    mark = "⚠️ overdue: " if base.is_overdue(report.now) else ""
    return f"{_heading(base)}\n{mark}{decay}{_place(base)}"


def banners(sources: Iterable[Source]) -> list[str]:
    """Return a warning for each server whose newest save cannot be used, or is not to be relied on yet."""
    return _bounded([line for source in sources if (line := _banner(source))])


def _banner(source: Source) -> str:
    name, save, refusal = plain(source.server.name), source.save, source.refusal
    if refusal is not None:
        reason = for_discord(refusal.reason, limit=_REASON)
        if save is None:
            return f"⚠️ **{name}**: its save of {moment(refusal.refused_at)} cannot be used: {reason}"
        return (
            f"⚠️ **{name}**: showing the last good save of {moment(save.saved_at)}, "
            f"because newer ones were refused, the first {ago(refusal.since_at)}: {reason}"
        )
    if save is not None and not save.feeds:
        reason = for_discord(save.reason, limit=_REASON)
        return f"⚠️ **{name}**: nobody is warned by its save of {moment(save.saved_at)} until the next one agrees: {reason}"
    return ""


def ages(sources: Sequence[Source]) -> list[str]:
    """Return for each server which save is in use; those without one first."""
    missing = [f"{plain(source.server.name)}: no save yet" for source in sources if source.save is None]
    known = [
        f"{plain(source.server.name)}: save {ago(source.save.saved_at)}"
        for source in sources
        if source.save is not None
    ]
    return _bounded(missing + known)


def footer(sources: Iterable[Source], now: datetime) -> str:
    """Return how old the saves are that an answer comes from."""
    found = sorted(now - source.save.saved_at for source in sources if source.save is not None)
    if not found:
        return "Decay · no save yet"
    newest, oldest = in_words(found[0]), in_words(found[-1])
    if len(found) == 1 or newest == oldest:
        return f"Decay · save {oldest} old"
    return f"Decay · saves {newest} to {oldest} old"


def _cards(
    title: str, report: Report, line: Callable[[SeenBase, Report], str], empty: str
) -> list[discord.Embed]:
    warnings, foot = banners(report.sources), footer(report.sources, report.now)
    colour = Colour.DOUBTFUL if warnings else Colour.INFO
    if all(source.save is None for source in report.sources):
        return [card(title, "\n".join([*warnings, _NO_SAVE]), colour=Colour.DOUBTFUL, footer=foot)]
    told = ages(report.sources)
    if not report.bases:
        return [card(title, "\n".join([*warnings, empty, "", *told]), colour=colour, footer=foot)]
    lines = [line(base, report) for base in report.bases]
    if report.has_more:
        lines.append(f"There are more than these {len(report.bases)}. Name a server or a tribe to see them.")
    return [
        card(
            title,
            "\n\n".join(["\n".join(warnings), *page, "\n".join(told)]).strip(),
            colour=colour,
            footer=foot,
        )
        for page in chunked(lines, _PAGE)
    ]


def _heading(base: SeenBase) -> str:
    counted = sorted(base.tiers.items(), key=lambda tier: (-tier[1], tier[0]))
    tiers = ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in counted if number)
    details = f" ({plain(tiers)})" if tiers else ""
    name = f"{called(base.name)}, " if base.name else ""
    return f"{name}**{_tribe(base)}** on {plain(base.server.name)}: {base.structures:,} structures{details}"


def _short_line(base: SeenBase) -> str:
    assert base.first_decay_at is not None  # only such bases are watched
    when = ago(base.first_decay_at)
    return f"{when} **{_tribe(base)}** on {plain(base.server.name)}, {base.structures:,} structures"


def called(name: str) -> str:
    """Return how a tribe calls its base; it is as hostile as any text of theirs."""
    return f"**“{for_discord(name, limit=_NAME)}”**"


def _tribe(base: SeenBase) -> str:
    return plain(cut(base.tribe, _TRIBE))


def _place(base: SeenBase) -> str:
    """Return where a base is, for those who were given its place."""
    place = base.place
    if place is None:
        return ""
    if place.latitude is None or place.longitude is None:
        return f"\n📍 x {place.x:.0f}, y {place.y:.0f} (this map's coordinates are not known)"
    return f"\n📍 lat {place.latitude:.1f}, lon {place.longitude:.1f}"


def _bounded(lines: list[str]) -> list[str]:
    more = len(lines) - _SOURCES
    return lines if more <= 0 else [*lines[:_SOURCES], f"… and {more} more servers"]
