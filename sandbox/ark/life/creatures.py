"""Creatures: wild ones appear, people tame them."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from sandbox.ark.kinds import SPECIES
from sandbox.ark.life.people import TAME_NAMES
from sandbox.ark.world import Creature, Place, Survivor, World

# The ground where people live, in uu; the maps reach to about 340,000 (The Island, ASA) and 655,000 (Ragnarok).
REACH = {"TheIsland_WP": 240_000.0, "Ragnarok": 480_000.0}
# Wild levels go in steps of a thirtieth of the highest, 150 at official difficulty.
WILD_LEVEL_STEP = 5


def spot(world: World, rng: Random) -> Place:
    """Return a place on the map's ground."""
    reach = REACH.get(world.map_name, 200_000.0)
    return Place(
        x=round(rng.uniform(-reach, reach), 2),
        y=round(rng.uniform(-reach, reach), 2),
        z=round(rng.uniform(-14_000, 4_000), 2),
        yaw=round(rng.uniform(-180, 180), 3),
    )


def add_wild(world: World, rng: Random, species: str | None = None) -> Creature:
    """Add a wild creature and return it."""
    creature = Creature(
        number=world.take_number(),
        id1=rng.randrange(1_000_000, 500_000_000),
        id2=rng.randrange(1_000_000, 500_000_000),
        species=species or rng.choice(list(SPECIES)),
        level=rng.randrange(1, 31) * WILD_LEVEL_STEP,
        place=spot(world, rng),
        is_female=rng.random() < 0.5,
    )
    world.creatures[creature.number] = creature
    return creature


def tame_new(world: World, rng: Random, survivor: Survivor, species: str) -> Creature:
    """Add a creature that the survivor has just tamed, beside them, and return it."""
    return own(world, rng, add_wild(world, rng, species), survivor)


def own(world: World, rng: Random, creature: Creature, survivor: Survivor) -> Creature:
    """Make a wild creature the survivor's, with the levels that a good tame adds, and return it."""
    tribe = world.tribe_of(survivor)
    place = replace(survivor.place, x=survivor.place.x + rng.uniform(-500, 500), yaw=creature.place.yaw)
    tamed = replace(
        creature,
        level=creature.level + creature.level // 2,
        place=place,
        team=survivor.team,
        name=rng.choice(TAME_NAMES) if rng.random() < 0.6 else "",
        tamer=survivor.name,
        # A loner's creatures bear the tribe name "Tribe of X" in real lines.
        tribe_name=tribe.name if tribe is not None else f"Tribe of {survivor.name}",
        tamed_time=world.game_time,
        last_ally_time=world.game_time,
    )
    world.creatures[tamed.number] = tamed
    return tamed
