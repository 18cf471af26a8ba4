"""Decodes creatures in cryopods: each in an image of its own, with its status component."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from parser_service.saves.columns import Game, Int64Array, Tames
from parser_service.saves.creature_lists import CREATURE_WANTED, STATUS_WANTED, Creature, TameRows
from parser_service.saves.cursor import Cursor, FormatError
from parser_service.saves.dialect import Generation
from parser_service.saves.object_file import ObjectFile, read_objects
from parser_service.saves.pod_bytes import MARK_UE55, unpack

# In the class of what holds levels and stats, in both games.
_STATUS: Final = "StatusComponent"
# Unreal 4's and 5's own file versions begin an image that is not packed: a creature uploaded to a cluster of ASA
# [unverified: so says the public tool go-ark-save-parser].
_ENGINE_VERSIONS: Final = struct.pack("<ii", 522, 1013)


@dataclass(frozen=True, slots=True, kw_only=True)
class PodTames:
    """The creatures found in images, one row each.

    Attributes
    ----------
    tames : Tames
        Their place, object and inventory are unknown: the world has the pod.
    image_row : ndarray of shape (n,), int64
        Which of the images each row comes from, ascending.
    notes : list of str
        A sentence for each image that could not be read.
    """

    tames: Tames
    image_row: Int64Array
    notes: list[str]


def read_pods(images: Sequence[bytes], *, game: Game) -> PodTames:
    """Return the creatures in the images of cryopods; an empty image is an empty pod, a damaged one a note."""
    rows = TameRows()
    image_row: list[int] = []
    notes: list[str] = []
    for number, image in enumerate(images):
        if not image:
            continue
        try:
            rows.add(read_creature(image, game=game), is_cryopodded=True)
        except FormatError as error:
            notes.append(f"the creature in cryopod {number + 1}: {error}")
        else:
            image_row.append(number)
    return PodTames(tames=rows.table(), image_row=np.array(image_row, dtype=np.int64), notes=notes)


def read_creature(image: bytes, *, game: Game) -> Creature:
    """Return the creature in an image; raise ``FormatError`` where there is none."""
    if game is not Game.ASA:
        file = read_objects(Cursor(image), Generation.A)
    elif image.startswith(_ENGINE_VERSIONS):
        file = read_objects(Cursor(image, len(_ENGINE_VERSIONS)), Generation.C)
    else:
        file = _packed(image)
    creature = file.objects[0]
    status = next((item for item in file.objects if _STATUS in item.class_name), None)
    return Creature(
        class_name=creature.class_name,
        properties=file.properties(creature, CREATURE_WANTED),
        status=None if status is None else file.properties(status, STATUS_WANTED),
    )


def _packed(image: bytes) -> ObjectFile:
    """Return the objects in a packed image of ASA."""
    pod = unpack(image)
    cursor = Cursor(pod.data, 0, pod.end)
    is_ue55 = pod.mark == MARK_UE55
    if is_ue55:
        cursor.take(8)  # Unreal's own file versions
    generation = Generation.C if is_ue55 else Generation.B
    return read_objects(cursor, generation, names=pod.names)
