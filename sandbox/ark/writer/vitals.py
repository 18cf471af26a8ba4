"""The levels and stats of the sandbox's creatures and survivors, made from what is known of them."""

from __future__ import annotations

from sandbox.ark.world import Creature, Survivor
from sandbox.ark.writer.pods import Vitals

# Health, stamina, oxygen, food, weight and melee damage: where points of wild creatures and survivors go.
LEVELLED = (0, 1, 3, 4, 7, 8)
STATS = 12
# Where people put the levels of their tames.
MELEE_DAMAGE = 8
# Values at the first level, and what a point adds: of the size of the game's own, alike for all species.
FIRST_VALUES = (480.0, 200.0, 0.0, 150.0, 1200.0, 100.0, 0.0, 220.0, 0.0, 0.0, 0.0, 0.0)
PER_POINT = (96.0, 20.0, 0.0, 15.0, 120.0, 0.0, 0.0, 4.0, 0.05, 0.0, 0.0, 0.0)
# Experience that a level takes: of the size of the game's own.
LEVEL_EXPERIENCE = 250.0
# A tame gains about a third of its level by what it does.
GAINED_SHARE = 3
COLOURED_REGIONS = (0, 4, 5)


def spread(points: int) -> tuple[int, ...]:
    """Return points over the stats that have levels, as evenly as it goes."""
    each, rest = divmod(points, len(LEVELLED))
    given = {stat: each + (number < rest) for number, stat in enumerate(LEVELLED)}
    return tuple(min(given.get(stat, 0), 255) for stat in range(STATS))


def vitals_of(creature: Creature) -> Vitals:
    """Return a creature's levels and stats, the same in every save."""
    gained = creature.level // GAINED_SHARE if creature.is_tame else 0
    wild = spread(creature.level - gained - 1)
    tamed = tuple(min(gained, 255) if stat == MELEE_DAMAGE else 0 for stat in range(STATS))
    together = [one + other for one, other in zip(wild, tamed, strict=True)]
    return Vitals(
        base_level=creature.level - gained,
        extra_level=gained,
        experience=gained * LEVEL_EXPERIENCE,
        stats=tuple(
            first + points * step
            for first, points, step in zip(FIRST_VALUES, together, PER_POINT, strict=True)
        ),
        wild_points=wild,
        tamed_points=tamed,
        colours=tuple(
            30 + (creature.number + region) % 40 if region in COLOURED_REGIONS else 0 for region in range(6)
        ),
    )


def survivor_vitals(survivor: Survivor) -> Vitals:
    """Return a survivor's levels and stats, the same in every save."""
    points = spread(survivor.level - 1)
    return Vitals(
        base_level=1,
        extra_level=survivor.level - 1,
        experience=survivor.level * LEVEL_EXPERIENCE,
        wild_points=points,
        stats=tuple(100.0 + 10.0 * value for value in points),
    )
