"""What is known of a save in a few kilobytes: enough to judge the next one by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallFiles:
    """The files of one kind beside a world; ``zero_filled`` names those that zeros were written into."""

    count: int = 0
    total_bytes: int = 0
    zero_filled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """A save as files, before anything in it is understood.

    Attributes
    ----------
    saved_at : datetime
        When the server wrote it, aware.
    size_bytes : int
        The world's size.
    zero_tail_bytes : int
        How many zero bytes the world ends with.
    zero_bytes : int
        Bytes in blocks that hold nothing but zeros, without those that an ASA world has set free itself.
    tribes, profiles : SmallFiles
        What lies beside the world.
    """

    saved_at: datetime
    size_bytes: int
    zero_tail_bytes: int = 0
    zero_bytes: int = 0
    tribes: SmallFiles = SmallFiles()
    profiles: SmallFiles = SmallFiles()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A save in numbers.

    Attributes
    ----------
    game_time : float or None
        The world's own clock, in seconds; ``None`` where it holds no number.
    save_count : int
        Which save of this world it is; 0 where the format does not say.
    objects_seen, objects_walked, objects_failed, understood_share, unknown_classes
        As ``Coverage`` has them.
    faults : mapping
        How many objects are damaged, by how.
    objects_of_unknown_kinds : int
        Damaged objects that hold a property whose type or flags are not known.
    notes : tuple of str
        What else was left out.
    names, damaged_names : int
        Entries of the name table, and those that cannot be what was written.
    doubled_objects : int
        Objects that the world holds twice; ASE worlds do that by themselves.
    doubled_ids : int
        Structures, tames and survivors that share an id which should be one's own.
    tribes_known : int
        Tribes whose own data was found, in a file or in the save.
    survivors, tames, wild, items : int or None
        ``None`` where they were not read.
    tribe_structures : mapping
        Structures of the largest tribes, by tribe id.
    """

    game: str
    version: int
    map_name: str
    game_time: float | None
    save_count: int
    file: FileFacts
    objects_seen: int
    objects_walked: int
    objects_failed: int
    understood_share: float
    unknown_classes: int
    structures: int
    tribes: int
    tribes_known: int
    members: int
    survivors: int | None = None
    tames: int | None = None
    wild: int | None = None
    items: int | None = None
    objects_of_unknown_kinds: int = 0
    names: int = 0
    damaged_names: int = 0
    doubled_objects: int = 0
    doubled_ids: int = 0
    faults: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    tribe_structures: Mapping[int, int] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return the facts as JSON that Postgres can hold."""
        return _ADAPTER.dump_json(self).decode()

    @staticmethod
    def from_json(text: str) -> Facts:
        """Return the facts that ``to_json`` has written, also those of an earlier version."""
        return _ADAPTER.validate_json(text)


_ADAPTER = TypeAdapter(Facts)
