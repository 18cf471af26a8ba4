"""Where tribes are found: files beside the save, the store inside an ASA save, the structures' owner names."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from parser_service.saves.columns import FIRST_PLAYER_TEAM, Structures
from parser_service.saves.cursor import FormatError
from parser_service.saves.folder import small_files
from parser_service.saves.store import Section, store_images
from parser_service.saves.tribe_file import TribeRecord, read_tribe


class Findings:
    """Tribes by id, and sentences on what could not be read."""

    def __init__(self) -> None:
        self.tribes: dict[int, TribeRecord] = {}
        self.notes: list[str] = []

    def read(self, data: bytes, what: str) -> None:
        """Keep the tribe in these bytes, or a note that they hold none."""
        try:
            tribe = read_tribe(data)
        except FormatError as error:
            self.notes.append(f"{what} {error}")
        else:
            self.tribes[tribe.tribe_id] = tribe


def tribes_in_folder(folder: Path) -> Findings:
    """Return the tribes whose files lie in a folder."""
    found = Findings()
    for path, data in small_files(folder, ".arktribe", found.notes):
        found.read(data, path.name)
    return found


def tribes_in_store(store: bytes | None) -> Findings:
    """Return the tribes that an ASA save holds in ``GameModeCustomBytes``."""
    found = Findings()
    if not store:
        return found
    try:
        for number, image in enumerate(store_images(store, Section.TRIBES), start=1):
            found.read(image, f"tribe {number} of those stored in the save")
    except FormatError as error:
        found.notes.append(f"the tribes stored in the save end early: {error}")
    return found


def names_by_owner(structures: Structures) -> dict[int, str]:
    """Return the owner's name that most structures of each tribe or player carry."""
    rows = np.flatnonzero((structures.owner_name_index >= 0) & (structures.tribe_id >= FIRST_PLAYER_TEAM))
    # Both in one number: a tribe's has 31 bits, and there are fewer names than objects.
    pairs = structures.tribe_id[rows] << 32 | structures.owner_name_index[rows]
    distinct, counts = np.unique(pairs, return_counts=True)
    tribe_ids, numbers = (distinct >> 32).tolist(), (distinct & (2**32 - 1)).tolist()
    # Ascending by count, so the most frequent name is the last to be set; ties go by the table of names.
    order = np.lexsort((distinct & (2**32 - 1), counts)).tolist()
    return {tribe_ids[row]: structures.owner_names[numbers[row]] for row in order}
