"""``decay-tiers.md``: how long structures last, from the table that the parser uses."""

from __future__ import annotations

from docs.generator.markdown import code, page, sentences, table
from parser_service.decay.categories import PERIODS


def decay_tiers_page() -> str:
    """Return the page."""
    about = (
        "How long a structure lasts after the last time that an ally was near, at official rates. "
        "The server's multiplier (`decay.multiplier` in the community file) multiplies it. "
        "A structure belongs to a tier by the name of its class. "
        "A structure of a class that no rule knows is given the longest period, so that nothing is called decayed on a guess."
    )
    rows = [
        (period.label, code(category.value), f"{period.days:g}", period.source)
        for category, period in PERIODS.items()
    ]
    return page("Decay tiers", sentences(about), table(["tier", "in the API", "days", "known from"], rows))
