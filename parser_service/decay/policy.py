"""How a game server lets things decay: the settings that its owner has chosen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final

from parser_service.decay.categories import Category
from shared.config.community import DecaySettings

# FastDecayInterval's default in Game.ini: 43,200 s (ark.wiki.gg/wiki/Server_configuration).
_FAST_DECAY: Final = timedelta(hours=12)
# The sources disagree: 8 (go-ark-save-parser arkapi/dino_claim.go), 12 (faq.thepackgaming.com) and 16 days (a
# community's page). The latest counts, for nothing may be called anyone's to claim too early.
_DINO_DAYS: Final = 16.0


class DecayMode(StrEnum):
    """What the clock of a structure is."""

    MATERIAL = "material"
    """The game's own: the period of its material since an ally was near."""
    TRIBE_LAST_SEEN = "tribe_last_seen"
    """The community's: days since anyone of the tribe was seen, or near anything it owns."""


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
        ``DisableStructureDecayPvE``: no structure decays.
    pvp, pvp_structure_decay : bool
        On a PvP server structures decay only with ``PvPStructureDecay``.
    only_unsnapped_core : bool
        ``OnlyDecayUnsnappedCoreStructures``: only lone foundations and pillars decay.
    fast_decay_unsnapped_core : bool
        ``FastDecayUnsnappedCoreStructures``: these decay after ``fast_decay_interval``, whatever they are made of.
    fast_decay_interval : timedelta
        ``FastDecayInterval``.
    auto_destroy_multiplier : float
        ``AutoDestroyOldStructuresMultiplier`` with ``-AutoDestroyStructures``: the server itself removes a structure
        after this many times its period; 0 is off.
    only_auto_destroy_core : bool
        ``OnlyAutoDestroyCoreStructures``: the server removes foundations and pillars alone.
    tribe_days : float
        Days of absence in the mode ``tribe_last_seen``.
    period_days : mapping
        Days of single classes (short names) or categories, where a server's mods or owner differ from the game.
    immune_classes : frozenset of str
        Classes that never decay (``bImmuneToAutoDemolish``), besides those that the table of classes marks.
    dino_days, dino_multiplier : float
        Days until a creature may be claimed by anyone, and ``PvEDinoDecayPeriodMultiplier``.
    dino_decay_disabled : bool
        ``DisableDinoDecayPvE``: no creature does.
    pvp_dino_decay : bool
        ``PvPDinoDecay``: on a PvP server creatures decay only with it.
    """

    mode: DecayMode = DecayMode.MATERIAL
    multiplier: float = 1.0
    disabled: bool = False
    pvp: bool = False
    pvp_structure_decay: bool = False
    only_unsnapped_core: bool = False
    fast_decay_unsnapped_core: bool = False
    fast_decay_interval: timedelta = _FAST_DECAY
    auto_destroy_multiplier: float = 0.0
    only_auto_destroy_core: bool = False
    tribe_days: float = 30.0
    period_days: Mapping[str | Category, float] = field(default_factory=dict)
    immune_classes: frozenset[str] = frozenset()
    dino_days: float = _DINO_DAYS
    dino_multiplier: float = 1.0
    dino_decay_disabled: bool = False
    pvp_dino_decay: bool = False

    def __post_init__(self) -> None:
        numbers = (
            *(self.multiplier, self.tribe_days, self.dino_days, self.dino_multiplier),
            *(self.fast_decay_interval.total_seconds(), *self.period_days.values()),
        )
        if not all(math.isfinite(number) and number > 0 for number in numbers):
            message = "a decay policy's multipliers, days and intervals are positive numbers"
            raise ValueError(message)
        if not (math.isfinite(self.auto_destroy_multiplier) and self.auto_destroy_multiplier >= 0):
            message = "a decay policy's auto-destroy multiplier is 0 or a positive number"
            raise ValueError(message)

    @property
    def structures_decay(self) -> bool:
        """Whether any structure decays at all."""
        return not self.disabled and (not self.pvp or self.pvp_structure_decay)

    @property
    def dinos_decay(self) -> bool:
        """Whether any creature does."""
        return not self.dino_decay_disabled and (not self.pvp or self.pvp_dino_decay)


def policy_of(settings: DecaySettings) -> DecayPolicy:
    """Return the policy that a game server's entry in the community file asks for."""
    return DecayPolicy(
        mode=DecayMode(settings.mode),
        multiplier=settings.multiplier,
        disabled=settings.disabled,
        pvp=settings.pvp,
        pvp_structure_decay=settings.pvp_structure_decay,
        only_unsnapped_core=settings.only_unsnapped_core,
        fast_decay_unsnapped_core=settings.fast_decay_unsnapped_core,
        fast_decay_interval=settings.fast_decay_interval,
        auto_destroy_multiplier=settings.auto_destroy_multiplier,
        only_auto_destroy_core=settings.only_auto_destroy_core,
        tribe_days=settings.tribe_days,
        period_days=settings.period_days,
        immune_classes=frozenset(settings.immune_classes),
        dino_days=settings.dino_days,
        dino_multiplier=settings.dino_multiplier,
        dino_decay_disabled=settings.dino_decay_disabled,
        pvp_dino_decay=settings.pvp_dino_decay,
    )
