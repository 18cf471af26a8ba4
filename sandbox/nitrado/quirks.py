"""How the API misbehaves: each a switch, with where it is known from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class NitradoQuirks:
    """The defaults are an ordinary good day."""

    is_in_maintenance: bool = False
    """Everything but ``/ping`` and ``/maintenance`` answers 503 (documentation, "Maintenance")."""
    delay: timedelta = timedelta(0)
    """Slow answers."""
    limit: int = 10_000
    """Requests an hour and token (documentation; 15,000 in a statement of 2021)."""
    wants_user_agent: bool = True
    """Cloudflare answers who names no program of their own with a page of HTML and 403 (index 66586648760)."""
    is_busy: bool = False
    """Actions answer 428: the same one is in progress (documentation)."""
    is_failing: bool = False
    """Everything answers 500 with an id for the support (NitrAPI-PHP reads ``X-Raven-Event-ID``)."""
    expired: frozenset[int] = frozenset()
    """Services that are over: 500 and a sentence about states (thommcgrath/Beacon)."""
    has_empty_query: bool = False
    """``query`` is an empty list and not an object (NitrAPI#23)."""
