"""Figures of decoding: processor time and peak memory beside the floor and beside the peers, in runs made in turn.

python -m tests.benchmarks.decoding_figures ../shared/data/saves/made/asa14_large.ark.xz [--rounds 5]

Every run is a process of its own that imports first and then measures: processor seconds of the call, and the peak
of the whole process above what it had before. ``floor`` reads all rows (or the file) and joins them into one buffer.
An ASE world whose objects have no GUIDs costs arkparser the square of its size, so it reads a copy that has some.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
from arkparser import WorldSave
from arkparser.export import export_structures, export_tamed, export_wild

from parser_service.saves import read_world
from parser_service.saves.ase_chain import header_starts
from parser_service.saves.ase_header import read_header
from parser_service.saves.columns import Wanted


def floor(path: Path) -> int:
    """Return the number of bytes read."""
    with path.open("rb") as file:
        is_binary = file.read(6) != b"SQLite"
    if is_binary:
        return len(path.read_bytes())
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        return len(b"".join(value for (value,) in database.execute("SELECT value FROM game")))


def structures(path: Path) -> int:
    """Return the number of structures, by this project's decoder, asked for nothing else."""
    return len(read_world(path, wanted=Wanted.STRUCTURES).structures)


def everything(path: Path) -> int:
    """Return the number of rows of all tables, by this project's decoder."""
    return sum(len(table) for table in read_world(path).tables().values())


# What a row of the list of structures has: the properties of the decay clock, and whose it is.
FIELDS = (
    *(
        "TargetingTeam",
        "OwnerName",
        "OwningPlayerID",
        "OriginalCreationTime",
        "LastEnterStasisTime",
        "MaxHealth",
    ),
    *("LastInAllyRangeTime", "LastInAllyRangeTimeSerialized", "Health", "bHasResetDecayTime"),
)


def rows_of(save: WorldSave) -> int:
    """Return the number of arkparser's structures, having asked each for the fields and its place."""
    rows = [
        (thing.class_name, thing.location, *(thing.get_property_value(name) for name in FIELDS))
        for thing in save.get_structures()
    ]
    return len(rows)


def peer_lazy(path: Path) -> int:
    """Return the number of structures with their fields, by arkparser's way that takes the least memory."""
    return rows_of(WorldSave.load(path, lazy_properties=True))


def peer_full(path: Path) -> int:
    """Return the number of rows, by arkparser's full load and its export of structures and creatures."""
    save = WorldSave.load(path)
    return len(export_structures(save)) + len(export_tamed(save)) + len(export_wild(save))


def peer_eager(path: Path) -> int:
    """Return the number of structures with their fields, by arkparser's full load."""
    return rows_of(WorldSave.load(path))


METHODS: dict[str, Callable[[Path], int]] = {
    method.__name__: method for method in (floor, structures, everything, peer_lazy, peer_eager, peer_full)
}


def memory(kind: str) -> float:
    """Return the megabytes that this process has (``VmRSS``) or had at most (``VmHWM``).

    The system's ``ru_maxrss`` would be that of the process which started this one, if it is larger.
    """
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:")) / 1024


def run(method: str, path: Path) -> None:
    """Measure one call, and print its figures."""
    before = memory("VmRSS")
    start = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = METHODS[method](path)
    seconds = time.process_time() - start
    peak = memory("VmHWM")
    figures = {"seconds": seconds, "peak": peak, "above": peak - before, "found": found}
    sys.stdout.write(json.dumps(figures))


def compare(path: Path, for_peer: Path, methods: list[str], rounds: int) -> None:
    """Print a table of medians."""
    figures: dict[str, list[dict[str, float]]] = {method: [] for method in methods}
    for _ in range(rounds):
        for method in methods:
            read = for_peer if method.startswith("peer") else path
            command = [sys.executable, "-m", __spec__.name, "--run", method, str(read)]
            figures[method].append(
                json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
            )  # our own interpreter
    medians = {
        method: {key: statistics.median(one[key] for one in runs) for key in runs[0]}
        for method, runs in figures.items()
    }
    lines = [f"{'':12}{'CPU s':>8}{'peak MB':>9}{'above':>7}{'of floor':>10}{'times structures':>18}   found"]
    for method, one in medians.items():
        of_floor = one["seconds"] / medians["floor"]["seconds"]
        times = one["seconds"] / medians["structures"]["seconds"]
        lines.append(
            f"{method:12}{one['seconds']:8.2f}{one['peak']:9.0f}{one['above']:7.0f}"
            f"{of_floor:10.1f}{times:18.1f}   {one['found']:,.0f}"
        )
    sys.stdout.write("\n".join(lines) + "\n")


def with_guids(path: Path, folder: Path) -> Path:
    """Return a copy of an ASE world whose objects have GUIDs, and any other world itself."""
    with path.open("rb") as file:
        if file.read(6) == b"SQLite":
            return path
        file.seek(0)
        header, head = read_header(file, path, path.stat().st_size)
    span = header.headers_end - header.headers_at
    words = np.frombuffer(head, dtype="<i4", count=span // 4, offset=header.headers_at)
    content, rng = bytearray(path.read_bytes()), random.Random(1)
    for start in header_starts(words, header.object_count).tolist():
        at = header.headers_at + 4 * start
        content[at : at + 16] = rng.randbytes(16)
    target = folder / f"with_guids_{path.name}"
    target.write_bytes(content)
    return target


def unpacked(path: Path, folder: Path) -> Path:
    """Return the save itself where it is packed."""
    if path.suffix != ".xz":
        return path
    target = folder / path.stem
    with lzma.open(path) as source, target.open("wb") as file:
        shutil.copyfileobj(source, file)
    return target


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("save", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=[*METHODS])
    parser.add_argument("--run", choices=METHODS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.run:
        run(arguments.run, arguments.save)
        return
    with tempfile.TemporaryDirectory() as folder:
        methods = list(dict.fromkeys(["floor", "structures", *arguments.methods]))
        path = unpacked(arguments.save, Path(folder))
        compare(path, with_guids(path, Path(folder)), methods, arguments.rounds)


if __name__ == "__main__":
    main()
