"""What kind of thing the objects of a class are: decided once per class, by its name."""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class ObjectKind(IntEnum):
    """What an object's class says of it."""

    UNKNOWN = 0
    """A structure, or something else that only its properties tell."""
    CREATURE = 1
    STATUS = 2
    """The part of a creature or survivor that holds its levels and stats."""
    PAWN = 3
    """The body of a survivor."""
    ITEM = 4
    OTHER = 5
    """Nothing that is asked for: what steers creatures, effects, the bags of the dead."""


# The game's own classes and those of mods are named alike, for mods begin as copies of them.
_OTHER_STARTS: Final = ("DeathItemCache_", "Structure_LoadoutDummy_Hotbar_C", "Buff_", "PrimalBuff_")
_PARTS: Final = (
    ("StatusComponent", ObjectKind.STATUS),
    ("AIController", ObjectKind.OTHER),
    ("PlayerController", ObjectKind.OTHER),
    ("PlayerPawn", ObjectKind.PAWN),
    ("_Character_BP", ObjectKind.CREATURE),
)


def kind_of_class(class_name: str) -> ObjectKind:
    """Return what the objects of a class are.

    Examples
    --------
    >>> kind_of_class("Rex_Character_BP_C").name, kind_of_class("Floor_Stone_C").name
    ('CREATURE', 'UNKNOWN')
    """
    if class_name.startswith(_OTHER_STARTS):
        return ObjectKind.OTHER
    return next((kind for part, kind in _PARTS if part in class_name), ObjectKind.UNKNOWN)
