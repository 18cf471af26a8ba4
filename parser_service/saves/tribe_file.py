"""Decodes one tribe: an ``.arktribe`` file, or its image inside a save."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from parser_service.saves.cursor import Cursor, FormatError
from parser_service.saves.dialect import Generation, Kind
from parser_service.saves.taglist import TagList

# 1: ASE. 5, 6: ASA until June 2025. 7: ASA since Unreal 5.5.
_GENERATIONS: Final = {1: Generation.A, 5: Generation.B, 6: Generation.B, 7: Generation.C}
_CLASS: Final = "PrimalTribeData"
# The largest tribe a server allows has some hundred members; names and ranks are bounded by the file besides.
_MOST_OBJECTS: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class TribeRecord:
    """A tribe as its file tells it; the lists of members go together, and may be of unequal length when damaged."""

    tribe_id: int
    name: str
    owner_player_id: int
    member_ids: tuple[int, ...]
    member_names: tuple[str, ...]
    member_ranks: tuple[int, ...]
    admin_ids: frozenset[int]


def read_tribe(data: bytes) -> TribeRecord:
    """Return the tribe in a file's bytes; raise ``FormatError`` where they are none."""
    if not any(data[:64]):
        message = "holds nothing but zeros" if data else "is empty"
        raise FormatError(message)
    cursor = Cursor(data)
    version = cursor.i32()
    generation = _GENERATIONS.get(version)
    if generation is None:
        message = f"is of version {version}, which is not known"
        raise FormatError(message)
    if version >= 7:
        cursor.take(8)  # Unreal's own file versions
    start = _main_object(cursor, version)
    lists = TagList(data, generation)
    for tag in lists.tags(start, len(data)):
        if tag.name == "tribedata" and tag.kind is Kind.STRUCT:
            return _read_data(lists, tag.at, tag.at + tag.size)
    message = "has no tribe in it"
    raise FormatError(message)


def _main_object(cursor: Cursor, version: int) -> int:
    """Return where the property list of the first object begins."""
    if not 1 <= cursor.i32() <= _MOST_OBJECTS:
        message = "announces an impossible number of objects"
        raise FormatError(message)
    cursor.take(16)
    if cursor.text().rpartition(".")[2].removesuffix("_C") != _CLASS:
        message = "is no tribe's file"
        raise FormatError(message)
    cursor.i32()
    for _ in range(cursor.count(4)):
        cursor.skip_text()
    cursor.take(8)
    if cursor.i32():
        cursor.take(24 if version == 1 else 48)
    # One control byte precedes the list of an object since Unreal 5.5.
    return cursor.i32() + (1 if version >= 7 else 0)


def _read_data(lists: TagList, start: int, end: int) -> TribeRecord:
    """Return the tribe in the list ``TribeData``; names differ in casing from file to file."""
    tags = {tag.name: tag for tag in lists.tags(start, end)}

    def integer(name: str) -> int:
        return lists.integer(tags[name]) if name in tags else 0

    def integers(name: str) -> list[int]:
        return lists.integers(tags[name]) if name in tags else []

    tribe_id = integer("tribeid")
    if tribe_id <= 0:
        message = f"has the id {tribe_id}, which is none"
        raise FormatError(message)
    ranks = tags.get("membersrankgroups")
    # Ranks are bytes; an array of the same name that holds something else is left out.
    return TribeRecord(
        tribe_id=tribe_id,
        name=lists.value(tags["tribename"]).text() if "tribename" in tags else "",
        owner_player_id=integer("ownerplayerdataid"),
        member_ids=tuple(integers("membersplayerdataid")),
        member_names=tuple(lists.texts(tags["membersplayername"])) if "membersplayername" in tags else (),
        member_ranks=tuple(lists.integers(ranks)) if ranks and ranks.inner is Kind.BYTE else (),
        admin_ids=frozenset(integers("tribeadmins")),
    )
