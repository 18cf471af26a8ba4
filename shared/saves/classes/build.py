"""Makes the table of classes from public data: ``python -m shared.saves.classes.build FOLDER``.

FOLDER holds the sources that ``sources.toml`` names, one folder each. The same sources give the same bytes.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from shared.saves.classes.facts import ClassCategory, ClassKind, Tier
from shared.saves.classes.naming import readable
from shared.saves.classes.readers import READERS, Entry, item_category
from shared.saves.classes.rules import NameFacts, by_name
from shared.saves.classes.table import FLAGS, FORMAT

_HERE: Final = Path(__file__).parent
OUTPUT: Final = _HERE / "classes.json"
"""The table."""


def main() -> None:
    """Make the table anew, and say how large it is."""
    parser = argparse.ArgumentParser(description="Make the table of classes from public data.")
    parser.add_argument("folder", type=Path, help="where the sources lie, one folder each")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="the table to write")
    arguments = parser.parse_args()
    table = build(arguments.folder)
    text = as_text(table)
    arguments.output.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{arguments.output}: {len(text.encode())} bytes\n")


def build(folder: Path) -> dict[str, Any]:
    """Return the table that the sources in a folder make."""
    sources = tomllib.loads((_HERE / "sources.toml").read_text(encoding="utf-8"))
    figures = tomllib.loads((_HERE / "figures.toml").read_text(encoding="utf-8"))["figures"]
    rows = _merge(entry for source in sources["sources"] for entry in _entries(folder, source))
    table: dict[str, Any] = {
        "format": FORMAT,
        "version": sources["version"],
        "made_on": sources["fetched_on"].isoformat(),
        "sources": [
            {key: source[key] for key in ("name", "url", "commit", "licence")}
            for source in sources["sources"]
        ],
    }
    structures, creatures, items = (_of(kind, rows) for kind in ClassKind)
    table[ClassKind.STRUCTURE.value] = {row.class_name: _cells(row) for row in structures}
    _apply(figures, table[ClassKind.STRUCTURE.value])
    table[ClassKind.CREATURE.value] = {row.class_name: _shown(row) for row in creatures}
    table[ClassKind.ITEM.value] = _by_category(items)
    return table


def as_text(table: dict[str, Any]) -> str:
    """Return the table as compact JSON with one class per line, so that changes can be read."""
    lines = []
    for key, value in table.items():
        if key == ClassKind.ITEM.value:
            groups = ",\n".join(f"{_json(category)}:{_lines(rows)}" for category, rows in value.items())
            lines.append(f"{_json(key)}:{{\n{groups}\n}}")
        else:
            lines.append(f"{_json(key)}:{_lines(value) if isinstance(value, dict) else _json(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _lines(rows: dict[str, Any]) -> str:
    return "{\n" + ",\n".join(f"{_json(name)}:{_json(cells)}" for name, cells in rows.items()) + "\n}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _entries(folder: Path, source: dict[str, Any]) -> Iterator[Entry]:
    for file in source["files"]:
        text = (folder / source["folder"] / file["path"]).read_text(encoding="utf-8-sig")
        yield from READERS[file["format"]](text)


def _merge(entries: Iterable[Entry]) -> list[Entry]:
    """Return one entry per class: of each fact, what the first source says that says something.

    Names are case-insensitive in the game; the first spelling is kept. A class is what the first source calls it.
    """
    merged: dict[str, Entry] = {}
    for entry in entries:
        known = merged.get(entry.class_name.casefold(), entry)
        if known.kind is not entry.kind:
            continue
        merged[entry.class_name.casefold()] = Entry(
            class_name=known.class_name,
            kind=known.kind,
            display_name=known.display_name or entry.display_name,
            placed_by=known.placed_by or entry.placed_by,
            category=known.category or entry.category,
        )
    return list(merged.values())


def _of(kind: ClassKind, rows: Iterable[Entry]) -> list[Entry]:
    return sorted((row for row in rows if row.kind is kind), key=lambda row: row.class_name)


def _by_category(items: Iterable[Entry]) -> dict[str, dict[str, str]]:
    grouped: dict[str, dict[str, str]] = {}
    for row in items:
        category = item_category(row.class_name, row.category)
        grouped.setdefault(category.value, {})[row.class_name] = _shown(row)
    return dict(sorted(grouped.items()))


def _shown(row: Entry) -> str:
    """Return the name of a class's things; empty where the class's own name gives it."""
    return "" if row.display_name == readable(row.class_name) else row.display_name


def _cells(row: Entry) -> list[Any]:
    """Return a structure's name, category, tier and flags."""
    told = by_name(row.class_name)
    flags = "".join(letter for letter, field in FLAGS.items() if getattr(told, field, False))
    return [_shown(row), told.category.value, _tier(row, told).value, flags]


def _tier(row: Entry, told: NameFacts) -> Tier:
    """Return a structure's tier: by its class's name, else, of building pieces, by its item's and its own name."""
    names = (row.placed_by, row.display_name) if told.category is ClassCategory.BUILDING else ()
    tiers = (told.tier, *(by_name(name).tier for name in names))
    return next((tier for tier in tiers if tier is not Tier.OTHER), Tier.OTHER)


def _apply(figures: Iterable[dict[str, Any]], structures: dict[str, list[Any]]) -> None:
    """Add days and slots to the cells of the classes of which figures are published."""
    found: dict[str, dict[str, Any]] = {}
    for figure in figures:
        for name in figure["classes"]:
            if name not in structures:
                message = f"figures.toml: no source has the class {name}"
                raise KeyError(message)
            found[name] = found.get(name, {}) | figure
    for name, figure in found.items():
        shown, category, tier, flags = structures[name]
        immune = "i" if figure.get("is_immune") else ""
        structures[name] = [shown, category, tier, flags + immune, figure.get("days"), figure.get("slots")]


if __name__ == "__main__":
    main()
