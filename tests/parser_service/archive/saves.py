"""Made columns of saves, with something in every table."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar, get_args

import numpy as np

from parser_service.archive.layout import text_fields
from parser_service.archive.reading import ArchivedSave
from parser_service.archive.tables import BaseRows, StructurePlaces
from parser_service.archive.writing import SaveColumns
from parser_service.saves.columns import TABLES, Coverage, Game, Int64Array, Table, Wanted, World
from parser_service.saves.columns.arrays import plural

SAVED_AT = datetime(2026, 9, 13, 18, 0, tzinfo=UTC)
TEXTS = ("", "Aster", "Ünïcödé \N{DRAGON}", "half \ud800 of a pair", "nul \0 inside")

TableT = TypeVar("TableT", bound=Table)


def random_table(kind: type[TableT], rows: int, rng: np.random.Generator) -> TableT:
    """Return a table with any bytes in its columns."""
    values: dict[str, Any] = {}
    indices = {plural(name) for name in kind.dtypes() if name.endswith("_index")}
    for name, dtype in kind.dtypes().items():
        shape = (rows, kind.widths[name]) if name in kind.widths else (rows,)
        if name.endswith("_index"):
            values[name] = rng.integers(-1, len(TEXTS), shape).astype(dtype)
        elif dtype == np.bool_:
            values[name] = rng.random(shape) < 0.5
        else:
            values[name] = (
                rng.integers(0, 256, (*shape, dtype.itemsize)).astype(np.uint8).view(dtype).reshape(shape)
            )
    for name, of in text_fields(kind).items():
        values[name] = TEXTS if name in indices else tuple(_entry(of, rng) for _ in range(rows))
    return kind(**values)


def _entry(kind: Any, rng: np.random.Generator) -> Any:
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return rng.choice(list(kind))
    if kind is str:
        return TEXTS[rng.integers(len(TEXTS))]
    return tuple(_entry(get_args(kind)[0], rng) for _ in range(rng.integers(3)))


def world(rows: int = 0, seed: int = 1, **tables: Table) -> World:
    """Return a world of the tables given, and of others with so many rows."""
    rng = np.random.default_rng(seed)
    made = {name: random_table(kind, rows, rng) for name, kind in TABLES.items()}
    coverage = Coverage(
        objects_seen=9,
        objects_walked=8,
        objects_failed=1,
        bytes_seen=100,
        bytes_understood=90,
        unknown_classes=2,
        duplicates=3,
        errors={"it ended early": 1},
        notes=("a note",),
    )
    found: dict[str, Any] = made | tables
    return World(
        game=Game.ASA,
        version=14,
        map_name="TheIsland_WP",
        game_time=1.5e8,
        save_count=7,
        wanted=Wanted.ALL,
        coverage=coverage,
        **found,
    )


def columns(of: World, bases: int = 3, seed: int = 1) -> SaveColumns:
    """Return what is kept of a world."""
    rng = np.random.default_rng(seed)
    return SaveColumns(
        world=of,
        bases=random_table(BaseRows, bases, rng),
        places=StructurePlaces(
            base_row=rng.integers(-1, bases, len(of.structures)).astype(np.int32),
            decays_at=rng.random(len(of.structures)),
        ),
        saved_at=SAVED_AT,
    )


def archived(of: World, *, base_row: Any = None, base_id: Int64Array | None = None) -> ArchivedSave:
    """Return a save as it comes out of the archive."""
    count = len(of.structures)
    return ArchivedSave(
        world=of,
        bases=BaseRows.empty(),
        places=StructurePlaces(
            base_row=np.full(count, -1, dtype=np.int32)
            if base_row is None
            else np.array(base_row, dtype=np.int32),
            decays_at=np.full(count, np.nan),
        ),
        base_id=np.zeros(0, dtype=np.int64) if base_id is None else base_id,
        saved_at=SAVED_AT,
    )


def are_equal(one: Table, other: Table) -> bool:
    """Tell whether two tables have the same bytes."""
    return type(one) is type(other) and all(
        before.tobytes() == after.tobytes() and before.dtype == after.dtype and before.shape == after.shape
        if isinstance(before := getattr(one, field.name), np.ndarray)
        else before == after
        for field in fields(one)  # type: ignore[arg-type]  # every table is a dataclass
        for after in (getattr(other, field.name),)
    )
