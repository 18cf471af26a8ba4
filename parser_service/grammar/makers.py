"""From what stood in a phrase's blanks to an event; ``None`` where it makes no sense, so nothing is typed wrongly.

A row of the tables names the method that makes its event.
"""

from __future__ import annotations

import re

from parser_service.grammar.loading import Row
from parser_service.grammar.names import Names, read_id, read_member, read_position
from parser_service.grammar.quick import quick
from parser_service.grammar.templates import Blanks, Maker
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
    ServerStarted,
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
    WorldSaved,
)
from shared.ids import TribeId

Stamp = TribeStamp | None

_SECONDS = re.compile(r"\d{1,6}(?:\.\d{1,9})?", re.ASCII)

# bound once: looking a member of an enumeration up costs as much as making a value
_UPLOADED = Direction.UPLOADED
_DOWNLOADED = Direction.DOWNLOADED
_ACTIONS = {action.value: action for action in TribeAction}

_NOBODY = (None, None)

_claimed = quick(Claimed)
_creature = quick(Creature)
_demolished = quick(Demolished)
_frozen = quick(Frozen)
_killed = quick(Killed)
_starved = quick(Starved)
_structure_destroyed = quick(StructureDestroyed)
_tamed = quick(Tamed)
_transferred = quick(Transferred)
_tribe_joined = quick(TribeJoined)
_tribe_left = quick(TribeLeft)
_tribe_line = quick(TribeLine)
_unclaimed = quick(Unclaimed)


class Makers:
    """The makers of all events that the tables may name."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def maker(self, row: Row) -> Maker:
        """Return what makes the event of a row; a row that names none raises ``ValueError``."""
        make: Maker | None = None if row.event.startswith("_") else getattr(self, row.event, None)
        if make is None or row.event == "maker":
            raise ValueError(f"There is no event {row.event!r} for {row.text!r}")
        return make

    # creatures

    def tamed(self, stamp: Stamp, blanks: Blanks) -> GameEvent | None:
        """Make the event of "X Tamed a Y"."""
        creature, survivor = self._names.tamed(blanks["creature"]), blanks.get("survivor")
        if creature is None or survivor == "":
            return None
        tribe = blanks.get("tribe") or (stamp.tribe if stamp else None)
        return _tamed(creature=creature, survivor=survivor, tribe=tribe, stamp=stamp)

    def claimed(self, stamp: Stamp, blanks: Blanks) -> GameEvent | None:
        """Make the event of "X claimed 'Y'"."""
        creature, survivor = self._names.creature(blanks["creature"]), blanks["survivor"]
        return _claimed(survivor=survivor, creature=creature, stamp=stamp) if creature and survivor else None

    def unclaimed(self, stamp: Stamp, blanks: Blanks) -> GameEvent | None:
        """Make the event of "X unclaimed 'Y'"."""
        creature, survivor = self._names.creature(blanks["creature"]), blanks["survivor"]
        return (
            _unclaimed(survivor=survivor, creature=creature, stamp=stamp) if creature and survivor else None
        )

    def froze(self, stamp: Stamp, blanks: Blanks) -> GameEvent | None:
        """Make the event of "X froze Y"; the line may give the creature's name alone."""
        survivor, text = blanks["survivor"], blanks["creature"]
        creature = self._names.creature(text) or self._name_alone(text)
        if creature is None or not survivor:
            return None
        return _frozen(survivor=survivor, creature=creature, stamp=stamp)

    def _name_alone(self, text: str) -> Creature | None:
        # nothing in the line but one common word says what it is, so what reads like a sentence is left alone
        name = text.strip()
        if not name or text.endswith(("!", ".")) or self._names.being(text) is not None:
            return None
        return _creature(name=name)

    def starved(self, stamp: Stamp, blanks: Blanks) -> GameEvent | None:
        """Make the event of "Y starved to death"."""
        creature = self._names.creature(blanks["creature"])
        return _starved(creature=creature, stamp=stamp) if creature else None

    def uploaded(self, stamp: Stamp, blanks: Blanks) -> GameEvent | None:
        """Make the event of "X uploaded a S: Y - Lvl n"."""
        return self._moved(_UPLOADED, stamp, blanks)

    def downloaded(self, stamp: Stamp, blanks: Blanks) -> GameEvent | None:
        """Make the event of "X downloaded a dino: Y - Lvl n"."""
        return self._moved(_DOWNLOADED, stamp, blanks)

    def _moved(self, way: Direction, stamp: Stamp, blanks: Blanks) -> GameEvent | None:
        being, survivor = self._names.being(blanks["creature"]), blanks["survivor"]
        if being is None or being[3] is not None or not survivor:
            return None
        creature = _creature(name=being[0], level=being[1], species=blanks.get("species"))
        return _transferred(direction=way, survivor=survivor, creature=creature, stamp=stamp)

    # structures

    def demolished(self, stamp: Stamp, blanks: Blanks) -> GameEvent | None:
        """Make the event of "X demolished a 'Y'[ at x y z pitch yaw]"."""
        structure, survivor = self._names.structure(blanks["structure"]), blanks["survivor"]
        place = blanks.get("place")
        position = read_position(*place.split(" ")[:3]) if place and place.count(" ") >= 2 else None
        if structure is None or not survivor or (place is not None and position is None):
            return None
        return _demolished(survivor=survivor, structure=structure, position=position, stamp=stamp)

    def decayed(self, stamp: Stamp, blanks: Blanks) -> GameEvent | None:
        """Make the event of "Your 'Y' was auto-decay destroyed"."""
        structure = self._names.structure(blanks["structure"])
        return Decayed(structure=structure, stamp=stamp) if structure else None

    def own_destroyed(self, stamp: Stamp, blanks: Blanks) -> GameEvent | None:
        """Make the event of "Your 'Y' was destroyed[ by Z]" and "Z destroyed your 'Y'"."""
        return self._destroyed(
            self._names.structure(blanks["structure"]), stamp, blanks, is_own_victory=False
        )

    def their_destroyed(self, stamp: Stamp, blanks: Blanks) -> GameEvent | None:
        """Make the event of "Z destroyed their 'Y (Tribe)'"."""
        structure = self._names.owned_structure(blanks["structure"])
        return self._destroyed(structure, stamp, blanks, is_own_victory=True)

    def _destroyed(
        self, structure: Structure | None, stamp: Stamp, blanks: Blanks, *, is_own_victory: bool
    ) -> GameEvent | None:
        attacker = blanks.get("attacker")
        if structure is None or attacker == "":
            return None
        fighter = self._names.tribe_fighter(attacker) if attacker else None
        return _structure_destroyed(
            structure=structure,
            attacker=fighter,
            cause=attacker if fighter is None else None,
            is_own_victory=is_own_victory,
            stamp=stamp,
        )

    # deaths

    def member_killed(self, stamp: Stamp, blanks: Blanks) -> GameEvent | None:
        """Make the event of "Tribemember X - Lvl n was killed[ by Z]"."""
        return self._death(self._names.survivor(blanks["victim"]), stamp, blanks)

    def own_creature_killed(self, stamp: Stamp, blanks: Blanks) -> GameEvent | None:
        """Make the event of "Your Y - Lvl n (S) was killed[ by Z]"."""
        return self._death(self._names.own_creature(blanks["victim"]), stamp, blanks)

    def _death(self, victim: Fighter | None, stamp: Stamp, blanks: Blanks) -> GameEvent | None:
        killer = blanks.get("killer")
        if victim is None or killer == "":
            return None
        fighter = self._names.tribe_fighter(killer) if killer else None
        return _killed(victim=victim, killer=fighter, cause=killer if fighter is None else None, stamp=stamp)

    def tribe_killed(self, stamp: Stamp, blanks: Blanks) -> GameEvent | None:
        """Make the event of "Your Tribe killed Y"."""
        victim = self._names.tribe_fighter(blanks["victim"])
        return _killed(victim=victim, is_own_victory=True, stamp=stamp) if victim else None

    def public_killed(self, stamp: Stamp, blanks: Blanks) -> GameEvent | None:
        """Make the event of the public "X - Lvl n (T) was killed[ by Z]![ [KillerSID: n]]"."""
        killer, killer_id = blanks.get("killer"), blanks.get("killer_id")
        victim = self._names.public_victim(blanks["victim"])
        fighter = self._names.public_killer(killer) if killer else None
        survivor_id = read_id(killer_id) if killer_id is not None else None
        if (
            victim is None
            or (killer is not None and fighter is None)
            or (killer_id is not None and survivor_id is None)
        ):
            return None
        return _killed(
            victim=victim,
            killer=fighter,
            killer_survivor_id=SurvivorId(survivor_id) if survivor_id else None,
            stamp=stamp,
        )

    def barrier_killed(self, stamp: Stamp, blanks: Blanks) -> GameEvent | None:
        """Make the event of "World barrier destroyed 'Y - Lvl n' at X=… Y=… Z=…"."""
        victim = self._names.tribe_fighter(blanks["victim"])
        position = read_position(blanks["x"], blanks["y"], blanks["z"])
        if victim is None or position is None:
            return None
        return _killed(victim=victim, cause=blanks["cause"], position=position, stamp=stamp)

    # members

    def joined_tribe(self, stamp: Stamp, blanks: Blanks) -> GameEvent | None:
        """Make the event of "X was added to the Tribe[ by Z]"."""
        return _membership(_tribe_joined, stamp, blanks)

    def left_tribe(self, stamp: Stamp, blanks: Blanks) -> GameEvent | None:
        """Make the event of "X was removed from the Tribe[ by Z]"."""
        return _membership(_tribe_left, stamp, blanks)

    def public_joined_tribe(self, _stamp: Stamp, blanks: Blanks) -> GameEvent | None:
        """Make the event of "Player X with ID n joined tribe T with ID n[ Invited by Player Z with ID n]."."""
        return _public_membership(_tribe_joined, " Invited by Player ", blanks)

    def public_left_tribe(self, _stamp: Stamp, blanks: Blanks) -> GameEvent | None:
        """Make the event of "Player X with ID n removed from tribe T with ID n[ by Player Z with ID n]."."""
        return _public_membership(_tribe_left, " by Player ", blanks)

    # what has no kind of its own

    def tribe_line(self, stamp: Stamp, blanks: Blanks) -> GameEvent | None:
        """Make the event of a line that has no kind of its own."""
        if stamp is None or "" in blanks.values():
            return None
        read = blanks.get
        creature = read("creature")
        return _tribe_line(
            stamp=stamp,
            text=blanks["text"],
            action=_ACTIONS[blanks["action"]],
            survivor=_name_of(read("survivor")),
            by=_name_of(read("by")),
            creature=(self._names.creature(creature) or self._name_alone(creature)) if creature else None,
            other_tribe=_name_of(read("other_tribe")),
        )

    def stored(self, stamp: Stamp, blanks: Blanks) -> GameEvent | None:
        """Make the event of the Dino Storage mod's "Y (F - lvl n) (id1, id2) captured by X"."""
        # what stands between the level and the name are the creature's two ids
        digits, _, ids = blanks["level"].partition(") (")
        level, survivor = read_id(digits), blanks["survivor"]
        name, _, sex = blanks["creature"].rpartition(" (")
        if stamp is None or not level or not ids or not name or sex not in {"F", "M"} or not survivor:
            return None
        return _tribe_line(
            stamp=stamp,
            text=blanks["text"],
            action=_ACTIONS[blanks["action"]],
            survivor=survivor,
            creature=_creature(name=name, level=level),
        )

    def soul_destroyed(self, stamp: Stamp, blanks: Blanks) -> GameEvent | None:
        """Make the event of the soul traps' "Y (Lvl n S) Soul was destroyed by X"."""
        level, name, survivor = read_id(blanks["level"]), blanks["creature"], blanks["survivor"]
        if stamp is None or not name or not level or not survivor:
            return None
        return _tribe_line(
            stamp=stamp,
            text=blanks["text"],
            action=TribeAction.SOUL_DESTROYED,
            survivor=survivor,
            creature=_creature(name=name, level=level, species=blanks["species"] or None),
        )

    # the server

    def server_started(self, _stamp: Stamp, blanks: Blanks) -> GameEvent | None:
        """Make the event of "Server: "X" has successfully started!"."""
        return ServerStarted(name=blanks["name"])

    def world_saved(self, _stamp: Stamp, blanks: Blanks) -> GameEvent | None:
        """Make the event of "World Save Complete. Took: n"."""
        seconds = _SECONDS.match(blanks["seconds"])
        return WorldSaved(took_seconds=float(seconds[0])) if seconds else None


def _membership(
    make: type[TribeJoined | TribeLeft], stamp: Stamp, blanks: Blanks
) -> TribeJoined | TribeLeft | None:
    by = blanks.get("by")
    who = read_member(blanks["survivor"])
    actor = _NOBODY if by is None else read_member(by)
    if stamp is None or who is None or actor is None:
        return None
    return make(
        survivor=who[0],
        survivor_id=who[1],
        tribe=stamp.tribe,
        tribe_id=stamp.tribe_id,
        by=actor[0],
        by_id=actor[1],
        stamp=stamp,
    )


def _public_membership(
    make: type[TribeJoined | TribeLeft], link: str, blanks: Blanks
) -> TribeJoined | TribeLeft | None:
    survivor, tribe = blanks["survivor"], blanks["tribe"]
    tribe_id, has_actor, actor = blanks["rest"].partition(link)
    by = read_member(actor) if has_actor else _NOBODY
    own_id, id_of_tribe = read_id(blanks["survivor_id"]), read_id(tribe_id)
    if not (survivor and own_id and tribe and id_of_tribe and by) or (has_actor and by[1] is None):
        return None
    return make(
        survivor=survivor,
        survivor_id=SurvivorId(own_id),
        tribe=tribe,
        tribe_id=TribeId(id_of_tribe),
        by=by[0],
        by_id=by[1],
    )


def _name_of(member: str | None) -> str | None:
    if member is None or " with " not in member:
        return member
    who = read_member(member)
    return who[0] if who else None
