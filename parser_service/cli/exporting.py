"""``export``: a file's columns as files that other programs read."""

from __future__ import annotations

from pathlib import Path

from parser_service.cli.opening import opened
from parser_service.cli.reading import Rules, content
from parser_service.cli.screen import progress, say, say_json, say_table, size
from parser_service.exporting import Format, export


def export_file(
    path: Path,
    out: Path,
    rules: Rules,
    *,
    to: Format,
    only: tuple[str, ...],
    overwrite: bool,
    as_json: bool,
) -> None:
    """Write a file's tables to a folder, and say which files were written."""
    with progress() as tell, opened(path, tell) as file:
        tell(f"reading {file.name}")
        found = content(file, rules)
        written = export(
            found, to, out, only=only, overwrite=overwrite, progress=lambda name: tell(f"writing {name}")
        )
    if as_json:
        say_json([{"path": str(one.path), "rows": one.rows, "bytes": one.bytes} for one in written])
        return
    rows = ((one.path.name, f"{one.rows:,}", size(one.bytes)) for one in written)
    say_table(("file", "rows", "size"), rows, right=("rows", "size"))
    say(f"{len(written)} files in {out}; only you may read them")
