"""Reads chunks of objects one after the other, each kind of thing by its own plan, and keeps what they give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from parser_service.saves.columns import BoolArray, ByteArray, Int64Array, Structures, Wanted
from parser_service.saves.creatures import (
    CREATURE_FIELDS,
    STATUS_FIELDS,
    Creatures,
    Status,
    creature_columns,
    status_columns,
)
from parser_service.saves.dialect import Dialect, Field, Generation, NameIds, Plan, make_dialect, make_plan
from parser_service.saves.items import ITEM_FIELDS, ITEM_ID_FIELDS, HeldItems, item_columns
from parser_service.saves.kinds import ObjectKind
from parser_service.saves.pawns import PAWN_FIELDS, Pawns, pawn_columns
from parser_service.saves.placed import Placed
from parser_service.saves.structures import STRUCTURE_FIELDS, structure_columns
from parser_service.saves.tally import Tally
from parser_service.saves.values import Values
from parser_service.saves.walk import Fault, walk

_FIELDS: Final[dict[ObjectKind, tuple[Field, ...]]] = {
    ObjectKind.UNKNOWN: STRUCTURE_FIELDS,
    ObjectKind.CREATURE: CREATURE_FIELDS,
    ObjectKind.STATUS: STATUS_FIELDS,
    ObjectKind.PAWN: PAWN_FIELDS,
    ObjectKind.ITEM: ITEM_FIELDS,
}
# What has to be read for what is wanted. A pod is an item, and its creature is where the pod's holder is; who has
# an item may be any of structures, tames and survivors; a creature of a mod may have a name that says nothing.
_NEEDED: Final[dict[Wanted, tuple[ObjectKind, ...]]] = {
    Wanted.STRUCTURES: (ObjectKind.UNKNOWN,),
    Wanted.TAMES: tuple(_FIELDS),
    Wanted.ITEMS: (ObjectKind.UNKNOWN, ObjectKind.CREATURE, ObjectKind.PAWN, ObjectKind.ITEM),
    Wanted.SURVIVORS: (ObjectKind.PAWN, ObjectKind.STATUS),
    Wanted.WILD: (ObjectKind.UNKNOWN, ObjectKind.CREATURE, ObjectKind.STATUS),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Some objects: their lists within a padded buffer, what kind each is, and what else is known of them.

    ``kind`` is of ``ObjectKind``, and ``OTHER`` for what is not to be looked into. ``is_female`` is asked of
    bodies alone.
    """

    buffer: ByteArray
    start: Int64Array
    end: Int64Array
    kind: ByteArray
    placed: Callable[[Int64Array], Placed]
    is_female: Callable[[Int64Array], BoolArray]


class Collector:
    """The parts of one world's tables, as chunk after chunk is read."""

    def __init__(self, names: NameIds, generation: Generation, wanted: Wanted, *, needs_id: bool) -> None:
        self.tally = Tally()
        self.wanted = wanted
        self.structures: list[Structures] = []
        self.creatures: list[Creatures] = []
        self.pawns: list[Pawns] = []
        self.items: list[HeldItems] = []
        self.status: list[Status] = []
        self.names = names
        self.dialect: Dialect = make_dialect(generation, names)
        self._needs_id = needs_id
        kinds = {kind for part, needed in _NEEDED.items() if part in wanted for kind in needed}
        self._plans: dict[ObjectKind, Plan] = {
            kind: make_plan(fields, names) for kind, fields in _FIELDS.items() if kind in kinds
        }
        self._id_plan = make_plan(ITEM_ID_FIELDS, names)

    def needs(self, kind: ObjectKind) -> bool:
        """Return whether objects of a kind have to be read for what is wanted."""
        return kind in self._plans

    def read(self, chunk: Chunk) -> None:
        """Read the objects of a chunk that are wanted."""
        for kind in self._plans:
            rows = np.flatnonzero(chunk.kind == kind)
            if len(rows):
                self._read_kind(chunk, kind, rows)

    def _read_kind(self, chunk: Chunk, kind: ObjectKind, rows: Int64Array) -> None:
        start, end = chunk.start[rows], chunk.end[rows]
        plan = self._plans[kind]
        values = Values(chunk.buffer, walk(chunk.buffer, start, end, self.dialect, plan), plan, self.dialect)
        self._keep(kind, values, chunk, rows)
        self.tally.add(values.walked.fault, end - start)

    def _keep(self, kind: ObjectKind, values: Values, chunk: Chunk, rows: Int64Array) -> None:
        placed = chunk.placed(rows)
        if kind is ObjectKind.UNKNOWN:
            self.structures.append(structure_columns(values, placed, needs_id=self._needs_id))
            self._read_unnamed_creatures(values, chunk, rows)
        elif kind is ObjectKind.CREATURE:
            self.creatures.append(creature_columns(values, placed))
        elif kind is ObjectKind.STATUS:
            self.status.append(status_columns(values, placed.object_id))
        elif kind is ObjectKind.PAWN:
            self.pawns.append(pawn_columns(values, placed, chunk.is_female(rows)))
        else:
            self.items.append(item_columns(values, placed, self._id_plan))

    def _read_unnamed_creatures(self, values: Values, chunk: Chunk, rows: Int64Array) -> None:
        """Read the creatures whose class does not say so: rafts, and those of some mods."""
        plan = self._plans.get(ObjectKind.CREATURE)
        found = rows[values.has("DinoID1") & (values.walked.fault == Fault.NONE)]
        if plan is None or not len(found):
            return
        walked = walk(chunk.buffer, chunk.start[found], chunk.end[found], self.dialect, plan)
        again = Values(chunk.buffer, walked, plan, self.dialect)
        self.creatures.append(creature_columns(again, chunk.placed(found)))
