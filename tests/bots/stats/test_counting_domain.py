"""What counts for whom."""

from __future__ import annotations

import pytest

from bots.stats.counting.domain import Tally, tallies_of
from shared.domain.event_parts import Creature, Fighter, SurvivorId, TribeStamp
from shared.domain.events import FighterKind, GameEvent, Joined, Killed, Tamed

STAMP = TribeStamp(tribe="Wolves", tribe_id=None, day=1, time="10:00:00")
REX = Fighter(name="Rex", kind=FighterKind.SURVIVOR, level=90, tribe="Wolves")
OTTER = Fighter(name="Otter", kind=FighterKind.SURVIVOR, level=50, tribe="Divers")
RAPTOR = Fighter(name="Raptor", kind=FighterKind.CREATURE, species="Raptor", level=20)
WOLVES_PET = Fighter(name="Fang", kind=FighterKind.CREATURE, species="Direwolf", tribe="Wolves", level=200)
DIVERS_PET = Fighter(name="Moby", kind=FighterKind.CREATURE, species="Basilosaurus", tribe="Divers", level=99)
UNKNOWN = Fighter(name="Thing", group="Thing")
RIDERS = {SurvivorId(7): "Rex"}


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (
            Tamed(creature=Creature(name="Dodo"), survivor="Rex", tribe="Wolves"),
            [Tally(survivor="Rex", tames=1)],
        ),
        (Tamed(creature=Creature(name="Dodo"), survivor="Rex", stamp=STAMP), []),
        (Tamed(creature=Creature(name="Dodo")), []),
        (Killed(victim=OTTER), [Tally(survivor="Otter", deaths=1)]),
        (Killed(victim=OTTER, killer=RAPTOR), [Tally(survivor="Otter", deaths=1)]),
        (
            Killed(victim=OTTER, killer=REX),
            [Tally(survivor="Otter", deaths=1), Tally(survivor="Rex", survivor_kills=1)],
        ),
        (Killed(victim=DIVERS_PET, killer=REX), [Tally(survivor="Rex", creature_kills=1)]),
        (Killed(victim=RAPTOR, killer=REX), [Tally(survivor="Rex", creature_kills=1)]),
        (Killed(victim=WOLVES_PET, killer=REX), []),
        (Killed(victim=REX, killer=REX), [Tally(survivor="Rex", deaths=1)]),
        (Killed(victim=OTTER, killer=REX, stamp=STAMP), []),
        (Killed(victim=UNKNOWN, killer=REX), []),
        (
            Killed(victim=OTTER, killer=WOLVES_PET, killer_survivor_id=SurvivorId(7)),
            [
                Tally(survivor="Otter", deaths=1),
                Tally(survivor="Rex", survivor_id=SurvivorId(7), survivor_kills=1),
            ],
        ),
        (
            Killed(victim=OTTER, killer=WOLVES_PET, killer_survivor_id=SurvivorId(8)),
            [Tally(survivor="Otter", deaths=1)],
        ),
        # a wild wyvern's line bears an id too, of nobody knows whom
        (
            Killed(victim=OTTER, killer=RAPTOR, killer_survivor_id=SurvivorId(7)),
            [Tally(survivor="Otter", deaths=1)],
        ),
        (Joined(platform_name="Rex"), []),
    ],
)
def test_a_line_counts_for_who_did_it(event: GameEvent, expected: list[Tally]) -> None:
    assert tallies_of(event, RIDERS) == expected
