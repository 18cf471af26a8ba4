"""Finds the creature in a cryopod's ``CustomItemDatas``: the image itself, or (ASE since version 11) where it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Final

from parser_service.saves.cursor import Cursor, FormatError
from parser_service.saves.dialect import TYPE_NAMES, Generation, Kind, NameIds
from parser_service.saves.property_list import PropertyList, Tag
from parser_service.saves.taglist import NameReader, TagList, inline_name, numbered_names

POD_CLASSES: Final = ("cryopod", "soultrap", "vivarium", "dinoball")
"""What the classes of items that hold creatures have in their names (lower case), as public tools know them."""
_NAMES: Final = (
    "None",
    "CustomDataName",
    "CustomDataBytes",
    "ByteArrays",
    "Bytes",
    "Dino",
)
_ELEMENT: Final = frozenset({"customdataname", "customdatabytes"})
_ARRAYS: Final = frozenset({"bytearrays"})
_BYTES: Final = frozenset({"bytes"})
_CREATURE: Final = "dino"
# Regions of stored data that a world has.
_REGIONS: Final = 4
_REFERENCE_BYTES: Final = 18
# A reference to an object, and one to a class.
_LINK_BYTES: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPlace:
    """Where in an ASE world's stored data something lies: the region, and the position within it."""

    region: int
    position: int


def is_pod(class_name: str) -> bool:
    """Return whether items of a class may hold a creature.

    Examples
    --------
    >>> is_pod("PrimalItem_WeaponEmptyCryopod_C"), is_pod("PrimalItemResource_Wood_C")
    (True, False)
    """
    folded = class_name.casefold()
    return any(part in folded for part in POD_CLASSES)


def pod_names(names: NameIds) -> NameReader:
    """Return the reader of a world's names, as far as ``pod_image`` needs them."""
    wanted = chain(_NAMES, TYPE_NAMES.values())
    return numbered_names({number: name for name in wanted for number in names.ids_of(name)})


def pod_image(value: bytes, generation: Generation, names: NameReader = inline_name) -> bytes:
    """Return the creature's image in the value of ``CustomItemDatas``, empty where the pod holds none.

    The value begins with the count of elements. ``names`` reads the world's names (``pod_names``); in small files
    names stand as texts. A damaged value raises ``FormatError``.
    """
    lists = TagList(value, generation, names)
    whole = Tag(Kind.ARRAY, Kind.STRUCT, flag=False, at=0, size=len(value))
    for element in lists.elements(whole, _ELEMENT):
        if element.name("customdataname") == _CREATURE:
            return element_image(element)
    return b""


def find_image(item: PropertyList, name: str) -> bytes:
    """Return the creature's image among the data in an item's property, empty where there is none."""
    for element in item.elements(name, _ELEMENT):
        if element.name("customdataname") == _CREATURE:
            return element_image(element)
    return b""


def element_image(element: PropertyList) -> bytes:
    """Return the first byte array of one element; the others are the creature's saddle and costumes."""
    arrays = element.nested("customdatabytes", _ARRAYS).elements("bytearrays", _BYTES)
    first = next(arrays, None)
    return b"" if first is None else first.raw_bytes("bytes")


def stored_places(value: bytes) -> list[StoredPlace]:
    """Return what the value of ``CustomItemDatas`` refers to in ASE worlds since version 11 [unverified].

    A reference is u8 format, u8 region, i64 position, and two counted lists of 8-byte links.
    """
    cursor = Cursor(value)
    places = []
    for _ in range(cursor.count(_REFERENCE_BYTES)):
        cursor.u8()
        region, position = cursor.u8(), cursor.i64()
        for _ in range(2):
            cursor.take(cursor.count(_LINK_BYTES) * _LINK_BYTES)
        if region >= _REGIONS or position < 0:
            message = f"refers to byte {position:,} of region {region}, which is none"
            raise FormatError(message)
        places.append(StoredPlace(region=region, position=position))
    if cursor.remaining:
        message = "holds more than its references"
        raise FormatError(message)
    return places
