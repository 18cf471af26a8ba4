"""What a line of the log adds to whose totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared.domain.event_parts import SurvivorId
from shared.domain.events import EventKind, Fighter, FighterKind, GameEvent, Killed, Tamed
from shared.domain.sessions import SESSION_KINDS

KINDS = (*SESSION_KINDS, EventKind.KILLED, EventKind.TAMED)
"""What the reader needs to see."""

# The game allows 24 characters; a key must be bounded whatever a line says.
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What one line adds to a survivor's totals."""

    survivor: str
    survivor_id: SurvivorId | None = None
    deaths: int = 0
    survivor_kills: int = 0
    creature_kills: int = 0
    tames: int = 0


def tallies_of(event: GameEvent, riders: Mapping[SurvivorId, str]) -> list[Tally]:
    """Return what an event counts for; lines of a tribe's log tell the same facts again, and count nothing.

    ``riders`` are the survivors known by id: a kill from the saddle names the creature and the rider's id alone.
    """
    if getattr(event, "stamp", None) is not None:
        return []
    match event:
        case Tamed(survivor=str(survivor)) if clean(survivor):
            return [Tally(survivor=clean(survivor), tames=1)]
        case Killed():
            return [*_death(event.victim), *_kill(event, riders)]
        case _:
            return []


def rider_in(event: GameEvent) -> SurvivorId | None:
    """Return the id of a survivor who killed from the saddle."""
    if not isinstance(event, Killed) or event.killer is None or event.killer.kind is FighterKind.SURVIVOR:
        return None
    # a wild creature's line may bear an id too, and nobody knows whose: only tamed ones have a rider
    return event.killer_survivor_id if event.killer.tribe else None


def clean(survivor: str) -> str:
    """Return a survivor's name, bounded so that it can be a key."""
    return survivor.strip()[:_LONGEST_NAME]


def _death(victim: Fighter) -> list[Tally]:
    name = clean(victim.name)
    return [Tally(survivor=name, deaths=1)] if victim.kind is FighterKind.SURVIVOR and name else []


def _kill(event: Killed, riders: Mapping[SurvivorId, str]) -> list[Tally]:
    killer, victim = event.killer, event.victim
    if killer is None or _is_own(killer, victim):
        return []
    if killer.kind is FighterKind.SURVIVOR:
        name, survivor_id = clean(killer.name), killer.survivor_id or event.killer_survivor_id
    else:
        survivor_id = rider_in(event)
        name = riders.get(survivor_id, "") if survivor_id is not None else ""
    if not name or victim.kind is FighterKind.UNKNOWN:
        return []
    is_survivor = victim.kind is FighterKind.SURVIVOR
    return [
        Tally(
            survivor=name,
            survivor_id=survivor_id,
            survivor_kills=int(is_survivor),
            creature_kills=int(not is_survivor),
        )
    ]


def _is_own(killer: Fighter, victim: Fighter) -> bool:
    """Tell killing oneself, one's tribe or its creatures from a victory."""
    same_tribe = killer.tribe is not None and killer.tribe == victim.tribe
    return same_tribe or (killer.kind is victim.kind and killer.name == victim.name)
