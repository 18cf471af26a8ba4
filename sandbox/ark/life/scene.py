"""What every act needs: the world, the dice, the game's voice; and the lines that tell of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random

from sandbox.ark.kinds import SPECIES
from sandbox.ark.lines import Being, Colour, Line, Voice, stamped, tribe_line
from sandbox.ark.world import Creature, Survivor, Tribe, World

# The game keeps the newest hundreds of a tribe's entries; here fewer, so that saves stay small.
TRIBE_LOG_LIMIT = 60


@dataclass(slots=True, kw_only=True)
class Scene:
    """One moment of one world."""

    world: World
    rng: Random
    voice: Voice
    now: datetime
    said: deque[str] = field(default_factory=lambda: deque(maxlen=8))
    """What was said lately, so that nobody repeats it at once."""

    def tell_tribe(
        self, tribe: Tribe | None, text: str, colour: Colour | None = None, *, after_ms: int = 0
    ) -> list[Line]:
        """Add an entry to a tribe's log and return its line; a loner has no tribe and no line."""
        if tribe is None:
            return []
        tribe = self.world.tribes[tribe.tribe_id]
        entry = stamped(self.world.day(), text, colour)
        self.world.tribes[tribe.tribe_id] = replace(tribe, log=(*tribe.log, entry)[-TRIBE_LOG_LIMIT:])
        return [tribe_line(self.voice, tribe.name, tribe.tribe_id, entry, after_ms=after_ms)]

    def survivor_being(self, survivor: Survivor) -> Being:
        """Return a survivor as lines name them."""
        return Being(
            name=survivor.name,
            level=survivor.level,
            tribe=self.tribe_name(survivor),
            player_id=survivor.player_id,
        )

    def creature_being(self, creature: Creature) -> Being:
        """Return a creature as lines name it."""
        label = SPECIES[creature.species].label
        if not creature.is_tame:
            return Being(name=label, level=creature.level, species=label)
        return Being(
            name=creature.name or label, level=creature.level, species=label, tribe=creature.tribe_name
        )

    def tribe_name(self, survivor: Survivor) -> str:
        """Return the survivor's tribe by name; a loner's is called after them."""
        tribe = self.world.tribe_of(survivor)
        return f"Tribe of {survivor.name}" if tribe is None else tribe.name

    def online(self) -> list[Survivor]:
        """Return who is on."""
        return [self.world.survivors[player_id] for player_id in self.world.online]

    def offline(self) -> list[Survivor]:
        """Return who could join."""
        banned = self.world.banned
        return [
            survivor
            for survivor in self.world.survivors.values()
            if survivor.player_id not in self.world.online and survivor.account not in banned
        ]

    def tames_of(self, survivor: Survivor) -> list[Creature]:
        """Return the creatures a survivor may use, but for frozen ones."""
        return [
            creature
            for creature in self.world.creatures.values()
            if creature.team == survivor.team and creature.is_tame and not creature.in_cryopod
        ]

    def wild(self, *, hunters: bool = False) -> list[Creature]:
        """Return the wild creatures, or those among them that hunt."""
        return [
            creature
            for creature in self.world.creatures.values()
            if not creature.is_tame and (not hunters or SPECIES[creature.species].is_hunter)
        ]


def spread(lines: Iterable[Line], *, step_ms: int) -> list[Line]:
    """Return lines a few milliseconds apart, as the several lines of one event are in real logs."""
    return [replace(line, after_ms=number * step_ms) for number, line in enumerate(lines)]
