"""Which lines show that a person is at the keys, and who that is as far as the line says."""

from __future__ import annotations

from dataclasses import dataclass

from bots.activity_points.earning.domain import is_wild
from shared.domain.events import (
    AdminCommand,
    Chat,
    Claimed,
    Demolished,
    FighterKind,
    Frozen,
    GameEvent,
    Killed,
    StructureDestroyed,
    SurvivorId,
    Tamed,
    Transferred,
    TribeJoined,
    TribeLeft,
    TribeLine,
    Unclaimed,
)
from shared.ids import PlatformId

# Enough to tell two doings apart, whatever people write.
_LONGEST = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person as join and chat lines name them."""

    platform_name: str
    platform_id: PlatformId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Survivor:
    """A person as all other lines name them."""

    name: str | None
    survivor_id: SurvivorId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """Somebody did something. The same ``doing`` twice is one and the same thing."""

    who: Account | Survivor
    doing: str


def find_sign(event: GameEvent) -> Sign | None:
    """Return who did what, if a person must have been at the keys for the line to be written."""
    match event:
        case Chat():
            who = Account(platform_name=event.platform_name, platform_id=event.platform_id)
            return _sign(who, "said", event.text)
        case AdminCommand(platform_name=str(name)):
            who = Account(platform_name=name, platform_id=event.platform_id)
            return _sign(who, "commanded", event.command)
        case Killed():
            return _kill_sign(event)
        case StructureDestroyed(is_own_victory=True, attacker=attacker) if attacker is not None:
            if attacker.kind is FighterKind.CREATURE:
                return None
            survivor = Survivor(name=attacker.name, survivor_id=attacker.survivor_id)
            return _sign(survivor, "destroyed", f"{event.structure.owner}:{event.structure.name}")
        case TribeJoined() | TribeLeft():
            done_by = Survivor(name=event.by, survivor_id=event.by_id)
            survivor = Survivor(name=event.survivor, survivor_id=event.survivor_id)
            return _sign(
                done_by if event.by else survivor, "tribe", f"{event.kind}:{event.tribe}:{event.survivor}"
            )
        case _:
            return _handling_sign(event)


def _handling_sign(event: GameEvent) -> Sign | None:
    """Return the sign in lines of the form: a survivor did something to a creature or structure."""
    match event:
        case Claimed() | Unclaimed():
            # to and fro is one doing, so that a loop of the two shows nothing
            doing, what = "claimed", f"{event.creature.name}:{event.creature.level}"
        case Frozen() | Transferred():
            doing, what = str(event.kind), event.creature.name
        case Tamed(survivor=str()):
            doing, what = "tamed", f"{event.creature.name}:{event.creature.level}"
        case Demolished():
            place = event.position
            doing, what = "demolished", event.structure.name + (f":{place.x}:{place.y}" if place else "")
        case TribeLine(survivor=str()):
            doing, what = str(event.action), event.text
        case _:
            return None
    return _sign(Survivor(name=event.survivor), doing, what)


def _kill_sign(event: Killed) -> Sign | None:
    killer = event.killer
    if event.stamp is not None or killer is None or is_wild(killer):
        return None
    who = find_killer(event)
    return None if who is None else _sign(who, "killed", f"{event.victim.name}:{event.victim.level}")


def find_killer(event: Killed) -> Survivor | None:
    """Return the survivor behind a public death: ASA names them by id also where their tame did it."""
    killer = event.killer
    if killer is None:
        return None
    survivor_id = killer.survivor_id or event.killer_survivor_id
    if killer.kind is FighterKind.SURVIVOR:
        return Survivor(name=killer.name, survivor_id=survivor_id)
    return Survivor(name=None, survivor_id=survivor_id) if survivor_id else None


def _sign(who: Account | Survivor, doing: str, what: str) -> Sign:
    return Sign(who=who, doing=f"{doing}:{what.strip().casefold()}"[:_LONGEST])
