"""Decodes a cluster inventory: what one account has uploaded, and has not taken down again on any map."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from parser_service.saves.columns import STATS, Game, Items, Survivors, Tames
from parser_service.saves.creature_lists import TameRows
from parser_service.saves.cursor import FormatError
from parser_service.saves.custom_data import find_image
from parser_service.saves.dialect import Generation
from parser_service.saves.object_file import read_file
from parser_service.saves.pods import read_creature
from parser_service.saves.profile_file import SurvivorRecord, read_profile
from parser_service.saves.property_list import MOST_INT32, PropertyList
from parser_service.saves.row_columns import number_column, text_columns
from parser_service.saves.survivors import survivors_of

_CLASS: Final = "ArkCloudInventoryData"
_UPLOADS: Final = frozenset({"arkitems", "arktameddinosdata", "arkplayerdata"})
_ITEM: Final = frozenset({"arktributeitem"})
_NET_INFO: Final = frozenset(
    {
        "itemarchetype",
        "itemid",
        "itemquantity",
        "itemqualityindex",
        "itemrating",
        "itemdurability",
        "bisblueprint",
        "bisengram",
        "bhidefrominventorydisplay",
        "customitemname",
        "craftercharactername",
        "customitemdatas",
    }
)
_ITEM_ID: Final = frozenset({"itemid1", "itemid2"})
_DINO: Final = frozenset({"dinodata"})
_PLAYER: Final = frozenset({"playerdataid", "playername", "playerdatabytes"})
# How the game writes a survivor's name beside the data.
_NAME_AND_LEVEL: Final = re.compile(r"(?P<name>.*) - Lvl (?P<level>[0-9]{1,6})(?: \(.*)?", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterContent:
    """What lies in a cluster inventory, with a sentence for each thing that could not be read.

    Creatures are those that were uploaded, and those in uploaded cryopods (``is_cryopodded``). Nothing of this has
    a place, a holder or an object's id.
    """

    items: Items
    tames: Tames
    survivors: Survivors
    notes: tuple[str, ...]


class _Content:
    """Collects what one file holds."""

    def __init__(self, game: Game) -> None:
        self.game = game
        self.items: list[dict[str, Any]] = []
        self.tames = TameRows()
        self.survivors: dict[int, SurvivorRecord] = {}
        self.notes: list[str] = []

    def add_item(self, item: PropertyList) -> None:
        """Add an uploaded item, and the creature in it."""
        info = item.nested("arktributeitem", _NET_INFO)
        if info.flag("bisengram") or info.flag("bhidefrominventorydisplay"):
            return
        self.items.append(_item_values(info))
        self._add_creature(find_image(info, "customitemdatas"), is_cryopodded=True)

    def add_dino(self, dino: PropertyList) -> None:
        """Add an uploaded creature."""
        self._add_creature(dino.raw_bytes("dinodata"), is_cryopodded=False)

    def _add_creature(self, image: bytes, *, is_cryopodded: bool) -> None:
        if not image:
            return
        try:
            self.tames.add(read_creature(image, game=self.game), is_cryopodded=is_cryopodded)
        except FormatError as error:
            self.notes.append(f"an uploaded creature cannot be read: {error}")

    def add_player(self, player: PropertyList) -> None:
        """Add an uploaded survivor: from the profile inside where it can be read, else from what is said of it."""
        try:
            survivor = read_profile(player.raw_bytes("playerdatabytes"))
        except FormatError as error:
            self.notes.append(f"an uploaded survivor's profile {error}")
            survivor = _named_survivor(player)
        if survivor.player_id > 0:
            self.survivors[survivor.player_id] = survivor


def read_cluster(data: bytes) -> ClusterContent:
    """Return what a cluster inventory's bytes hold; raise ``FormatError`` where they are none."""
    file = read_file(data, most_objects=1)
    if file.objects[0].class_name.removesuffix("_C") != _CLASS:
        message = "is no cluster inventory"
        raise FormatError(message)
    outer = file.properties(file.objects[0], frozenset({"myarkdata"}))
    uploads = outer.nested("myarkdata", _UPLOADS)
    content = _Content(Game.ASE if file.generation is Generation.A else Game.ASA)
    for item in uploads.elements("arkitems", _ITEM):
        content.add_item(item)
    for dino in uploads.elements("arktameddinosdata", _DINO):
        content.add_dino(dino)
    for player in uploads.elements("arkplayerdata", _PLAYER):
        content.add_player(player)
    return ClusterContent(
        items=_items(content.items),
        tames=content.tames.table(),
        survivors=survivors_of(content.survivors),
        notes=tuple(content.notes),
    )


def _item_values(info: PropertyList) -> dict[str, Any]:
    number = info.nested("itemid", _ITEM_ID)
    high, low = (number.integer(name) & 0xFFFFFFFF for name in ("itemid1", "itemid2"))
    return {
        "class": info.class_name("itemarchetype"),
        "custom_name": info.text("customitemname"),
        "crafter_name": info.text("craftercharactername"),
        "item_id": np.uint64(high << 32 | low),
        # Uploads write 0 for a thing of which there is one (all of a real file's).
        "quantity": max(1, info.integer("itemquantity", most=MOST_INT32)),
        "quality": info.integer("itemqualityindex") & 0xFF,
        "rating": info.real("itemrating", default=0.0),
        "durability": info.real("itemdurability"),
        "is_blueprint": info.flag("bisblueprint"),
    }


def _items(rows: list[dict[str, Any]]) -> Items:
    count = len(rows)
    columns: dict[str, Any] = dict(Items.empty().arrays())
    for name, dtype in Items.dtypes().items():
        if rows and name in rows[0]:
            columns[name] = number_column([row[name] for row in rows], dtype)
        else:
            columns[name] = np.zeros((count, *columns[name].shape[1:]), dtype=dtype)
    columns["holder_row"] -= 1
    for name in ("class", "custom_name", "crafter_name"):
        columns |= text_columns(name, [row[name] for row in rows])
    return Items(**columns)


def _named_survivor(player: PropertyList) -> SurvivorRecord:
    text = player.text("playername")
    parts = _NAME_AND_LEVEL.fullmatch(text)
    return SurvivorRecord(
        player_id=player.integer("playerdataid"),
        account="",
        platform_name="",
        name=parts["name"] if parts else text,
        tribe_id=0,
        level=int(parts["level"]) if parts else 0,
        experience=math.nan,
        points=(0,) * len(STATS),
        engrams=(),
        deaths=-1,
        is_female=False,
        last_seen_time=math.nan,
    )
