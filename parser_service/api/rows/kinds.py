"""The kinds of things of which the API answers rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from parser_service.api.rows import writing
from parser_service.api.rows.writing import Rows
from parser_service.archive.reading import ArchivedSave
from parser_service.archive.things import items_of, structures_of
from parser_service.decay.instants import to_instant
from parser_service.saves.columns import STATS, Holder, Table
from shared.saves.classes import short_name

_FOOD: Final = STATS.index("food")


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """Whose each thing is, of which base it is a part, and what holds it, by row (0 for none).

    ``None`` where things of the kind have none: asking for one by it then finds nothing.
    """

    tribe_id: NDArray[np.int64] | None = None
    base_id: NDArray[np.int64] | None = None
    place: NDArray[np.uint64] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of thing: the table it is in, what else must be read, whose it is, and how a row is written.

    ``write`` gets the rows, what ``owners`` gave, and whether accounts of players may be shown.
    """

    table: str
    tables: frozenset[str]
    owners: Callable[[ArchivedSave], Owners]
    write: Callable[[ArchivedSave, Rows, Owners, bool], list[dict[str, Any]]]

    def rows_of(self, save: ArchivedSave) -> Table:
        """Return the table."""
        found: Table = getattr(save.world, self.table)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rows are asked for; ``None`` is all."""

    tribe_id: int | None = None
    class_name: str | None = None
    base_id: int | None = None


def choose(kind: Kind, save: ArchivedSave, owners: Owners, wanted: Wanted) -> Rows:
    """Return the rows that are wanted, in order."""
    table = kind.rows_of(save)
    chosen = np.ones(len(table), dtype=np.bool_)
    for column, value in ((owners.tribe_id, wanted.tribe_id), (owners.base_id, wanted.base_id)):
        if value is not None:
            chosen &= False if column is None else column == value
    if wanted.class_name is not None:
        name = short_name(wanted.class_name).casefold()
        texts = table.classes  # type: ignore[attr-defined]  # routes offer it for tables with classes alone
        matching = [place for place, text in enumerate(texts) if text.casefold() == name]
        chosen &= np.isin(table.class_index, matching)  # type: ignore[attr-defined]  # as above
    return np.flatnonzero(chosen)


def _structures(save: ArchivedSave, rows: Rows, owners: Owners, accounts: bool) -> list[dict[str, Any]]:
    del accounts
    assert owners.base_id is not None
    table = save.world.structures
    names, shown = writing.classes(table, rows)
    decays_at = save.places.decays_at if len(save.places) == len(table) else np.full(len(table), np.nan)
    return writing.lined_up(
        {
            "identity": writing.ids(table.identity[rows]),
            "class_name": names,
            "display_name": shown,
            "tribe_id": table.tribe_id[rows].tolist(),
            "tribe_name": writing.tribe_names(save, table.tribe_id[rows]),
            "owner_name": writing.texts(table, "owner_name_index", rows),
            "base_id": [base or None for base in owners.base_id[rows].tolist()],
            **writing.places(save, table.x[rows], table.y[rows], table.z[rows]),
            "health": writing.numbers(table.health[rows], digits=1),
            "max_health": writing.numbers(table.max_health[rows], digits=1),
            "is_locked": table.is_locked[rows].tolist(),
            "has_pin": table.has_pin[rows].tolist(),
            "is_powered": table.is_powered[rows].tolist(),
            "items": table.item_count[rows].tolist(),
            "slots": writing.at_least_zero(table.max_item_count[rows]),
            "ammunition": writing.at_least_zero(table.ammunition[rows]),
            "last_ally_at": writing.instants(table.last_ally_time[rows], save),
            "decays_at": [to_instant(second) for second in decays_at[rows].tolist()],
        }
    )


def _tames(save: ArchivedSave, rows: Rows, owners: Owners, accounts: bool) -> list[dict[str, Any]]:
    del owners, accounts
    table = save.world.tames
    names, shown = writing.classes(table, rows)
    return writing.lined_up(
        {
            "dino_id": writing.ids(table.dino_id[rows]),
            "class_name": names,
            "display_name": shown,
            "name": writing.texts(table, "name_index", rows),
            "tribe_id": table.tribe_id[rows].tolist(),
            "tribe_name": writing.texts(table, "tribe_name_index", rows),
            **writing.places(save, table.x[rows], table.y[rows], table.z[rows]),
            "level": (table.base_level[rows] + table.extra_level[rows]).tolist(),
            "base_level": table.base_level[rows].tolist(),
            "is_female": table.is_female[rows].tolist(),
            "is_neutered": table.is_neutered[rows].tolist(),
            "is_cryopodded": table.is_cryopodded[rows].tolist(),
            "wild_points": writing.points(table.wild_points[rows]),
            "tamed_points": writing.points(table.tamed_points[rows]),
            "mutation_points": writing.points(table.mutation_points[rows]),
            "mutations_maternal": table.mutations_maternal[rows].tolist(),
            "mutations_paternal": table.mutations_paternal[rows].tolist(),
            "tamer_name": writing.texts(table, "tamer_name_index", rows),
            "imprinter_name": writing.texts(table, "imprinter_name_index", rows),
            "imprint": writing.numbers(table.imprint[rows], digits=4),
            "maturation": writing.numbers(table.maturation[rows], digits=4),
            "colours": table.colours[rows].tolist(),
            "food": writing.numbers(table.stats[rows, _FOOD], digits=1),
            "last_fed_at": writing.instants(table.last_fed_time[rows], save),
        }
    )


def _items(save: ArchivedSave, rows: Rows, owners: Owners, accounts: bool) -> list[dict[str, Any]]:
    del accounts
    assert owners.tribe_id is not None
    assert owners.base_id is not None
    assert owners.place is not None
    table = save.world.items
    names, shown = writing.classes(table, rows)
    tribe_id = owners.tribe_id[rows]
    holders = {holder.value: holder.name.lower() for holder in Holder}
    return writing.lined_up(
        {
            "item_id": writing.ids(table.item_id[rows]),
            "class_name": names,
            "display_name": shown,
            "tribe_id": [tribe or None for tribe in tribe_id.tolist()],
            "tribe_name": writing.tribe_names(save, tribe_id),
            "base_id": [base or None for base in owners.base_id[rows].tolist()],
            "holder": [holders.get(holder, "unknown") for holder in table.holder[rows].tolist()],
            "holder_id": [None if place == "0" else place for place in writing.ids(owners.place[rows])],
            "quantity": table.quantity[rows].tolist(),
            "quality": table.quality[rows].tolist(),
            "rating": writing.numbers(table.rating[rows], digits=3),
            "durability": writing.numbers(table.durability[rows], digits=3),
            "is_blueprint": table.is_blueprint[rows].tolist(),
            "is_equipped": table.is_equipped[rows].tolist(),
            "custom_name": writing.texts(table, "custom_name_index", rows),
            "crafter_name": writing.texts(table, "crafter_name_index", rows),
        }
    )


def _survivors(save: ArchivedSave, rows: Rows, owners: Owners, accounts: bool) -> list[dict[str, Any]]:
    del owners
    table = save.world.survivors
    hidden: list[str | None] = [None] * len(rows)
    tribe_id = table.tribe_id[rows]
    return writing.lined_up(
        {
            "player_id": table.player_id[rows].tolist(),
            "name": writing.row_texts(table.names, rows),
            "platform_name": writing.row_texts(table.platform_names, rows) if accounts else hidden,
            "account": writing.row_texts(table.accounts, rows) if accounts else hidden,
            "tribe_id": [tribe or None for tribe in tribe_id.tolist()],
            "tribe_name": writing.tribe_names(save, tribe_id),
            **writing.places(save, table.x[rows], table.y[rows], table.z[rows]),
            "level": table.level[rows].tolist(),
            "engrams": writing.at_least_zero(table.engrams[rows]),
            "deaths": writing.at_least_zero(table.deaths[rows]),
            "is_female": table.is_female[rows].tolist(),
            "is_asleep": table.is_asleep[rows].tolist(),
            "is_dead": table.is_dead[rows].tolist(),
            "last_seen_at": writing.instants(table.last_seen_time[rows], save),
            "source": [table.sources[row].value for row in rows.tolist()],
        }
    )


def _wild(save: ArchivedSave, rows: Rows, owners: Owners, accounts: bool) -> list[dict[str, Any]]:
    del owners, accounts
    table = save.world.wild
    names, shown = writing.classes(table, rows)
    return writing.lined_up(
        {
            "dino_id": writing.ids(table.dino_id[rows]),
            "class_name": names,
            "display_name": shown,
            "level": table.level[rows].tolist(),
            "is_female": table.is_female[rows].tolist(),
            **writing.places(save, table.x[rows], table.y[rows], table.z[rows]),
        }
    )


def _structure_owners(save: ArchivedSave) -> Owners:
    things = structures_of(save)
    return Owners(tribe_id=things.tribe_id, base_id=things.base_id)


def _item_owners(save: ArchivedSave) -> Owners:
    things = items_of(save)
    return Owners(tribe_id=things.tribe_id, base_id=things.base_id, place=things.place)


def _tame_owners(save: ArchivedSave) -> Owners:
    return Owners(tribe_id=save.world.tames.tribe_id)


def _survivor_owners(save: ArchivedSave) -> Owners:
    return Owners(tribe_id=save.world.survivors.tribe_id)


def _no_owners(_save: ArchivedSave) -> Owners:
    return Owners()


_PLACED = frozenset({"structures", "places", "bases", "tribes"})
STRUCTURES: Final = Kind(table="structures", tables=_PLACED, owners=_structure_owners, write=_structures)
TAMES: Final = Kind(table="tames", tables=frozenset({"tames", "tribes"}), owners=_tame_owners, write=_tames)
ITEMS: Final = Kind(
    table="items", tables=_PLACED | {"items", "tames", "survivors"}, owners=_item_owners, write=_items
)
SURVIVORS: Final = Kind(
    table="survivors", tables=frozenset({"survivors", "tribes"}), owners=_survivor_owners, write=_survivors
)
WILD: Final = Kind(table="wild", tables=frozenset({"wild"}), owners=_no_owners, write=_wild)
