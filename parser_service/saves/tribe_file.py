"""Decodes one tribe: an ``.arktribe`` file, or its image inside a save."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from parser_service.saves.cursor import FormatError
from parser_service.saves.dialect import Kind
from parser_service.saves.object_file import read_file
from parser_service.saves.property_list import PropertyList

_CLASS: Final = "PrimalTribeData"
_WANTED: Final = frozenset(
    {
        "tribename",
        "tribeid",
        "ownerplayerdataid",
        "membersplayerdataid",
        "membersplayername",
        "membersrankgroups",
        "tribeadmins",
        "triberankgroups",
        "tribealliances",
        "tribelog",
    }
)
_ALLIANCE: Final = frozenset({"alliancename", "allianceid", "memberstribeid"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Alliance:
    """An alliance as one of its tribes tells it; the tribe itself is among the members."""

    alliance_id: int
    name: str
    tribe_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TribeRecord:
    """A tribe as its file tells it; the lists of members go together, and may be of unequal length when damaged.

    A member's rank counts in ``rank_names``. The log is kept as the game wrote it, oldest line first.
    """

    tribe_id: int
    name: str
    owner_player_id: int = 0
    member_ids: tuple[int, ...] = ()
    member_names: tuple[str, ...] = ()
    member_ranks: tuple[int, ...] = ()
    admin_ids: frozenset[int] = frozenset()
    rank_names: tuple[str, ...] = ()
    alliances: tuple[Alliance, ...] = ()
    log: tuple[str, ...] = ()


def read_tribe(data: bytes) -> TribeRecord:
    """Return the tribe in a file's bytes; raise ``FormatError`` where they are none."""
    file = read_file(data, most_objects=1)
    if file.objects[0].class_name.removesuffix("_C") != _CLASS:
        message = "is no tribe's file"
        raise FormatError(message)
    outer = file.properties(file.objects[0], frozenset({"tribedata"}))
    if outer.find("tribedata") is None:
        message = "has no tribe in it"
        raise FormatError(message)
    return _read_data(outer.nested("tribedata", _WANTED))


def _read_data(data: PropertyList) -> TribeRecord:
    """Return the tribe in the list ``TribeData``; names differ in casing from file to file."""
    tribe_id = data.integer("tribeid")
    if tribe_id <= 0:
        message = f"has the id {tribe_id}, which is none"
        raise FormatError(message)
    ranks = data.find("membersrankgroups")
    return TribeRecord(
        tribe_id=tribe_id,
        name=data.text("tribename"),
        owner_player_id=data.integer("ownerplayerdataid"),
        member_ids=tuple(data.integers("membersplayerdataid")),
        member_names=tuple(data.texts("membersplayername")),
        # Ranks are bytes; an array of the same name that holds something else is left out.
        member_ranks=tuple(data.integers("membersrankgroups")) if ranks and ranks.inner is Kind.BYTE else (),
        admin_ids=frozenset(data.integers("tribeadmins")),
        rank_names=tuple(
            rank.text("rankgroupname")
            for rank in data.elements("triberankgroups", frozenset({"rankgroupname"}))
        ),
        alliances=tuple(_read_alliance(item) for item in data.elements("tribealliances", _ALLIANCE)),
        log=tuple(data.texts("tribelog")),
    )


def _read_alliance(item: PropertyList) -> Alliance:
    return Alliance(
        alliance_id=item.integer("allianceid"),
        name=item.text("alliancename"),
        tribe_ids=tuple(item.integers("memberstribeid")),
    )
