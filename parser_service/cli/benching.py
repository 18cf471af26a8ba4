"""``bench``: what each step with a world costs on this machine, beside the floor and beside a peer."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any, Final

from parser_service.cli.opening import FileKind, OpenedFile, opened
from parser_service.cli.screen import progress, say, say_json, say_table, size
from shared.errors import InvalidInputError, OperationalError

_PEER: Final = "arkparser"
_METHODS: Final = ("floor", "structures", "everything")
_PACKAGE_ROOT: Final = Path(__file__).resolve().parents[2]
# The peer takes half a minute for a large world, and much longer where ids are zero.
_LONGEST_SECONDS: Final = 1_800.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The medians of one part: seconds, processor seconds, and the peak of memory above an idle process."""

    seconds: float
    cpu_seconds: float
    peak_bytes: float


def bench(path: Path, *, runs: int, peer: bool, as_json: bool) -> None:
    """Measure a world's steps; each run is a process of its own, and the methods take turns."""
    if peer and find_spec(_PEER) is None:
        raise InvalidInputError(
            f"{_PEER} is not installed. Install it with "
            f'"python3 -m pip --python .venv/bin/python install {_PEER}", or leave --peer out.'
        )
    methods = (*_METHODS, _PEER) if peer else _METHODS
    with progress() as tell, opened(path, tell, only=(FileKind.WORLD,)) as file:
        found: dict[str, list[dict[str, Any]]] = {method: [] for method in methods}
        for run in range(runs):
            for method in methods:
                tell(f"measuring {method}, run {run + 1} of {runs}")
                found[method].append(_measure(method, file))
    parts = {name: _medians(found[method], name) for method in methods for name in found[method][0]["parts"]}
    rows = found["structures"][0]["rows"]
    ratio = _ratio(parts) if peer else None
    if as_json:
        say_json(_json(file, rows, runs, parts, ratio))
    else:
        _say(file, rows, runs, parts, ratio)


def _measure(method: str, file: OpenedFile) -> dict[str, Any]:
    command = (sys.executable, "-m", "parser_service.cli.measuring", method, file.path, file.path.parent)
    try:
        done = subprocess.run(
            command, cwd=_PACKAGE_ROOT, capture_output=True, text=True, check=False, timeout=_LONGEST_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise OperationalError(
            f"{method} took longer than {_LONGEST_SECONDS:.0f} s and was stopped."
        ) from error
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        raise OperationalError(f"{method} failed on {file.name}. The last it said: {said}")
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def _medians(runs: list[dict[str, Any]], part: str) -> Measured:
    return Measured(
        seconds=median(run["parts"][part][0] for run in runs),
        cpu_seconds=median(run["parts"][part][1] for run in runs),
        peak_bytes=median(run["peak_bytes"] - run["before_bytes"] for run in runs),
    )


def _ratio(parts: dict[str, Measured]) -> dict[str, float]:
    """Return how many times ours the peer's costs are: for the list of structures, and for all that a world holds.

    The peer reads all of a world to list anything of it.
    """
    theirs = next(measured for name, measured in parts.items() if name.startswith(_PEER))
    ours = parts["decode the structures"]
    return {
        "cpu": theirs.cpu_seconds / max(ours.cpu_seconds, 1e-6),
        "memory": theirs.peak_bytes / max(ours.peak_bytes, 1),
        "cpu_of_all_tables": theirs.cpu_seconds / max(parts["decode all tables"].cpu_seconds, 1e-6),
    }


def _say(
    file: OpenedFile, rows: int, runs: int, parts: dict[str, Measured], ratio: dict[str, float] | None
) -> None:
    say(f"{file.name}: {size(file.bytes)}, {rows:,} structures; medians of {runs} runs, in turn", "bold")
    head = ("step", "ms", "CPU ms", "peak of its process")
    say_table(
        head,
        (
            (name, f"{1e3 * one.seconds:,.1f}", f"{1e3 * one.cpu_seconds:,.1f}", size(one.peak_bytes))
            for name, one in parts.items()
        ),
        right=head[1:],
    )
    say("memory is above that of the process before it began; steps of one process share it", "dim")
    if ratio is not None:
        say(
            f"{_PEER} needs {ratio['cpu']:.1f} times the CPU of decoding the structures and {ratio['memory']:.1f} "
            f"times its memory, and {ratio['cpu_of_all_tables']:.1f} times the CPU of decoding all tables"
        )


def _json(
    file: OpenedFile, rows: int, runs: int, parts: dict[str, Measured], ratio: dict[str, float] | None
) -> dict[str, Any]:
    steps = [
        {
            "step": name,
            "seconds": one.seconds,
            "cpu_seconds": one.cpu_seconds,
            "peak_bytes": one.peak_bytes,
        }
        for name, one in parts.items()
    ]
    head = {"file": file.name, "bytes": file.bytes, "structures": rows, "runs": runs}
    return {**head, "steps": steps, "peer": ratio and {"name": _PEER, **ratio}}
