"""The creatures in the cryopods of a world: found among its items, put where the holders of their pods are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from parser_service.saves.columns import Game, Int64Array, Items, Tames
from parser_service.saves.cursor import FormatError
from parser_service.saves.custom_data import StoredPlace, is_pod, pod_image, pod_names, stored_places
from parser_service.saves.dialect import Generation, NameIds
from parser_service.saves.holders import HolderFacts
from parser_service.saves.items import HeldItems
from parser_service.saves.placed import is_owned
from parser_service.saves.pods import read_pods
from parser_service.saves.stored_data import FIRST_VERSION, read_stored_pods

# The smallest of 12 real creatures in cryopods has 2.6 kB; what skins and the like keep has some hundred bytes.
_SMALLEST_CREATURE: Final = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class PodWorld:
    """What has to be known of a world to read the creatures in its pods."""

    game: Game
    version: int
    generation: Generation
    names: NameIds
    path: Path

    @property
    def stores_creatures(self) -> bool:
        """Whether pods say where the creature is kept, and do not hold it themselves."""
        return self.game is Game.ASE and self.version >= FIRST_VERSION


def tames_in_pods(
    held: Sequence[HeldItems], items: Items, holders: HolderFacts, world: PodWorld
) -> tuple[Tames, list[str]]:
    """Return the creatures in the pods among items, and what could not be read.

    ``items`` are those of all parts of ``held``, in their order; ``holders`` has a row for each. A creature that
    says of no owner of its own is its holder's; one that nobody owns is part of the map, as those in the gargoyles of
    Lost Colony are, and left out.
    """
    rows, values = _candidates(held, items)
    images, notes = _images(values, world)
    pods = read_pods(images, game=world.game)
    item = rows[pods.image_row]
    team = np.where(is_owned(pods.tames.tribe_id), pods.tames.tribe_id, holders.tribe_id[item])
    owned = np.flatnonzero(is_owned(team))
    item = item[owned]
    x, y, z = (column.copy() for column in holders.position[item].T)
    tames = replace(
        pods.tames.take(owned),
        tribe_id=team[owned],
        object_id=items.object_id[item],
        x=x,
        y=y,
        z=z,
        is_cryopodded=np.ones(len(item), dtype=np.bool_),
    )
    return tames, [*notes, *pods.notes]


def _candidates(held: Sequence[HeldItems], items: Items) -> tuple[Int64Array, list[bytes]]:
    """Return the rows of the items that may hold a creature, and the values of their ``CustomItemDatas``."""
    is_named = [is_pod(name) for name in items.classes]
    rows, values, first = [], [], 0
    for part in held:
        for row, value in part.customs:
            if len(value) >= _SMALLEST_CREATURE or is_named[items.class_index[first + row]]:
                rows.append(first + row)
                values.append(value)
        first += len(part.items)
    return np.array(rows, dtype=np.int64), values


def _images(values: Sequence[bytes], world: PodWorld) -> tuple[list[bytes], list[str]]:
    """Return the image of the creature in each value, empty where there is none."""
    notes: list[str] = []
    if world.stores_creatures:
        places: list[list[StoredPlace]] = []
        for value in values:
            try:
                places.append(stored_places(value))
            except FormatError as error:
                places.append([])
                notes.append(f"an item's data: {error}")
        stored = read_stored_pods(world.path, places)
        return stored.images, [*notes, *stored.notes]
    names = pod_names(world.names)
    images: list[bytes] = []
    for value in values:
        try:
            images.append(pod_image(value, world.generation, names))
        except FormatError as error:
            images.append(b"")
            notes.append(f"an item's data: {error}")
    return images, notes
