"""Reads the public data that the table of classes is made of: one function per format, from text to entries."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from shared.saves.classes.facts import ClassCategory, ClassKind
from shared.saves.classes.naming import short_name

# A blueprint's path as a text in a Python module: "/Game/…/Floor_Stone.Floor_Stone_C".
_PATH: Final = re.compile(r'"(/[^"\s]+/[^"\s./]+\.[^"\s./]+_C)"')
# What Purlovia calls the types of items.
_OBELISK_TYPES: Final = MappingProxyType(
    {
        "Ammo": ClassCategory.AMMUNITION,
        "Artifact": ClassCategory.ARTIFACT,
        "Equipment/DinoSaddle": ClassCategory.SADDLE,
        "Equipment/Trophy": ClassCategory.TROPHY,
        "Equipment": ClassCategory.ARMOUR,
        "MiscConsumable": ClassCategory.CONSUMABLE,
        "Resource": ClassCategory.RESOURCE,
        "Skin": ClassCategory.SKIN,
        "Structure": ClassCategory.PLACEABLE,
        "Weapon": ClassCategory.WEAPON,
        "WeaponAttachment": ClassCategory.WEAPON,
    }
)
# What ASV calls them.
_ASV_CATEGORIES: Final = MappingProxyType(
    {
        "Ammunition": ClassCategory.AMMUNITION,
        "Armor": ClassCategory.ARMOUR,
        "Armour": ClassCategory.ARMOUR,
        "Artifacts": ClassCategory.ARTIFACT,
        "Attachments": ClassCategory.WEAPON,
        "Consumables": ClassCategory.CONSUMABLE,
        "Costume": ClassCategory.SKIN,
        "Dye": ClassCategory.DYE,
        "Eggs": ClassCategory.EGG,
        "Kibble": ClassCategory.CONSUMABLE,
        "Recipes": ClassCategory.RECIPE,
        "Resource": ClassCategory.RESOURCE,
        "Resources": ClassCategory.RESOURCE,
        "Saddles": ClassCategory.SADDLE,
        "Seeds": ClassCategory.SEED,
        "Skins": ClassCategory.SKIN,
        "Structures": ClassCategory.PLACEABLE,
        "Tools": ClassCategory.TOOL,
        "Tributes": ClassCategory.TROPHY,
        "Trophies": ClassCategory.TROPHY,
        "Weapons": ClassCategory.WEAPON,
    }
)
# The ranks of bosses, which have one name and several classes.
_RANKS: Final = frozenset({"Alpha", "Beta", "Gamma"})
# What an item's class name tells where no source says what it is for.
_ITEM_NAMES: Final = (
    ("saddle", ClassCategory.SADDLE),
    ("primalitemskin", ClassCategory.SKIN),
    ("primalitemcostume", ClassCategory.SKIN),
    ("primalitemarmor", ClassCategory.ARMOUR),
    ("primalitemammo", ClassCategory.AMMUNITION),
    ("primalitemartifact", ClassCategory.ARTIFACT),
    ("primalitemresource", ClassCategory.RESOURCE),
    ("primalitemstructure", ClassCategory.PLACEABLE),
    ("primalitemtrophy", ClassCategory.TROPHY),
    ("primalitemdye", ClassCategory.DYE),
    ("consumable_egg", ClassCategory.EGG),
    ("consumable_seed", ClassCategory.SEED),
    ("recipe", ClassCategory.RECIPE),
    ("primalitemconsumable", ClassCategory.CONSUMABLE),
    ("primalitem_weapon", ClassCategory.WEAPON),
)


# Sources call these by something wider (an egg is a consumable to them), or by where they are worn.
_NARROW: Final = frozenset(
    {
        *(ClassCategory.ARTIFACT, ClassCategory.EGG, ClassCategory.RECIPE, ClassCategory.SADDLE),
        *(ClassCategory.SEED, ClassCategory.SKIN),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one source says of one class; empty texts and no category say nothing.

    ``placed_by`` is the class of the item that places a structure.
    """

    class_name: str
    kind: ClassKind
    display_name: str = ""
    placed_by: str = ""
    category: ClassCategory | None = None


def _obelisk_items(text: str) -> Iterator[Entry]:
    for item in json.loads(text)["items"]:
        name = _plain(item.get("name"))
        kind = str(item.get("type") or "")
        category = _OBELISK_TYPES.get(kind) or _OBELISK_TYPES.get(kind.partition("/")[0])
        if not kind:
            continue  # a base of other items, that never lies in an inventory
        yield Entry(
            class_name=short_name(item["bp"]), kind=ClassKind.ITEM, display_name=name, category=category
        )
        if item.get("structure") and not name.startswith("Base "):  # what the game derives its items from
            yield Entry(
                class_name=short_name(item["structure"]),
                kind=ClassKind.STRUCTURE,
                display_name=name,
                placed_by=short_name(item["bp"]),
            )


def _obelisk_species(text: str) -> Iterator[Entry]:
    for species in json.loads(text)["species"]:
        name = _plain(species.get("name"))
        yield Entry(class_name=short_name(species["bp"]), kind=ClassKind.CREATURE, display_name=name)


def _breeding_values(text: str) -> Iterator[Entry]:
    for species in json.loads(text)["species"]:
        name = _plain(species.get("name"))
        ranks = [rank for rank in species.get("variants", ()) if rank in _RANKS]
        shown = f"{name} ({', '.join(ranks)})" if name and ranks else name
        yield Entry(
            class_name=short_name(species["blueprintPath"]), kind=ClassKind.CREATURE, display_name=shown
        )


def _asv_structures(text: str) -> Iterator[Entry]:
    for line in json.loads(text)["structures"]:
        if not line["ClassName"].startswith("ASV_"):  # groups of that program's own
            name = _plain(line.get("FriendlyName"))
            yield Entry(class_name=line["ClassName"], kind=ClassKind.STRUCTURE, display_name=name)


def _asv_creatures(text: str) -> Iterator[Entry]:
    for line in json.loads(text)["creatures"]:
        name = _plain(line.get("FriendlyName"))
        yield Entry(class_name=line["ClassName"], kind=ClassKind.CREATURE, display_name=name)


def _asv_items(text: str) -> Iterator[Entry]:
    for line in json.loads(text)["items"]:
        yield Entry(
            class_name=line["ClassName"],
            kind=ClassKind.ITEM,
            display_name=_plain(line.get("FriendlyName")),
            category=_ASV_CATEGORIES.get(line.get("Category") or ""),
        )


def _paths(text: str, kind: ClassKind) -> Iterator[Entry]:
    for path in sorted({*_PATH.findall(text)}):
        name = short_name(path)
        if (
            "inventory" not in name.lower()
        ):  # the part of a structure that holds its items, not a thing of its own
            yield Entry(class_name=name, kind=kind)


def _plain(name: Any) -> str:
    """Return a thing's name without line breaks and needless spaces; the game's files have both."""
    return " ".join(str(name or "").split())


def item_category(class_name: str, told: ClassCategory | None = None) -> ClassCategory:
    """Return what an item is for, by the name of its class and by what a source has ``told``."""
    text = class_name.lower()
    named = next((category for part, category in _ITEM_NAMES if part in text), ClassCategory.OTHER)
    return named if named in _NARROW or told is None else told


READERS: Final[MappingProxyType[str, Callable[[str], Iterator[Entry]]]] = MappingProxyType(
    {
        "obelisk_items": _obelisk_items,
        "obelisk_species": _obelisk_species,
        "breeding_values": _breeding_values,
        "asv_structures": _asv_structures,
        "asv_creatures": _asv_creatures,
        "asv_items": _asv_items,
        "structure_paths": lambda text: _paths(text, ClassKind.STRUCTURE),
        "creature_paths": lambda text: _paths(text, ClassKind.CREATURE),
        "item_paths": lambda text: _paths(text, ClassKind.ITEM),
    }
)
"""The formats that ``sources.toml`` names."""
