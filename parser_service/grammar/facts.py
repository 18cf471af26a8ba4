"""Several lines that tell one fact: a kill is told to the victim's tribe, to the killer's, and to everybody.

The game writes them in one frame, so within milliseconds and with the same counter in the brackets. Where lines come
without brackets (RCON), the second is all there is. Each line stays a line of the log, for those it concerns; who
counts things takes facts.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from parser_service.grammar.lines import ParsedLine
from parser_service.grammar.stamps import frame_of
from shared.domain.events import (
    Fighter,
    FighterKind,
    GameEvent,
    Killed,
    Tamed,
    TribeJoined,
    TribeLeft,
)

# In the longest kill of the samples 12 ms pass; a frame of a busy server takes 50 to 100.
_ONE_FRAME = timedelta(milliseconds=100)
_ONE_SECOND = timedelta(seconds=1)


class _Voice(Enum):
    """Who tells: each does so once."""

    PUBLIC = 1
    TRIBE = 2
    VICTORS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What happened, with all that its lines tell of it; the lines in their order."""

    event: GameEvent
    lines: tuple[ParsedLine, ...]


def group_facts(lines: Iterable[ParsedLine]) -> Iterator[Fact]:
    """Yield the facts that consecutive lines tell, in the order of their first lines."""
    open_facts: list[list[ParsedLine]] = []
    for line in lines:
        while open_facts and not _is_near(open_facts[0][0], line):
            yield _fact(open_facts.pop(0))
        for told in open_facts:
            if all(_tell_the_same(one, line) for one in told):
                told.append(line)
                break
        else:
            open_facts.append([line])
    for told in open_facts:
        yield _fact(told)


def _is_near(first: ParsedLine, line: ParsedLine) -> bool:
    if first.occurred_at is None or line.occurred_at is None:
        return False
    elapsed = line.occurred_at - first.occurred_at
    frame = frame_of(first.raw)
    if frame is None:
        return timedelta() <= elapsed < _ONE_SECOND
    return frame == frame_of(line.raw) and timedelta() <= elapsed <= _ONE_FRAME


def _tell_the_same(one: ParsedLine, other: ParsedLine) -> bool:
    a, b = one.event, other.event
    if type(a) is not type(b) or _voice(a) is _voice(b):
        return False
    if isinstance(a, Killed) and isinstance(b, Killed):
        return _is_same_fighter(a.victim, b.victim) and (
            a.killer is None or b.killer is None or _is_same_fighter(a.killer, b.killer)
        )
    if isinstance(a, Tamed) and isinstance(b, Tamed):
        return a.creature == b.creature and (a.survivor, a.tribe) == (b.survivor, b.tribe)
    if isinstance(a, TribeJoined | TribeLeft) and isinstance(b, TribeJoined | TribeLeft):
        return (a.survivor, a.tribe, a.by) == (b.survivor, b.tribe, b.by)
    return False


def _voice(event: GameEvent) -> _Voice:
    if getattr(event, "stamp", None) is None:
        return _Voice.PUBLIC
    return _Voice.VICTORS if isinstance(event, Killed) and event.is_own_victory else _Voice.TRIBE


def _is_same_fighter(a: Fighter, b: Fighter) -> bool:
    return (a.name, a.level) == (b.name, b.level) and (
        not a.species or not b.species or a.species == b.species
    )


def _fact(told: list[ParsedLine]) -> Fact:
    # what everybody may read comes first: the fact is as public as its most public line
    ranked = sorted((line.event for line in told), key=lambda event: _voice(event).value)
    event = ranked[0]
    for other in ranked[1:]:
        event = _merged(event, other)
    return Fact(event=event, lines=tuple(told))


def _merged(event: GameEvent, other: GameEvent) -> GameEvent:
    if isinstance(event, Killed) and isinstance(other, Killed):
        return dataclasses.replace(
            event,
            victim=_merged_fighter(event.victim, other.victim),
            killer=_merged_fighter(event.killer, other.killer)
            if event.killer and other.killer
            else event.killer or other.killer,
            killer_survivor_id=event.killer_survivor_id or other.killer_survivor_id,
            cause=event.cause or other.cause,
            is_own_victory=event.is_own_victory and other.is_own_victory,
        )
    if isinstance(event, TribeJoined | TribeLeft) and isinstance(other, TribeJoined | TribeLeft):
        return dataclasses.replace(
            event,
            survivor_id=event.survivor_id or other.survivor_id,
            tribe_id=event.tribe_id or other.tribe_id,
            by_id=event.by_id or other.by_id,
        )
    return event


def _merged_fighter(fighter: Fighter, other: Fighter) -> Fighter:
    kind = other.kind if fighter.kind is FighterKind.UNKNOWN else fighter.kind
    return Fighter(
        name=fighter.name,
        kind=kind,
        level=fighter.level,
        species=fighter.species or other.species,
        tribe=fighter.tribe or other.tribe,
        # who knows what it is, knows what the brackets hold
        group=(fighter.group or other.group) if kind is FighterKind.UNKNOWN else None,
        survivor_id=fighter.survivor_id or other.survivor_id,
    )
