"""Names of classes: their short form, and how they read to people."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

# A save's class names are a few hundred characters at most; what is longer is damage, and costs no more than this.
_LONGEST: Final = 300
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]*|[a-z]+|[0-9]+")
# Parts of class names that say what kind of file they come from, and nothing of the thing.
_NOISE: Final = frozenset(
    {"bp", "sm", "character", "primal", "item", "structure", "blueprint", "base", "child"}
)
_ITEM_PREFIX: Final = re.compile(
    r"^Primal?Item(?:Structure|Resource|Consumable|Armor|Ammo|Artifact|Skin|Trophy|Weapon)?_?", re.IGNORECASE
)


def short_name(name: str) -> str:
    """Return a class's short name, given that, or the path of its blueprint.

    Examples
    --------
    >>> short_name("/Game/PrimalEarth/Structures/Stone/Floor_Stone.Floor_Stone_C")
    'Floor_Stone_C'
    >>> short_name("Blueprint'/Game/PrimalEarth/Dinos/Rex/Rex_Character_BP.Rex_Character_BP'")
    'Rex_Character_BP_C'
    >>> short_name("Floor_Stone_C")
    'Floor_Stone_C'
    """
    if "/" not in name:
        return name
    short = name.strip("\"' ").rsplit("/", 1)[1].rsplit(".", 1)[-1].strip("\"' ")
    return short if short.casefold().endswith("_c") else f"{short}_C"


def words_of(name: str) -> list[str]:
    """Return the words of a class's short name, in lower case.

    Examples
    --------
    >>> words_of("BP_TriFoundation_Metal_C")
    ['bp', 'tri', 'foundation', 'metal']
    """
    stem = name[:_LONGEST]
    if stem.casefold().endswith("_c"):
        stem = stem[:-2]
    return [word.lower() for word in _WORD.findall(stem)]


@lru_cache(maxsize=16_384)
def readable(name: str) -> str:
    """Return a class's short name as a person would write it, made of the name alone.

    Examples
    --------
    >>> readable("StorageBox_Large_C")
    'Storage Box Large'
    >>> readable("PrimalItemConsumable_CookedMeat_C")
    'Cooked Meat'
    >>> readable("BP_C")
    'BP_C'
    """
    stem = _ITEM_PREFIX.sub("", short_name(name)[:_LONGEST])
    words = [word for word in words_of(stem) if word not in _NOISE]
    return " ".join(word.capitalize() for word in words) or name
