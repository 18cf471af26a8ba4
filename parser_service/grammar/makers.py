"""From what stood in a phrase's blanks to an event; ``None`` where it makes no sense, so nothing is typed wrongly."""

from __future__ import annotations

from collections.abc import Callable

from parser_service.grammar import names
from shared.domain.events import (
    Claimed,
    Creature,
    Decayed,
    Demolished,
    Direction,
    Fighter,
    Frozen,
    GameEvent,
    Killed,
    Starved,
    Structure,
    StructureDestroyed,
    SurvivorId,
    Tamed,
    Transferred,
    TribeAction,
    TribeJoined,
    TribeLeft,
    TribeLine,
    TribeStamp,
    Unclaimed,
)
from shared.ids import TribeId

Stamp = TribeStamp | None


def tamed(
    stamp: Stamp, *, creature: str, survivor: str | None = None, tribe: str | None = None
) -> GameEvent | None:
    """Make the event of "X Tamed a Y"."""
    what = names.read_tamed(creature)
    if what is None or survivor == "":
        return None
    return Tamed(
        creature=what, survivor=survivor, tribe=tribe or (stamp.tribe if stamp else None), stamp=stamp
    )


def claimed(stamp: Stamp, *, survivor: str, creature: str) -> GameEvent | None:
    """Make the event of "X claimed 'Y'"."""
    what = names.read_creature(creature)
    return Claimed(survivor=survivor, creature=what, stamp=stamp) if what and survivor else None


def unclaimed(stamp: Stamp, *, survivor: str, creature: str) -> GameEvent | None:
    """Make the event of "X unclaimed 'Y'"."""
    what = names.read_creature(creature)
    return Unclaimed(survivor=survivor, creature=what, stamp=stamp) if what and survivor else None


def froze(stamp: Stamp, *, survivor: str, creature: str) -> GameEvent | None:
    """Make the event of "X froze Y"; the line may give the creature's name alone."""
    what = names.read_creature(creature, needs_level=False)
    if what is None or not survivor or (what.level is None and creature.endswith(("!", "."))):
        # nothing in the line but one common word says what it is, so what reads like a sentence is left alone
        return None
    return Frozen(survivor=survivor, creature=what, stamp=stamp)


def starved(stamp: Stamp, *, creature: str) -> GameEvent | None:
    """Make the event of "Y starved to death"."""
    what = names.read_creature(creature)
    return Starved(creature=what, stamp=stamp) if what else None


def uploaded(stamp: Stamp, *, survivor: str, species: str, creature: str) -> GameEvent | None:
    """Make the event of "X uploaded a S: Y - Lvl n"."""
    return _transferred(stamp, Direction.UPLOADED, survivor, species, creature)


def downloaded(stamp: Stamp, *, survivor: str, creature: str) -> GameEvent | None:
    """Make the event of "X downloaded a dino: Y - Lvl n"."""
    return _transferred(stamp, Direction.DOWNLOADED, survivor, None, creature)


def _transferred(
    stamp: Stamp, way: Direction, survivor: str, species: str | None, creature: str
) -> GameEvent | None:
    being = names.read_being(creature)
    if being is None or being.groups or not survivor:
        return None
    what = Creature(name=being.name, level=being.level, species=species)
    return Transferred(direction=way, survivor=survivor, creature=what, stamp=stamp)


def demolished(stamp: Stamp, *, survivor: str, structure: str, place: str | None = None) -> GameEvent | None:
    """Make the event of "X demolished a 'Y'[ at x y z pitch yaw]"."""
    what = names.read_structure(structure)
    position = names.read_position(*place.split(" ")[:3]) if place and place.count(" ") >= 2 else None
    if what is None or not survivor or (place is not None and position is None):
        return None
    return Demolished(survivor=survivor, structure=what, position=position, stamp=stamp)


def decayed(stamp: Stamp, *, structure: str) -> GameEvent | None:
    """Make the event of "Your 'Y' was auto-decay destroyed"."""
    what = names.read_structure(structure)
    return Decayed(structure=what, stamp=stamp) if what else None


def own_destroyed(stamp: Stamp, *, structure: str, attacker: str | None = None) -> GameEvent | None:
    """Make the event of "Your 'Y' was destroyed[ by Z]" and "Z destroyed your 'Y'"."""
    return _destroyed(stamp, names.read_structure(structure), attacker, is_own_victory=False)


def their_destroyed(stamp: Stamp, *, structure: str, attacker: str) -> GameEvent | None:
    """Make the event of "Z destroyed their 'Y (Tribe)'"."""
    return _destroyed(stamp, names.read_structure(structure, has_owner=True), attacker, is_own_victory=True)


def _destroyed(
    stamp: Stamp, what: Structure | None, attacker: str | None, *, is_own_victory: bool
) -> GameEvent | None:
    if what is None or attacker == "":
        return None
    fighter = names.read_tribe_fighter(attacker) if attacker else None
    cause = attacker if fighter is None else None
    return StructureDestroyed(
        structure=what, attacker=fighter, cause=cause, is_own_victory=is_own_victory, stamp=stamp
    )


def member_killed(stamp: Stamp, *, victim: str, killer: str | None = None) -> GameEvent | None:
    """Make the event of "Tribemember X - Lvl n was killed[ by Z]"."""
    return _killed(stamp, names.read_survivor_fighter(victim), killer)


def own_creature_killed(stamp: Stamp, *, victim: str, killer: str | None = None) -> GameEvent | None:
    """Make the event of "Your Y - Lvl n (S) was killed[ by Z]"."""
    return _killed(stamp, names.read_own_creature(victim), killer)


def tribe_killed(stamp: Stamp, *, victim: str) -> GameEvent | None:
    """Make the event of "Your Tribe killed Y"."""
    fighter = names.read_tribe_fighter(victim)
    return Killed(victim=fighter, is_own_victory=True, stamp=stamp) if fighter else None


def _killed(stamp: Stamp, victim: Fighter | None, killer: str | None) -> GameEvent | None:
    if victim is None or killer == "":
        return None
    fighter = names.read_tribe_fighter(killer) if killer else None
    return Killed(victim=victim, killer=fighter, cause=killer if fighter is None else None, stamp=stamp)


def public_killed(
    stamp: Stamp, *, victim: str, killer: str | None = None, killer_id: str | None = None
) -> GameEvent | None:
    """Make the event of the public "X - Lvl n (T) was killed[ by Z]![ [KillerSID: n]]"."""
    fighter = names.read_public_fighter(victim, is_victim=True)
    slayer = names.read_public_fighter(killer, is_victim=False) if killer else None
    survivor_id = names.read_id(killer_id) if killer_id is not None else None
    if (
        fighter is None
        or (killer is not None and slayer is None)
        or (killer_id is not None and survivor_id is None)
    ):
        return None
    return Killed(
        victim=fighter,
        killer=slayer,
        killer_survivor_id=SurvivorId(survivor_id) if survivor_id else None,
        stamp=stamp,
    )


def barrier_killed(stamp: Stamp, *, cause: str, victim: str, x: str, y: str, z: str) -> GameEvent | None:
    """Make the event of "World barrier destroyed 'Y - Lvl n' at X=… Y=… Z=…"."""
    fighter, position = names.read_tribe_fighter(victim), names.read_position(x, y, z)
    if fighter is None or position is None:
        return None
    return Killed(victim=fighter, cause=cause, position=position, stamp=stamp)


def joined_tribe(stamp: Stamp, *, survivor: str, by: str | None = None) -> GameEvent | None:
    """Make the event of "X was added to the Tribe[ by Z]"."""
    return _membership(TribeJoined, stamp, survivor, by)


def left_tribe(stamp: Stamp, *, survivor: str, by: str | None = None) -> GameEvent | None:
    """Make the event of "X was removed from the Tribe[ by Z]"."""
    return _membership(TribeLeft, stamp, survivor, by)


def _membership(
    cls: type[TribeJoined | TribeLeft], stamp: Stamp, survivor: str, by: str | None
) -> GameEvent | None:
    who = names.read_member(survivor)
    actor = names.read_member(by) if by is not None else None
    if stamp is None or who is None or (by is not None and actor is None):
        return None
    return cls(
        survivor=who.name,
        survivor_id=who.survivor_id,
        tribe=stamp.tribe,
        tribe_id=stamp.tribe_id,
        by=actor.name if actor else None,
        by_id=actor.survivor_id if actor else None,
        stamp=stamp,
    )


def public_joined_tribe(_stamp: Stamp, **blanks: str) -> GameEvent | None:
    """Make the event of "Player X with ID n joined tribe T with ID n[ Invited by Player Z with ID n]."."""
    return _public_membership(TribeJoined, " Invited by Player ", **blanks)


def public_left_tribe(_stamp: Stamp, **blanks: str) -> GameEvent | None:
    """Make the event of "Player X with ID n removed from tribe T with ID n[ by Player Z with ID n]."."""
    return _public_membership(TribeLeft, " by Player ", **blanks)


def _public_membership(
    cls: type[TribeJoined | TribeLeft], link: str, *, survivor: str, survivor_id: str, tribe: str, rest: str
) -> GameEvent | None:
    tribe_id, has_actor, actor = rest.partition(link)
    by = names.read_member(actor) if has_actor else None
    own_id, id_of_tribe = names.read_id(survivor_id), names.read_id(tribe_id)
    if not (survivor and own_id and tribe and id_of_tribe) or (
        has_actor and (by is None or by.survivor_id is None)
    ):
        return None
    return cls(
        survivor=survivor,
        survivor_id=SurvivorId(own_id),
        tribe=tribe,
        tribe_id=TribeId(id_of_tribe),
        by=by.name if by else None,
        by_id=by.survivor_id if by else None,
    )


def tribe_line(action: TribeAction) -> Callable[..., GameEvent | None]:
    """Return the maker of a line that has no kind of its own; its text is filled in by whoever reads the line."""

    def make(stamp: Stamp, **blanks: str) -> GameEvent | None:
        if stamp is None or "" in blanks.values():
            return None
        return TribeLine(
            stamp=stamp,
            text="",
            action=action,
            survivor=_name_of(blanks.get("survivor")),
            by=_name_of(blanks.get("by")),
            creature=names.read_creature(blanks.get("creature", ""), needs_level=False),
            other_tribe=_name_of(blanks.get("other_tribe")),
        )

    return make


def stored(action: TribeAction) -> Callable[..., GameEvent | None]:
    """Return the maker of the Dino Storage mod's "Y (F - lvl n) (id1, id2) captured by X"."""

    def make(stamp: Stamp, *, creature: str, level: str, survivor: str) -> GameEvent | None:
        # what stands between the level and the name are the creature's two ids
        digits, _, ids = level.partition(") (")
        number = names.read_id(digits)
        name, _, sex = creature.rpartition(" (")
        if stamp is None or not number or not ids or not name or sex not in {"F", "M"} or not survivor:
            return None
        what = Creature(name=name, level=number)
        return TribeLine(stamp=stamp, text="", action=action, survivor=survivor, creature=what)

    return make


def soul_destroyed(
    stamp: Stamp, *, creature: str, level: str, species: str, survivor: str
) -> GameEvent | None:
    """Make the event of the soul traps' "Y (Lvl n S) Soul was destroyed by X"."""
    number = names.read_id(level)
    if stamp is None or not creature or not number or not survivor:
        return None
    what = Creature(name=creature, level=number, species=species or None)
    return TribeLine(
        stamp=stamp, text="", action=TribeAction.SOUL_DESTROYED, survivor=survivor, creature=what
    )


def _name_of(member: str | None) -> str | None:
    who = names.read_member(member) if member else None
    return who.name if who else None
