"""``bases``: the bases of a world, with what they are made of and when they decay."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from parser_service.cli.opening import FileKind, opened
from parser_service.cli.reading import Rules, decoded
from parser_service.cli.screen import Progress, progress, say, say_json, say_table
from parser_service.decay.categories import CATEGORIES
from parser_service.decay.instants import to_instant
from parser_service.exporting.places import degrees
from parser_service.exporting.plain import cell
from parser_service.exporting.sheets import iso
from parser_service.saves.pipeline import DecodedSave
from shared.errors import NotFoundError

_COUNTED = ("turrets", "containers", "beds", "locked", "tames")


def list_bases(path: Path, rules: Rules, *, tribe: str, limit: int, form: str) -> None:
    """Print the bases of a world, the largest first; ``form`` is ``table``, ``csv`` or ``json``."""
    with progress() as tell, opened(path, tell, only=(FileKind.WORLD,)) as file:
        tell(f"reading {file.name}")
        save = decoded(file, rules)
        rows = _rows(save, tribe, tell)
    if form == "json":
        head = {"file": file.name, "saved_at": iso(save.saved_at), "map": save.world.map_name}
        say_json({**head, "radius_uu": rules.radius, "minimum": rules.minimum, "bases": rows})
    elif form == "csv":
        _say_csv(rows)
    else:
        _say_table(save, rows, limit)


def _rows(save: DecodedSave, tribe: str, tell: Progress) -> list[dict[str, Any]]:
    tell("counting")
    bases = save.bases
    latitude, longitude = degrees(save.world.map_name, *bases.centroid.T)
    names = dict(zip(save.world.tribes.tribe_id.tolist(), save.world.tribes.names, strict=True))
    order = np.argsort(-bases.structures.astype(np.int64), kind="stable").tolist()
    if tribe:
        order = [row for row in order if _is_of(tribe, int(bases.tribe_id[row]), names)]
        if not order:
            raise NotFoundError(
                f"No tribe {tribe!r} has a base here. Give its id, or a part of its name; without --tribe, all bases "
                "are listed."
            )
    return [
        {
            "number": row + 1,
            "tribe_id": int(bases.tribe_id[row]),
            "tribe": names.get(int(bases.tribe_id[row]), ""),
            "structures": int(bases.structures[row]),
            "latitude": _rounded(latitude[row]),
            "longitude": _rounded(longitude[row]),
            **dict(zip("xyz", bases.centroid[row].round(1).tolist(), strict=True)),
            "height": round(float(bases.height[row]), 1),
            "first_decay_at": _instant(save.first_decay_at[row]),
            "last_decay_at": _instant(save.last_decay_at[row]),
            "because": bases.explanations[row],
            "tiers": dict(_tiers(bases.tiers[row].tolist())),
            "classes": bases.contents.classes.top(row),
            **{name: int(getattr(bases.contents, name)[row]) for name in _COUNTED},
        }
        for row in order
    ]


def _is_of(tribe: str, tribe_id: int, names: dict[int, str]) -> bool:
    return tribe == str(tribe_id) or tribe.casefold() in names.get(tribe_id, "").casefold()


def _tiers(counts: list[int]) -> Iterator[tuple[str, int]]:
    """Yield what a base is made of, most first."""
    named = zip((category.value for category in CATEGORIES), counts, strict=True)
    return iter(sorted((pair for pair in named if pair[1]), key=lambda pair: -pair[1]))


def _rounded(degree: float) -> float | None:
    return round(float(degree), 2) if np.isfinite(degree) else None


def _instant(seconds: float) -> str | None:
    instant = to_instant(float(seconds))
    return None if instant is None else iso(instant)


def _say_table(save: DecodedSave, rows: list[dict[str, Any]], limit: int) -> None:
    shown = rows[: limit or None]
    is_known = any(row["latitude"] is not None for row in shown)
    say_table(
        ("tribe", "count", "lat   lon" if is_known else "x y z", "first decay UTC", "made of"),
        (
            (
                row["tribe"] or str(row["tribe_id"]),
                f"{row['structures']:,}",
                _place(row),
                _decay(row),
                _made(row),
            )
            for row in shown
        ),
        right=("count",),
        wide={"tribe": 16, "made of": 20},
    )
    if len(shown) < len(rows):
        say(
            f"and {len(rows) - len(shown):,} smaller bases: --limit 0 lists all, --csv and --json all columns"
        )
    if shown and not is_known:
        say(f"the map {save.world.map_name or 'without a name'} is not known: places are in Unreal units")
    if not rows:
        say("there are no bases in this world")
    guessed = save.decay.unknown_classes
    if guessed:
        say(
            f"classes of unknown decay, which are given the longest period: {len(guessed)}; inspect names them",
            "dim",
        )


def _place(row: dict[str, Any]) -> str:
    if row["latitude"] is not None:
        return f"{row['latitude']:.1f} {row['longitude']:.1f}"
    return " ".join(f"{row[axis]:.0f}" for axis in "xyz")


def _decay(row: dict[str, Any]) -> str:
    first: str | None = row["first_decay_at"]
    return "-" if first is None else first[:16].replace("T", " ")


def _made(row: dict[str, Any]) -> str:
    return ", ".join(f"{tier.replace('_', ' ')} {count:,}" for tier, count in row["tiers"].items())


def _say_csv(rows: list[dict[str, Any]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    if rows:
        writer.writerow(rows[0])
    for row in rows:
        writer.writerow(
            cell(
                " ".join(f"{name}={count}" for name, count in value.items())
                if isinstance(value, dict)
                else value
            )
            for value in row.values()
        )
