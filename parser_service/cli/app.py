"""The commands of ``helena save``, as people type them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from parser_service.cli.benching import bench
from parser_service.cli.differing import diff
from parser_service.cli.exporting import export_file
from parser_service.cli.inspecting import inspect
from parser_service.cli.listing import list_bases
from parser_service.cli.mapping import draw_map
from parser_service.cli.reading import Rules
from parser_service.decay.policy import DecayPolicy
from parser_service.exporting import Format
from parser_service.pictures.domain import Colouring

app = typer.Typer(
    help="Look into save files; no service has to run, and the files are only read.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)

# The community file's own default: structures this near to each other (30 m) are one base.
_RADIUS_UU: Final = 3000.0
_WIDEST_UU: Final = 1_000_000
# Neither 1, which is a failure, nor 2, which is a command that is none.
_DOUBTFUL: Final = 3

_File: TypeAlias = Annotated[
    Path,
    typer.Argument(
        exists=True, dir_okay=False, help="A world, a profile, a tribe, a cluster inventory or kept columns."
    ),
]
_Save: TypeAlias = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="A world's .ark file, or kept columns.")
]
_World: TypeAlias = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A world's .ark file.")]
_Radius: TypeAlias = Annotated[
    float, typer.Option(min=1, max=_WIDEST_UU, help="How near structures of one base are, in Unreal units.")
]
_Minimum: TypeAlias = Annotated[
    int, typer.Option("--min", min=1, max=10_000, help="Fewer structures than this are no base.")
]
_Multiplier: TypeAlias = Annotated[
    float, typer.Option(min=0.001, max=1000, help="The server's PvEStructureDecayPeriodMultiplier.")
]
_Force: TypeAlias = Annotated[bool, typer.Option("--force", help="Replace files that are there.")]
_Json: TypeAlias = Annotated[bool, typer.Option("--json", help="For programs: all of it, as JSON.")]


@app.command("inspect")
def inspect_file(file: _File, radius: _Radius = _RADIUS_UU, as_json: _Json = False) -> None:
    """Say what is in a save file, and whether it can be trusted.

    Exits with 0 when it can, 1 when it is refused, 3 when it is suspect or bad.
    """
    if not inspect(file, _rules(radius), now=datetime.now(UTC), as_json=as_json):
        raise typer.Exit(_DOUBTFUL)


@app.command("bases")
def bases_of_world(
    file: _World,
    *,
    radius: _Radius = _RADIUS_UU,
    minimum: _Minimum = 2,
    decay_multiplier: _Multiplier = 1.0,
    tribe: Annotated[str, typer.Option(help="Those of one tribe: its id, or a part of its name.")] = "",
    limit: Annotated[int, typer.Option(min=0, max=1_000_000, help="How many to show; 0 shows all.")] = 30,
    as_csv: Annotated[bool, typer.Option("--csv", help="All of them as CSV.")] = False,
    as_json: _Json = False,
) -> None:
    """List the bases of a world, the largest first, with what they are made of and when they decay."""
    if as_csv and as_json:
        raise typer.BadParameter("--csv and --json exclude each other.")
    form = "csv" if as_csv else "json" if as_json else "table"
    rules = _rules(radius, minimum, decay_multiplier)
    list_bases(file, rules, tribe=tribe, limit=limit, form=form)


@app.command("diff")
def difference_of_worlds(
    older: _Save, newer: _Save, radius: _Radius = _RADIUS_UU, minimum: _Minimum = 2, as_json: _Json = False
) -> None:
    """Say what changed from one save to another: structures, tames and items, by tribe and by base."""
    diff(older, newer, _rules(radius, minimum), now=datetime.now(UTC), as_json=as_json)


@app.command("export")
def export_tables(
    file: _File,
    out: Annotated[Path, typer.Argument(file_okay=False, help="A folder; it is made if need be.")],
    *,
    to: Annotated[Format, typer.Option(help="What to write.")] = Format.CSV,
    table: Annotated[
        list[str] | None, typer.Option(help="Only this table; may be given more than once.")
    ] = None,
    radius: _Radius = _RADIUS_UU,
    minimum: _Minimum = 2,
    decay_multiplier: _Multiplier = 1.0,
    force: _Force = False,
    as_json: _Json = False,
) -> None:
    """Write the tables of a save file for other programs: ASV's JSON, Parquet, CSV or NDJSON."""
    rules = _rules(radius, minimum, decay_multiplier)
    export_file(file, out, rules, to=to, only=tuple(table or ()), overwrite=force, as_json=as_json)


@app.command("map")
def map_of_world(
    file: _Save,
    out: Annotated[Path, typer.Argument(dir_okay=False, help="The picture to write, a .png.")],
    *,
    by: Annotated[Colouring, typer.Option(help="What colours mean.")] = Colouring.TRIBE,
    radius: _Radius = _RADIUS_UU,
    minimum: _Minimum = 2,
    decay_multiplier: _Multiplier = 1.0,
    force: _Force = False,
) -> None:
    """Draw a map of a world's bases."""
    rules = _rules(radius, minimum, decay_multiplier)
    draw_map(file, out, rules, colouring=by, now=datetime.now(UTC), overwrite=force)


@app.command("bench")
def bench_world(
    file: _World,
    runs: Annotated[int, typer.Option(min=1, max=100, help="How often; medians are shown.")] = 3,
    peer: Annotated[bool, typer.Option("--peer", help="Beside arkparser, where it is installed.")] = False,
    as_json: _Json = False,
) -> None:
    """Measure how long each step with a world takes here, and how much memory."""
    bench(file, runs=runs, peer=peer, as_json=as_json)


def _rules(radius: float, minimum: int = 1, multiplier: float = 1.0) -> Rules:
    return Rules(radius=radius, minimum=minimum, policy=DecayPolicy(multiplier=multiplier))
