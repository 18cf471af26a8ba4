"""``decay-tiers.md``: how long structures last, from the tables that the parser uses."""

from __future__ import annotations

import tomllib
from importlib import resources

from docs.generator.markdown import code, page, sentences, table
from parser_service.decay.categories import PERIODS
from shared.saves.classes import ClassKind, display_name, table_info


def decay_tiers_page() -> str:
    """Return the page."""
    about = (
        "How long a structure lasts after the last time that an ally was near, at official rates. "
        "The server's multiplier (`decay.multiplier` in the community file) multiplies it. "
        "[How decay is computed](../explanation/decay.md) says what else counts. "
        "A structure belongs to a tier by the table of classes, and by the name of its class where the table does not have it. "
        "A structure of which no period is known is given the longest of all, so that nothing is called decayed on a guess."
    )
    rows = [
        (period.label, code(category.value), f"{period.days:g}", period.source)
        for category, period in PERIODS.items()
    ]
    return page(
        "Decay tiers",
        sentences(about),
        table(["tier", "in the API", "days", "known from"], rows),
        "## Classes with figures of their own",
        sentences("Of these, a page has the days or the slots of the very class."),
        table(["structure", "class", "days", "slots", "known from"], _figures()),
        "## The table of classes",
        _about_table(),
        table(["source", "version", "licence"], _sources()),
    )


def _figures() -> list[tuple[str, ...]]:
    text = resources.files("shared.saves.classes").joinpath("figures.toml").read_text(encoding="utf-8")
    return [
        (display_name(name), code(name), _number(figure, "days"), _number(figure, "slots"), figure["source"])
        for figure in tomllib.loads(text)["figures"]
        for name in figure["classes"]
    ]


def _number(figure: dict[str, object], key: str) -> str:
    return str(figure.get(key, ""))


def _about_table() -> str:
    info = table_info()
    counts = info.counts
    return sentences(
        f"Version {info.version}, from sources of {info.made_on.isoformat()}: "
        f"{counts[ClassKind.STRUCTURE]} structures, {counts[ClassKind.CREATURE]} creatures and {counts[ClassKind.ITEM]} items. "
        "`python -m shared.saves.classes.build FOLDER` makes it anew from checkouts of these sources, "
        "of which it takes names and numbers alone."
    )


def _sources() -> list[tuple[str, ...]]:
    return [
        (f"[{source.name}]({source.url})", code(source.commit[:12]), source.licence)
        for source in table_info().sources
    ]
