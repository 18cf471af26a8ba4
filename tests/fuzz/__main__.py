"""Fuzz one decoder: ``python -m tests.fuzz ENTRY --seconds 600 --folder /tmp/fuzz``, with ``atheris`` installed.

The folder keeps what the fuzzer learned (``ENTRY/corpus``) and what it found (``ENTRY/finds``, one input and its
traceback for each place at which a decoder failed); the next run goes on from there. How it is installed, and what
has been found so far, is told in docs/explanation/verification.md.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import sys
import time
import traceback
from pathlib import Path

# One thread of linear algebra, whose stacks would count as memory taken.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import atheris  # type: ignore[import-untyped]  # installed by hand: see the page above

with atheris.instrument_imports(include=["parser_service"]):
    from tests.fuzz.bounds import address_space, limit_memory, limited_time
    from tests.fuzz.entries import ENTRIES, Entry
    from tests.fuzz.feeding import folder

from tests.fuzz.mutating import of_bytes, of_parts

# atheris 3.0 keeps the result of every comparison of arrays, 20 to 250 kB an input: a process that has grown by so
# much begins anew, and goes on with the corpus.
_GROWN = 2**30
# How many inputs pass between two looks at that.
_LOOKS = 64


class Finds:
    """Keeps the first input for each way to fail, so that a run goes on behind it."""

    def __init__(self, entry: Entry, folder: Path) -> None:
        self._entry = entry
        self._folder = folder
        self._known = {path.name.partition(".")[0] for path in folder.glob("*.txt")}
        self._inputs = 0
        self._most = address_space() + _GROWN

    def run(self, data: bytes) -> None:
        """Give an input to the decoder, and keep it when that fails."""
        self._inputs += 1
        if self._inputs % _LOOKS == 1:
            if address_space() > self._most:
                sys.stderr.write(f"begins anew after {self._inputs} inputs\n")
                sys.stderr.flush()
                _begin_anew()
            limit_memory()
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


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Fuzz one decoder.")
    parser.add_argument("entry", choices=ENTRIES)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--until", type=int, help="Unix time, instead of --seconds")
    parser.add_argument("--folder", type=Path, required=True)
    return parser.parse_args()


def _begin_anew() -> None:
    """Become a new process with the rest of the time."""
    shutil.rmtree(folder())
    os.execv(sys.executable, [sys.executable, "-m", "tests.fuzz", *sys.argv[1:]])


def main() -> None:
    """Read the command line and fuzz until the time is over."""
    asked = _arguments()
    if asked.until is None:
        # the time counts from here, however often the process begins anew
        sys.argv += ["--until", str(int(time.time()) + asked.seconds)]
        asked = _arguments()
    seconds = max(1, asked.until - int(time.time()))
    entry, place = ENTRIES[asked.entry], asked.folder / asked.entry
    corpus, seeds, finds = (place / name for name in ("corpus", "seeds", "finds"))
    for path in (corpus, seeds, finds):
        path.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(entry.seeds()):
        (seeds / str(number)).write_bytes(seed)
    longest = 2 * max(len(seed) for seed in entry.seeds())
    options = [f"-max_total_time={seconds}", f"-max_len={longest}", "-len_control=0"]
    options += [f"-artifact_prefix={finds}/", "-timeout=120", "-rss_limit_mb=2048", "-print_final_stats=1"]
    # atheris puts its real Mutate in place when it begins
    mutate = lambda data, most: bytes(atheris.Mutate(data, most))  # noqa: E731
    mutator = (of_parts if entry.has_parts else of_bytes)(mutate)
    run = Finds(entry, finds).run
    atheris.Setup([sys.argv[0], *options, str(corpus), str(seeds)], run, custom_mutator=mutator)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
