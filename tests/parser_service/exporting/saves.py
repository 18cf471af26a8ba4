"""Content to export: made worlds, and real ones where they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from parser_service.archive.reading import ArchivedSave
from parser_service.cli.opening import opened
from parser_service.cli.reading import Rules, kept
from parser_service.decay.policy import DecayPolicy
from parser_service.exporting import Content, Format, content_of_save, export
from parser_service.saves.columns import Table

RULES = Rules(radius=3000.0, minimum=1, policy=DecayPolicy())
# With tames, without; of both games.
REAL = ("asa/worlds/asa14_extinction.ark", "asa/worlds/asa13_aberration.ark", "made/ase9_small.ark")


def kept_save(path: Path) -> ArchivedSave:
    """Return a world with its bases."""
    with opened(path, lambda _: None) as file:
        return kept(file, RULES)


def content(save: ArchivedSave) -> Content:
    """Return what there is to export."""
    return content_of_save(save, name="World.ark")


def exported(save: ArchivedSave, to: Format, folder: Path) -> dict[str, Path]:
    """Return the files of an export by the name of their table."""
    written = export(content(save), to, folder)
    return {one.path.stem.removeprefix("ASV_"): one.path for one in written}


def asv(save: ArchivedSave, folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the entries of all of ASV's files."""
    return {
        name: json.loads(path.read_text("ascii"))["data"]
        for name, path in exported(save, Format.ASV, folder).items()
    }


def text_of(table: Table, column: str, row: int) -> str:
    """Return the text that an index column points to, empty for none."""
    index = int(table.arrays()[column][row])
    return table.texts()[column][index] if index >= 0 else ""
