"""What is known of a class of the game."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ClassKind(StrEnum):
    """What the things of a class are."""

    STRUCTURE = "structure"
    CREATURE = "creature"
    ITEM = "item"


class Tier(StrEnum):
    """What a structure is made of, as far as decay goes."""

    THATCH = "thatch"
    WOOD = "wood"
    ADOBE = "adobe"
    STONE = "stone"
    GREENHOUSE = "greenhouse"
    METAL = "metal"
    VAULT = "vault"
    TEK = "tek"
    TEK_UTILITY = "tek_utility"
    OTHER = "other"


class ClassCategory(StrEnum):
    """What the things of a class are for."""

    BUILDING = "building"
    STORAGE = "storage"
    CRAFTING = "crafting"
    FARMING = "farming"
    TURRET = "turret"
    TRAP = "trap"
    POWER = "power"
    PLUMBING = "plumbing"
    BED = "bed"
    LIGHT = "light"
    DECORATION = "decoration"
    WORLD = "world"
    CREATURE = "creature"
    AMMUNITION = "ammunition"
    ARMOUR = "armour"
    ARTIFACT = "artifact"
    CONSUMABLE = "consumable"
    DYE = "dye"
    EGG = "egg"
    PLACEABLE = "placeable"
    RECIPE = "recipe"
    RESOURCE = "resource"
    SADDLE = "saddle"
    SEED = "seed"
    SKIN = "skin"
    TOOL = "tool"
    TROPHY = "trophy"
    WEAPON = "weapon"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFacts:
    """One class of the game.

    Attributes
    ----------
    name : str
        The class's short name, as saves spell it (``Floor_Stone_C``).
    display_name : str
        What players call it.
    kind : ClassKind
    category : ClassCategory
    tier : Tier
        Of structures; ``OTHER`` where the name does not tell, and for all that is no structure.
    decay_days : float or None
        Days until it decays at official rates, where a figure for this very class is published; its tier has one else.
    slots : int or None
        How many stacks of items fit, where published.
    is_core : bool
        A foundation, pillar or the like, that carries other structures.
    is_turret, is_container : bool
        It shoots by itself; it holds items.
    is_immune : bool
        It never decays (``bImmuneToAutoDemolish``), as far as is published.
    """

    name: str
    display_name: str
    kind: ClassKind
    category: ClassCategory
    tier: Tier = Tier.OTHER
    decay_days: float | None = None
    slots: int | None = None
    is_core: bool = False
    is_turret: bool = False
    is_container: bool = False
    is_immune: bool = False
