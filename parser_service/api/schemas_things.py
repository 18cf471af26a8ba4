"""The things of a save, as the API answers them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from parser_service.api.schemas import Answer, FromSave

_ID = "A 64-bit id as text; the same in every save."
_UNITS = "Unreal units (1 uu = 1 cm)."


class Placed(Answer):
    """Where a thing is; positions are ``null`` where the save does not tell."""

    x: float | None = Field(description=_UNITS)
    y: float | None = Field(description=_UNITS)
    z: float | None = Field(description=_UNITS)
    latitude: float | None = Field(description="``null`` on a map whose grid is not known.")
    longitude: float | None


class Structure(Placed):
    """A structure that players have placed."""

    identity: str = Field(description=_ID)
    class_name: str
    display_name: str
    tribe_id: int
    tribe_name: str | None
    owner_name: str | None
    base_id: int | None
    health: float | None
    max_health: float | None
    is_locked: bool
    has_pin: bool = Field(description="Whether there is a pin; the pin itself is never read.")
    is_powered: bool
    items: int
    slots: int | None
    ammunition: int | None
    last_ally_at: datetime | None
    decays_at: datetime | None = Field(description="``null``: never, or not known.")


class Tame(Placed):
    """A creature that belongs to a tribe or a player, or that nobody has claimed yet."""

    dino_id: str = Field(description=_ID)
    class_name: str
    display_name: str
    name: str | None
    tribe_id: int
    tribe_name: str | None
    level: int = Field(description="0: not known.")
    base_level: int
    is_female: bool
    is_neutered: bool
    is_cryopodded: bool
    wild_points: dict[str, int]
    tamed_points: dict[str, int]
    mutation_points: dict[str, int]
    mutations_maternal: int
    mutations_paternal: int
    tamer_name: str | None
    imprinter_name: str | None
    imprint: float | None
    maturation: float | None
    colours: tuple[int, ...]
    food: float | None
    last_fed_at: datetime | None


class Item(Answer):
    """An item in an inventory; it is whose and where its holder is."""

    item_id: str = Field(description=_ID)
    class_name: str
    display_name: str
    tribe_id: int | None
    tribe_name: str | None
    base_id: int | None
    holder: Literal["structure", "tame", "survivor", "unknown"]
    holder_id: str | None = Field(
        description="``identity`` of a structure, ``dino_id`` of a tame, ``player_id`` of a survivor."
    )
    quantity: int
    quality: int = Field(description="0 primitive to 5 ascendant.")
    rating: float | None
    durability: float | None
    is_blueprint: bool
    is_equipped: bool
    custom_name: str | None
    crafter_name: str | None


class Survivor(Placed):
    """A player's character. Accounts are for staff alone, ``null`` for others."""

    player_id: int
    name: str
    platform_name: str | None
    account: str | None
    tribe_id: int | None
    tribe_name: str | None
    level: int
    engrams: int | None
    deaths: int | None
    is_female: bool
    is_asleep: bool
    is_dead: bool
    last_seen_at: datetime | None
    source: Literal["profile", "save", "pawn"]


class WildCreature(Placed):
    """A creature that belongs to nobody."""

    dino_id: str = Field(description=_ID)
    class_name: str
    display_name: str
    level: int
    is_female: bool


class ClassCount(Answer):
    """How many things of a class there are."""

    class_name: str
    display_name: str
    count: int


class Page(FromSave):
    """A page of rows. ``total``: all that were asked for, on all pages."""

    total: int
    next_cursor: str | None = Field(description="What to ask with for the next page; ``null`` on the last.")


class Structures(Page):
    """A page of structures."""

    rows: tuple[Structure, ...]


class Tames(Page):
    """A page of tames."""

    rows: tuple[Tame, ...]


class Items(Page):
    """A page of items."""

    rows: tuple[Item, ...]


class Survivors(Page):
    """A page of survivors."""

    rows: tuple[Survivor, ...]


class WildCreatures(Page):
    """A page of wild creatures."""

    rows: tuple[WildCreature, ...]


class WildCounts(FromSave):
    """Wild creatures by class, the most frequent first."""

    classes: tuple[ClassCount, ...]


class Counts(Answer):
    """How many things were added, removed, moved, and changed otherwise."""

    added: int
    removed: int
    changed: int
    moved: int


class TribeCounts(Counts):
    """The same of one tribe."""

    tribe_id: int
    tribe_name: str | None


class BaseCounts(Counts):
    """The same of one base."""

    base_id: int | None = Field(description="``null``: things that are part of no base.")


class KindDifference(Answer):
    """What became of the things of one kind from one save to the other."""

    total: Counts
    unnamed: int = Field(
        description="Things of both saves without an id of their own, which cannot be followed."
    )
    tribes: tuple[TribeCounts, ...]
    bases: tuple[BaseCounts, ...]


class Compared(Answer):
    """One of the two saves that are compared."""

    save_id: int
    saved_at: datetime
    verdict: Literal["good", "suspect", "bad"]


class Difference(Answer):
    """What changed from a first save to a second."""

    first: Compared
    second: Compared
    structures: KindDifference
    tames: KindDifference
    items: KindDifference


class ChangedStructure(Structure):
    """A structure that differs; of one that was removed, as the first save has it, else as the second."""

    change: Literal["added", "removed", "changed", "moved"]


class ChangedTame(Tame):
    """A tame that differs; of one that was removed, as the first save has it, else as the second."""

    change: Literal["added", "removed", "changed", "moved"]


class ChangedItem(Item):
    """An item that differs; of one that was removed, as the first save has it, else as the second."""

    change: Literal["added", "removed", "changed", "moved"]


class ChangedRows(Answer):
    """A page of what differs."""

    first: Compared
    second: Compared
    total: int
    next_cursor: str | None
    rows: tuple[ChangedStructure | ChangedTame | ChangedItem, ...]
