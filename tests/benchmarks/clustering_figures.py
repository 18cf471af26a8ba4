"""The figures of clustering in one run: beside a plain sort and scikit-learn, memory, and how the cost grows.

    python -m tests.benchmarks.clustering_figures
    NPY_DISABLE_CPU_FEATURES="X86_V3 X86_V4 AVX512_ICL" python -m tests.benchmarks.clustering_figures

The clouds are those of ``../shared/tools/make_structures.py``. Each figure is the median of runs made in turn with
``np.sort`` of as many random 64-bit integers. Where the processor has AVX-512 or AVX2, NumPy sorts integers with it,
ten times faster than without; the second command, which takes that away from both, compares with the plain sort.
Times are of the CPU, so that what else runs on the machine counts for less.
"""

from __future__ import annotations

import ctypes
import importlib.util
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import numpy as np
from sklearn.cluster import DBSCAN

from parser_service.bases import cluster

RADIUS: Final = 3000.0
RUNS: Final = 7
# kind, structures, and the targets: times np.sort, and bytes a structure (none where there is none)
CASES: Final = (
    ("realistic", 1_000_000, 4.0, 80.0),
    ("sparse", 1_000_000, 7.0, None),
    ("walls", 200_000, 30.0, 500.0),
    ("dense", 50_000, 4.0, None),
)
SIZES: Final = (10_000, 50_000, 200_000, 1_000_000, 5_000_000)


def clouds() -> ModuleType:
    """Return the module that makes structures, which lies beside the checkout."""
    path = Path(__file__).parents[3] / "shared" / "tools" / "make_structures.py"
    spec = importlib.util.spec_from_file_location("make_structures", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def in_turn(*calls: Callable[[], Any], runs: int = RUNS) -> list[float]:
    """Return the median CPU seconds of each call, called in turn."""
    seconds: list[list[float]] = [[] for _ in calls]
    for _ in range(runs):
        for call, taken in zip(calls, seconds, strict=True):
            began = time.process_time()
            call()
            taken.append(time.process_time() - began)
    return [statistics.median(taken) for taken in seconds]


def memory(call: Callable[[], Any]) -> tuple[int, int]:
    """Return the bytes that a call takes at its peak: as allocated, and as the system sees it."""
    # What earlier calls have given back is still ours, and would be taken again without being seen.
    ctypes.CDLL(None).malloc_trim(0)
    before = _status("VmRSS")
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    call()
    resident = _status("VmHWM") - before
    tracemalloc.start()
    call()
    allocated = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return allocated, resident


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    (line,) = (line for line in lines if line.startswith(name))
    return int(line.split()[1]) * 1024


def prepare(made: ModuleType, kind: str, count: int) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """Return what clusters a cloud, and what sorts as many integers."""
    points, tribes = made.make(kind, count, RADIUS)
    columns = np.ascontiguousarray(points.T, dtype=np.float64)
    tribes = tribes.astype(np.int64)
    integers = np.random.default_rng(0).integers(0, 2**62, count)
    return lambda: cluster(columns.T, tribes, RADIUS), lambda: np.sort(integers)


def ratio_lines(made: ModuleType) -> Iterator[str]:
    """Yield the cases with a target, one line each."""
    for kind, count, most_ratio, most_bytes in CASES:
        run, sort = prepare(made, kind, count)
        ours, plain = in_turn(run, sort)
        allocated, resident = memory(run)
        room = "" if most_bytes is None else f" (target {most_bytes:g})"
        yield (
            f"{kind} {count:,}: {ours * 1e3:.1f} ms, np.sort {plain * 1e3:.2f} ms, {ours / plain:.1f} times"
            f" (target {most_ratio:g}); {allocated / count:.0f} B a structure allocated,"
            f" {resident / count:.0f} resident{room}"
        )


def slope_line(made: ModuleType) -> str:
    """Return how the cost grows with the number of structures."""
    taken = [in_turn(*prepare(made, "realistic", count))[0] for count in SIZES]
    slope = np.polyfit(np.log(SIZES), np.log(taken), 1)[0]
    times = ", ".join(f"{count:,} {ours * 1e3:.1f} ms" for count, ours in zip(SIZES, taken, strict=True))
    return f"realistic: {times}; slope on log-log {slope:.2f} (target 1.1)"


def sklearn_line(made: ModuleType, count: int = 200_000) -> str:
    """Return how much longer scikit-learn takes for the same bases, told which structures are whose."""
    points, tribes = made.make("realistic", count, RADIUS)
    order = np.argsort(tribes, kind="stable")
    parts = np.split(points[order].astype(np.float64), np.flatnonzero(np.diff(tribes[order])) + 1)
    (theirs,) = in_turn(lambda: [DBSCAN(eps=RADIUS, min_samples=1).fit(part) for part in parts], runs=1)
    (ours,) = in_turn(prepare(made, "realistic", count)[0])
    return f"scikit-learn, realistic {count:,}: {theirs:.1f} s, {theirs / ours:,.0f} times ours (target 800)"


def main() -> None:
    """Print all figures."""
    made = clouds()
    for line in ratio_lines(made):
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(f"{slope_line(made)}\n{sklearn_line(made)}\n")


if __name__ == "__main__":
    main()
