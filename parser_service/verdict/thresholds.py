"""Where innocent ends: every number that a judgement rests on, and why it is that one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The numbers of all rules."""

    zero_tail_bytes: Mapping[str, int] = field(
        default_factory=lambda: {"ase": 512, "mobile": 512, "asa": 4096}
    )
    """Real ASE and Mobile worlds end with at most 12 zero bytes, ASA's with at most 1,031 (11 and 9 files)."""

    failed_objects: int = 0
    """More damaged objects than the last good save had. In 28,786 real objects there is not one."""
    ruined_share: float = 0.02
    """From this share of damaged objects on, later saves that agree prove nothing: it is no single odd object."""

    unknown_kinds: int = 50
    unknown_kinds_share: float = 0.8
    """So many objects with properties of unknown types, and hardly another fault, are a new format; damage is mixed."""

    damaged_names: int = 0
    """ASA's names hash to their ids, 8,804 of 8,804 in real worlds; not one ASE name holds a control character."""

    doubled_ids: int = 2
    """Cryopods and transfers can leave a creature twice for the length of one save."""
    doubled_objects: int = 5
    doubled_objects_share: float = 0.02
    first_doubled_share: float = 0.75
    """ASE writes some structures twice: 26 of 70 in the one real world, which is why a first save may have many."""

    rollback: timedelta = timedelta(seconds=2)
    """ASE's clock is a 32-bit float: at 5e6 s it steps by 0.5 s, later by 1 s."""
    future: timedelta = timedelta(minutes=10)
    """Clocks without NTP differ by minutes. Beyond, every date of decay would be wrong by as much."""

    new_world_age: timedelta = timedelta(days=3)
    """A season's first save reaches us within minutes; three days allow for a weekend without Helena."""
    new_world_kept_share: float = 0.2
    """In a rollback the tribes still have their structures; in a new world hardly one of the old tribes has a fifth."""

    wiped_structures: int = 200
    wiped_share: float = 0.7
    """Fewer structures are one base. A decay sweep after a quiet month takes a third; seven in ten is a wipe."""
    wiped_tribes_share: float = 0.5
    counted_tribe: int = 20
    fewest_tribes: int = 3
    """Of at least 3 tribes with 20 structures, half must have lost half: else one large tribe has left."""
    gone_objects_share: float = 0.5
    """What was demolished is gone from the file too. Objects that are still there, unrecognised, are damage."""

    lost_tribes: int = 5
    lost_tribes_share: float = 0.7
    lost_survivors: int = 10
    lost_survivors_share: float = 0.7
    lost_tames: int = 20
    lost_tames_share: float = 0.7
    """As with structures: many, and most of all."""
    lost_bytes: int = 1 << 20
    lost_bytes_share: float = 0.9
    """A wild-creature wipe halves a world. Nine tenths of one larger than a few MB is more than creatures."""

    wild_wipe: int = 50
    wild_wipe_share: float = 0.9
    """DestroyWildDinos takes all; the first of the next ones are back when the world is saved."""

    agreeing_saves: int = 3
    agreeing_span: timedelta = timedelta(minutes=30)
    """Autosaves come every 15 minutes: three in a row that agree, over half an hour of the world's own clock."""


THRESHOLDS = Thresholds()
"""The numbers in use."""

KNOWN_VERSIONS: Mapping[str, frozenset[int]] = {
    "ase": frozenset(range(6, 13)),
    "asa": frozenset({13, 14}),
    "mobile": frozenset({33}),
}
"""The versions whose layout was checked against real files."""

# Real worlds: ASA's clock reads 100,000,044 after 44 seconds; ASE's and Mobile's begin at zero.
CLOCK_START: Mapping[str, float] = {"ase": 0.0, "mobile": 0.0, "asa": 1e8}
