"""Where survivors are found: files beside the save, and the store inside an ASA save."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from parser_service.saves.cursor import FormatError
from parser_service.saves.folder import small_files
from parser_service.saves.profile_file import SurvivorRecord, account_of_name, read_profile
from parser_service.saves.store import Section, store_images

# What a game client keeps of its own player under the same suffix; servers have it where one plays on the machine.
_LOCAL_DATA: Final = "PlayerLocalData"


class SurvivorFindings:
    """Survivors by player id, and sentences on what could not be read."""

    def __init__(self) -> None:
        self.survivors: dict[int, SurvivorRecord] = {}
        self.notes: list[str] = []

    def read(self, data: bytes, what: str, *, account: str = "") -> None:
        """Keep the survivor in these bytes, or a note; ``account`` is whose file it is, should it not say."""
        try:
            survivor = read_profile(data)
        except FormatError as error:
            self.notes.append(f"{what} {error}")
            return
        if not survivor.account:
            survivor = replace(survivor, account=account)
        known = self.survivors.get(survivor.player_id)
        # Two files of one survivor are copies: the later one counts. NaN is later than nothing.
        if known is None or not known.last_seen_time > survivor.last_seen_time:
            self.survivors[survivor.player_id] = survivor


def survivors_in_folder(folder: Path) -> SurvivorFindings:
    """Return the survivors whose profiles lie in a folder."""
    found = SurvivorFindings()
    for path, data in small_files(folder, ".arkprofile", found.notes):
        if path.stem != _LOCAL_DATA:
            found.read(data, path.name, account=account_of_name(path.stem))
    return found


def survivors_in_store(store: bytes | None) -> SurvivorFindings:
    """Return the survivors that an ASA save holds in ``GameModeCustomBytes``."""
    found = SurvivorFindings()
    if not store:
        return found
    try:
        for number, image in enumerate(store_images(store, Section.PROFILES), start=1):
            found.read(image, f"survivor {number} of those stored in the save")
    except FormatError as error:
        found.notes.append(f"the survivors stored in the save end early: {error}")
    return found
