"""Lines that two sources show count once.

While one source stands in for another, both show the lines around the switch: the server's buffers hold some that the
file gave already, and a file that comes back holds all that RCON gave meanwhile. A line is a repetition when an equal
one is in the log that another source stored and this source has not shown yet; each stored line answers for one
repetition. So equal lines in one second are counted: the log ends up with as many as the source that showed the most.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from parser_service.feeds.identity import LineKey
from shared.store.events import NewEvent

SLACK = timedelta(seconds=60)
"""How far apart two sources may date one line: stamps differ by a second, clocks of machines by more."""
# Lines further apart than this are looked up separately, so that a clock that jumps does not ask for months.
_RUN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLine:
    """A line that is in the event log already."""

    seq: int
    occurred_at: datetime
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """What is new among some lines, in order, and which known lines the others were."""

    fresh: list[NewEvent]
    repeated: list[KnownLine]


def runs_of(events: Sequence[NewEvent], upto: datetime) -> list[list[NewEvent]]:
    """Return the lines that may be repetitions of lines dated up to an instant, in runs that lie close in time."""
    runs: list[list[NewEvent]] = []
    last: datetime | None = None
    for event in events:
        if event.occurred_at > upto + SLACK:
            continue
        if last is None or abs(event.occurred_at - last) > _RUN:
            runs.append([])
        runs[-1].append(event)
        last = event.occurred_at
    return runs


def sift(events: Sequence[NewEvent], known: Sequence[KnownLine]) -> Sifted:
    """Tell new lines from repetitions of known ones; each known line answers for one, the oldest first."""
    by_text: dict[str, list[tuple[LineKey, KnownLine]]] = defaultdict(list)
    for line in known:
        key = LineKey.of(line.raw)
        by_text[key.text].append((key, line))
    fresh, repeated = [], []
    for event in events:
        found = _take(by_text, event) if by_text else None
        if found is None:
            fresh.append(event)
        else:
            repeated.append(found)
    return Sifted(fresh=fresh, repeated=repeated)


def _take(by_text: dict[str, list[tuple[LineKey, KnownLine]]], event: NewEvent) -> KnownLine | None:
    key = LineKey.of(event.raw)
    candidates = by_text.get(key.text, [])
    for number, (other, line) in enumerate(candidates):
        if key.is_same(other, event.occurred_at - line.occurred_at):
            del candidates[number]
            return line
    return None
