"""Fuzz one decoder: ``python -m tests.fuzz ENTRY --seconds 600 --folder /tmp/fuzz``, with ``atheris`` installed.

The folder keeps what the fuzzer learned (``ENTRY/corpus``) and what it found (``ENTRY/finds``, one input and its
traceback for each place at which a decoder failed); the next run goes on from there. How it is installed, and what
has been found so far, is told in docs/explanation/verification.md.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import traceback
from pathlib import Path

# One thread of linear algebra, whose stacks would count as memory taken.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import atheris  # type: ignore[import-untyped]  # installed by hand: see the page above

with atheris.instrument_imports(include=["parser_service"]):
    from tests.fuzz.bounds import limit_memory, limited_time
    from tests.fuzz.entries import ENTRIES, Entry

from tests.fuzz.mutating import of_bytes, of_parts


class Finds:
    """Keeps the first input for each way to fail, so that a run goes on behind it."""

    def __init__(self, entry: Entry, folder: Path) -> None:
        self._entry = entry
        self._folder = folder
        self._known = {path.name.partition(".")[0] for path in folder.glob("*.txt")}

    def run(self, data: bytes) -> None:
        """Give an input to the decoder, and keep it when that fails."""
        try:
            with limited_time():
                self._entry.feed(data)
        except Exception as error:  # whatever it is, it is what is looked for
            self._keep(data, error)

    def _keep(self, data: bytes, error: Exception) -> None:
        frames = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in frames if "parser_service" in frame.filename] or frames
        place = f"{type(error).__name__} {Path(ours[-1].filename).name} {ours[-1].name}"
        name = hashlib.sha256(place.encode()).hexdigest()[:12]
        if name not in self._known:
            self._known.add(name)
            (self._folder / f"{name}.bin").write_bytes(data)
            told = "".join(traceback.format_exception(error))
            (self._folder / f"{name}.txt").write_text(f"{place}\n{told}", encoding="utf-8")


def main() -> None:
    """Read the command line and fuzz until the time is over."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Fuzz one decoder.")
    parser.add_argument("entry", choices=ENTRIES)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("more", nargs="*", help="further options of libFuzzer")
    asked = parser.parse_args()
    entry, folder = ENTRIES[asked.entry], asked.folder / asked.entry
    corpus, seeds, finds = (folder / name for name in ("corpus", "seeds", "finds"))
    for path in (corpus, seeds, finds):
        path.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(entry.seeds()):
        (seeds / str(number)).write_bytes(seed)
    longest = 2 * max(len(seed) for seed in entry.seeds())
    options = [f"-max_total_time={asked.seconds}", f"-max_len={longest}", "-len_control=0"]
    options += [f"-artifact_prefix={finds}/", "-timeout=120", "-rss_limit_mb=2048", "-print_final_stats=1"]
    # atheris puts its real Mutate in place when it begins
    mutate = lambda data, most: bytes(atheris.Mutate(data, most))  # noqa: E731
    mutator = (of_parts if entry.has_parts else of_bytes)(mutate)
    run = Finds(entry, finds).run
    atheris.Setup([sys.argv[0], *options, *asked.more, str(corpus), str(seeds)], run, custom_mutator=mutator)
    limit_memory()
    atheris.Fuzz()


if __name__ == "__main__":
    main()
