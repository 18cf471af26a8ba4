"""``inspect``: what is in a file, and whether it can be trusted."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from parser_service.archive.reading import read
from parser_service.cli.opening import FileKind, OpenedFile, opened
from parser_service.cli.reading import Rules, decoded, small
from parser_service.cli.screen import progress, say, say_json, say_table, size, when
from parser_service.exporting.sheets import iso
from parser_service.saves.columns import Table, World
from parser_service.saves.world import report
from parser_service.verdict import Level, Verdict, facts_of, judge, read_file_facts
from shared.saves.classes import display_name, unknown_classes
from shared.saves.maps import find_frame

_SHOWN_CLASSES: Final = 5
_SHOWN_NAMES: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inside:
    """What a world holds. ``verdict``: ``None`` of kept columns, whose file is no longer there to judge."""

    world: World
    bases: int
    verdict: Verdict | None = None
    guessed: tuple[str, ...] = ()


def inspect(path: Path, rules: Rules, *, now: datetime, as_json: bool) -> bool:
    """Say what is in a file of any kind, and return whether nothing speaks against using it."""
    inside: _Inside | None = None
    notes: tuple[str, ...] = ()
    with progress() as tell, opened(path, tell) as file:
        tell(f"reading {file.name}")
        if file.kind in {FileKind.WORLD, FileKind.COLUMNS}:
            inside = _inside(file, rules, now)
            tables = inside.world.tables()
        else:
            found = small(file)
            tables, notes = found.tables, found.notes
    if as_json:
        say_json(_head_json(file, tables) | (_small_json(tables, notes) if inside is None else _json(inside)))
    elif inside is None:
        _say_small(file, tables, notes)
    else:
        _say(file, inside, rules)
    return inside is None or inside.verdict is None or inside.verdict.level is Level.GOOD


def _inside(file: OpenedFile, rules: Rules, now: datetime) -> _Inside:
    if file.kind is FileKind.COLUMNS:
        kept = read(file.path)
        return _Inside(world=kept.world, bases=len(kept.bases))
    save = decoded(file, rules)
    facts = facts_of(save.world, read_file_facts(file.path, saved_at=file.saved_at))
    return _Inside(
        world=save.world,
        bases=len(save.bases),
        verdict=judge(facts, None, now=now),
        guessed=save.decay.unknown_classes,
    )


def _say(file: OpenedFile, inside: _Inside, rules: Rules) -> None:
    world, tables = inside.world, inside.world.tables()
    say(f"{file.name}: {size(file.bytes)}, saved {when(file.saved_at)} UTC", "bold")
    say(str(report(world)))
    if find_frame(world.map_name) is None:
        name = world.map_name or "without a name"
        say(f"the map {name} is not known: places have no latitude and longitude")
    near = "" if inside.verdict is None else f" of structures within {rules.radius:,.0f} uu of each other"
    say(f"{inside.bases:,} bases{near}")
    say_table(
        ("table", "rows"), ((name, f"{len(table):,}") for name, table in tables.items()), right=("rows",)
    )
    _say_classes("classes of unknown decay", inside.guessed)
    _say_classes("structures without a display name", unknown_classes(world.structures.classes))
    if inside.verdict is not None:
        say(f"taken by itself, this save is {inside.verdict.level.value}", "bold")
        for finding in inside.verdict.findings:
            say(f"  {finding.sentence}")


def _say_classes(what: str, classes: tuple[str, ...]) -> None:
    if classes:
        more = f" and {len(classes) - _SHOWN_CLASSES} more" if len(classes) > _SHOWN_CLASSES else ""
        say(f"{what}: {', '.join(classes[:_SHOWN_CLASSES])}{more}", "dim")


def _say_small(file: OpenedFile, tables: dict[str, Table], notes: tuple[str, ...]) -> None:
    say(f"{file.name}: {file.kind.described}, {size(file.bytes)}, written {when(file.saved_at)} UTC", "bold")
    rows = (
        (name, f"{len(table):,}", ", ".join(_names(table)[:_SHOWN_NAMES])) for name, table in tables.items()
    )
    say_table(("table", "rows", "of"), rows, right=("rows",), wide={"of": 20})
    for note in notes:
        say(f"note: {note}")


def _names(table: Table) -> list[str]:
    """Return what people call the things in a table: their names, or what kinds of things they are."""
    names = [name for name in getattr(table, "names", ()) if name]
    return names or [display_name(name) for name in getattr(table, "classes", ())]


def _head_json(file: OpenedFile, tables: dict[str, Table]) -> dict[str, Any]:
    return {
        "file": file.name,
        "kind": file.kind.value,
        "bytes": file.bytes,
        "saved_at": iso(file.saved_at),
        "rows": {name: len(table) for name, table in tables.items()},
    }


def _small_json(tables: dict[str, Table], notes: tuple[str, ...]) -> dict[str, Any]:
    return {"names": {name: _names(table) for name, table in tables.items()}, "notes": list(notes)}


def _json(inside: _Inside) -> dict[str, Any]:
    world, verdict = inside.world, inside.verdict
    told = report(world)
    return {
        "game": world.game.value,
        "version": world.version,
        "map": world.map_name,
        "map_is_known": find_frame(world.map_name) is not None,
        "game_time": world.game_time,
        "save_count": world.save_count,
        "bases": inside.bases,
        "largest_tribes": [{"name": name, "structures": count} for name, count in told.largest_tribes],
        "coverage": asdict(world.coverage) | {"share": world.coverage.share},
        "unknown_decay": list(inside.guessed),
        "unknown_classes": list(unknown_classes(world.structures.classes)),
        "verdict": verdict
        and {"level": verdict.level.value, "findings": [asdict(finding) for finding in verdict.findings]},
    }
