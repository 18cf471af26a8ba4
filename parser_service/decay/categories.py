"""Which decay category a structure's class belongs to, by rules on its name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray


class Category(StrEnum):
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


CATEGORIES: Final = tuple(Category)
"""The categories in the order in which columns count them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """How long a category lasts at official rates, and where that is known from."""

    days: float
    label: str
    source: str


_FIVE_TIERS: Final = (
    "ark.wiki.gg/wiki/Building; supercraft.host/wiki/ark/ark_structure_decay; go-ark-save-parser"
)
_ONE_SOURCE: Final = "go-ark-save-parser arkapi/structure_decay.go"
PERIODS: Final = {
    Category.THATCH: Period(days=4, label="Thatch", source=_FIVE_TIERS),
    Category.WOOD: Period(days=8, label="Wood", source=_FIVE_TIERS),
    Category.ADOBE: Period(days=8, label="Adobe", source=_ONE_SOURCE),
    Category.STONE: Period(days=12, label="Stone", source=_FIVE_TIERS),
    Category.GREENHOUSE: Period(days=16, label="Greenhouse", source=_ONE_SOURCE),
    Category.METAL: Period(days=16, label="Metal", source=_FIVE_TIERS),
    Category.VAULT: Period(days=16, label="Vault", source=_ONE_SOURCE),
    Category.TEK: Period(days=20, label="Tek", source=_FIVE_TIERS),
    Category.TEK_UTILITY: Period(days=40, label="Tek utility", source=_ONE_SOURCE),
    # The period is a default of the class that saves do not hold. What is not known is given the longest of all:
    # nothing destructive may begin on a guess, and the known structures beside it give the earlier warning.
    Category.OTHER: Period(days=40, label="Other", source="the longest known: no class decays later"),
}
"""Days at official rates by category."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """A class belongs to the category when its name has one of the words, or contains one of the parts.

    ``piece`` asks for a building piece besides (or, when false, for none).
    """

    category: Category
    words: frozenset[str] = frozenset()
    parts: tuple[str, ...] = ()
    piece: bool | None = None


# Words that name the pieces of a building, as the game's class names spell them.
_PIECES: Final = frozenset(
    {
        *(
            "beam",
            "catwalk",
            "ceiling",
            "door",
            "doorframe",
            "doorway",
            "fence",
            "floor",
            "foundation",
            "gate",
        ),
        *(
            "gateframe",
            "gateway",
            "hatchframe",
            "ladder",
            "pillar",
            "railing",
            "ramp",
            "roof",
            "stair",
            "staircase",
        ),
        *("stairs", "support", "trapdoor", "triangle", "wall", "window", "windowwall"),
    }
)
# What stands on the ground and holds the rest. The game's classes call a foundation a floor, a floor a ceiling.
_CORE: Final = frozenset({"floor", "foundation", "pillar", "support"})

# The first rule that fits decides. StorageBox_Huge is the vault; small and large boxes say nothing of a tier.
_RULES: Final = (
    _Rule(category=Category.TEK_UTILITY, parts=("cryofridge",)),
    _Rule(category=Category.TEK, words=frozenset({"tek"}), piece=True),
    _Rule(category=Category.TEK_UTILITY, words=frozenset({"tek"}), piece=False),
    _Rule(category=Category.VAULT, parts=("storagebox_huge", "vault")),
    _Rule(category=Category.GREENHOUSE, parts=("greenhouse",)),
    _Rule(category=Category.METAL, words=frozenset({"metal"})),
    _Rule(category=Category.STONE, words=frozenset({"stone"})),
    _Rule(category=Category.ADOBE, words=frozenset({"adobe"})),
    _Rule(category=Category.WOOD, words=frozenset({"wood", "wooden"})),
    _Rule(category=Category.THATCH, words=frozenset({"thatch"})),
)
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]*|[a-z]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRule:
    """What the rules say of a class."""

    category: Category
    is_core: bool


@lru_cache(maxsize=16_384)
def classify(class_name: str) -> ClassRule:
    """Return what the rules say of a class; an unknown one is ``Category.OTHER``.

    Examples
    --------
    >>> classify("BP_TriFoundation_Metal_C").category.value
    'metal'
    >>> classify("StorageBox_TekGenerator_C").category.value
    'tek_utility'
    """
    words = {word.lower() for word in _WORD.findall(class_name)}
    text = class_name.lower()
    is_piece = bool(words & _PIECES)
    fitting = (rule.category for rule in _RULES if _fits(rule, words, text, is_piece=is_piece))
    return ClassRule(
        category=next(fitting, Category.OTHER),
        is_core=bool(words & _CORE),
    )


def _fits(rule: _Rule, words: set[str], text: str, *, is_piece: bool) -> bool:
    if rule.piece is not None and rule.piece is not is_piece:
        return False
    return bool(words & rule.words) or any(part in text for part in rule.parts)


def category_numbers(classes: Sequence[str]) -> NDArray[np.int8]:
    """Return each class's place in ``CATEGORIES``, as an array of shape (len(classes),)."""
    return np.array([CATEGORIES.index(classify(name).category) for name in classes], dtype=np.int8)
