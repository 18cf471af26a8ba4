"""How a game server lets structures decay: the settings that its owner has chosen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final

from parser_service.decay.categories import Category

# FastDecayInterval's default in Game.ini: 43,200 s (ark.wiki.gg/wiki/Server_configuration).
_FAST_DECAY: Final = timedelta(hours=12)


class DecayMode(StrEnum):
    """What the clock of a structure is."""

    MATERIAL = "material"
    """The game's own: the period of its material since an ally was near."""
    TRIBE_LAST_SEEN = "tribe_last_seen"
    """The community's: days since anyone of the tribe was near anything it owns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecayPolicy:
    """The rules of one game server.

    Attributes
    ----------
    mode : DecayMode
        Which clock counts.
    multiplier : float
        ``PvEStructureDecayPeriodMultiplier``; in spite of its name it works on PvP servers too.
    disabled : bool
        ``DisableStructureDecayPvE``: nothing decays.
    only_unsnapped_core : bool
        ``OnlyDecayUnsnappedCoreStructures``: only lone foundations and pillars decay.
    fast_decay_unsnapped_core : bool
        ``FastDecayUnsnappedCoreStructures``: these decay after ``fast_decay_interval``, whatever they are made of.
    tribe_days : float
        Days of absence in the mode ``tribe_last_seen``.
    period_days : mapping
        Days of single classes (short names) or categories, where a server's mods or owner differ from the game.
    immune_classes : frozenset of str
        Classes that never decay (``bImmuneToAutoDemolish``): a default of the class that saves do not hold, and of
        which there is no public list, so it is the owner's to say.
    """

    mode: DecayMode = DecayMode.MATERIAL
    multiplier: float = 1.0
    disabled: bool = False
    only_unsnapped_core: bool = False
    fast_decay_unsnapped_core: bool = False
    fast_decay_interval: timedelta = _FAST_DECAY
    tribe_days: float = 30.0
    period_days: Mapping[str | Category, float] = field(default_factory=dict)
    immune_classes: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        numbers = (self.multiplier, self.tribe_days, *self.period_days.values())
        if not all(math.isfinite(number) and number > 0 for number in numbers):
            message = "a decay policy's multiplier and days are positive numbers"
            raise ValueError(message)
