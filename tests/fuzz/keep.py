"""Keep the few inputs that reach most: ``python -m tests.fuzz.keep ENTRY --folder /tmp/fuzz``, after fuzzing.

Of what a fuzzer has collected, the inputs go into ``tests/fuzz/corpus/ENTRY`` that reach steps from line to line of
the decoders which neither the beginnings nor the inputs chosen before reach: the one with most new steps first.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path
from types import FrameType
from typing import Any, TypeAlias

from tests.fuzz.entries import ENTRIES
from tests.fuzz.feeding import Feed

Step: TypeAlias = tuple[str, int, int]
KEPT = Path(__file__).with_name("corpus")
# A repository is no place for thousands of inputs; those that were found to break something are all kept as tests.
MOST = 8
LARGEST = 24_000


def steps(feed: Feed, data: bytes) -> set[Step]:
    """Return the steps from one line to another that the decoders take with an input."""
    found: set[Step] = set()
    before = {"": 0}

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        name = frame.f_code.co_filename
        if "parser_service" not in name:
            return None
        if event == "line":
            found.add((name, before.get(name, 0), frame.f_lineno))
            before[name] = frame.f_lineno
        return trace

    sys.settrace(trace)
    try:
        feed(data)
    finally:
        sys.settrace(None)
    return found


def choose(feed: Feed, seeds: list[bytes], inputs: list[bytes]) -> list[bytes]:
    """Return the inputs that reach most beyond the beginnings; of two that reach as much the shorter one."""
    reached = set[Step]().union(*(steps(feed, seed) for seed in seeds))
    left = {data: steps(feed, data) for data in sorted(inputs, key=len) if len(data) <= LARGEST}
    chosen: list[bytes] = []
    while left and len(chosen) < MOST:
        best = max(left, key=lambda data: len(left[data] - reached))
        new = left.pop(best) - reached
        if not new:
            break
        reached |= new
        chosen.append(best)
    return chosen


def main() -> None:
    """Read the command line, and put the chosen inputs in place of those kept before."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.keep", description="Keep what reaches most.")
    parser.add_argument("entry", choices=ENTRIES)
    parser.add_argument("--folder", type=Path, required=True)
    asked = parser.parse_args()
    entry, kept = ENTRIES[asked.entry], KEPT / asked.entry
    kept.mkdir(parents=True, exist_ok=True)
    paths = [*kept.iterdir(), *(asked.folder / asked.entry / "corpus").iterdir()]
    chosen = choose(entry.feed, entry.seeds(), [path.read_bytes() for path in paths])
    for path in kept.iterdir():
        path.unlink()
    for data in chosen:
        (kept / hashlib.sha256(data).hexdigest()[:12]).write_bytes(data)
    sys.stdout.write(f"{asked.entry}: kept {len(chosen)} of {len(paths)} inputs\n")


if __name__ == "__main__":
    main()
