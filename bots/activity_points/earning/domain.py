"""What earns points, and how many: the table of rules and what a deed in the log is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from shared.domain.events import Creature, Fighter, FighterKind, Killed
from shared.ids import ServerId

SLOT = timedelta(minutes=5)
"""Playtime is booked in slots of the clock (00:00, 00:05, …), so that a slot is the same however it was reached."""
ACTIVE_FOR = timedelta(minutes=15)
"""How long a sign of activity lasts; without one, time earns a tenth."""
IDLE_MINUTES = 10
"""So many idle minutes earn one point: a tenth of the active rate."""
REPEATED_FOR = timedelta(minutes=60)
"""The same thing done again within this time is no sign of activity: macros repeat themselves, people hardly do."""
LOST_AFTER = timedelta(hours=6)
"""Who gave no sign for so long is taken for gone, because leaves are missing from logs now and then."""
LONGEST_SILENCE = timedelta(minutes=30)
"""ARK saves its world every 15 minutes and says so; a log that is silent for longer does not show that people are on."""
CLOCK_SLACK = timedelta(hours=1)
"""Lines may be a little out of order; a stamp older than this means that the server's clock was set back."""


class Rule(StrEnum):
    """What points are booked for."""

    PLAYTIME = "playtime"
    IDLE = "idle"
    TAME = "tame"
    KILL_WILD = "kill_wild"
    KILL_TAME = "kill_tame"
    KILL_PLAYER = "kill_player"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a rule pays each time, and at most in a day (UTC) on one server."""

    amount: int
    daily_cap: int


# ARK communities pay 10 points per 5 to 15 minutes and multiples of that for deeds (reference: ArkShop's
# TimedPointsReward, ShopRewards); caps keep a day's farming below a day's playing.
PRICES: Mapping[Rule, Price] = MappingProxyType(
    {
        Rule.PLAYTIME: Price(amount=1, daily_cap=600),
        Rule.IDLE: Price(amount=1, daily_cap=60),
        Rule.TAME: Price(amount=10, daily_cap=100),
        Rule.KILL_WILD: Price(amount=2, daily_cap=40),
        Rule.KILL_TAME: Price(amount=5, daily_cap=50),
        Rule.KILL_PLAYER: Price(amount=25, daily_cap=100),
    }
)

# Names of creatures that were just born or hatched: with no tribe they are unclaimed young, which breeders cull by the
# dozen, and not wild ones.
_YOUNG = ("baby ", "juvenile ", "adolescent ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Earning:
    """Points for a player, and why. ``dedupe_key`` is the same whenever the same log is read."""

    player: str
    name: str
    rule: Rule
    amount: int
    at: datetime
    server_id: ServerId
    seq: int
    text: str
    dedupe_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Somebody in the game asked for their points; ``player`` is ``None`` where the line does not say who they are."""

    player: str | None
    survivor: str
    seq: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What a line shows that may earn points, before it is known whose deed it was. ``victim`` counts once a day."""

    rule: Rule
    text: str
    victim: str | None = None


def kill_deed(event: Killed) -> Deed | None:
    """Return what a death is worth to the killer; ``None`` for lines, victims and killers that earn nothing.

    A kill is up to three lines; the public one, without a tribe's stamp, counts.
    """
    victim, killer = event.victim, event.killer
    if event.stamp is not None or killer is None or is_wild(killer) or is_own_tribe(victim, killer):
        return None
    if victim.kind is FighterKind.SURVIVOR:
        return Deed(rule=Rule.KILL_PLAYER, text=f"killed {named(victim)}", victim=victim.name)
    if victim.kind is FighterKind.CREATURE and victim.tribe:
        return Deed(rule=Rule.KILL_TAME, text=f"killed the tame {named(victim)} of {victim.tribe}")
    if victim.kind is FighterKind.CREATURE and not victim.name.lower().startswith(_YOUNG):
        return Deed(rule=Rule.KILL_WILD, text=f"killed a wild {named(victim)}")
    return None


def is_wild(killer: Fighter) -> bool:
    """Tell whether nobody stands behind a killer: a creature without a tribe, whatever id the line bears."""
    return killer.kind is not FighterKind.SURVIVOR and not killer.tribe


def is_own_tribe(victim: Fighter, killer: Fighter) -> bool:
    """Tell whether a death stayed within a tribe, or was the killer's own."""
    if victim.tribe and killer.tribe:
        return victim.tribe == killer.tribe
    return victim.kind is killer.kind is FighterKind.SURVIVOR and victim.name == killer.name


def named(being: Creature | Fighter) -> str:
    """Return a creature or fighter in a few words.

    Examples
    --------
    >>> named(Creature(name="Biscuit", level=20, species="Raptor"))
    'Biscuit (Raptor, level 20)'
    """
    details = [] if being.species in {None, being.name} else [str(being.species)]
    details += [] if being.level is None else [f"level {being.level}"]
    return f"{being.name} ({', '.join(details)})" if details else being.name
