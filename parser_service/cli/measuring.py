"""One measurement in a process of its own: ``python -m parser_service.cli.measuring METHOD FILE FOLDER``."""

from __future__ import annotations

import gc
import json
import resource
import sqlite3
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from parser_service.archive.writing import SaveColumns, write
from parser_service.bases.summary import label_structures, summarise
from parser_service.cli.reading import as_kept
from parser_service.decay.instants import decay_of, to_real
from parser_service.decay.policy import DecayPolicy
from parser_service.saves.columns import Wanted, World
from parser_service.saves.pipeline import DecodedSave
from parser_service.saves.sniff import Container, sniff
from parser_service.saves.world import read_world
from parser_service.verdict import read_file_facts

_PEER: Final = "arkparser"
_RADIUS_UU: Final = 3000.0
_STATUS: Final = Path("/proc/self/status")


class Watch:
    """Times parts of a run, in wall-clock and in processor seconds."""

    def __init__(self) -> None:
        self.parts: dict[str, tuple[float, float]] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Time what is done inside."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.parts[name] = (time.perf_counter() - wall, time.process_time() - cpu)


def floor(path: Path, folder: Path, watch: Watch) -> int:
    """Read the bytes into one buffer, and nothing else."""
    del folder
    with watch.part("read the bytes"):
        if sniff(path) is Container.BINARY:
            return len(path.read_bytes())
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as database:
            return len(b"".join(value for (value,) in database.execute("SELECT value FROM game")))


def structures(path: Path, folder: Path, watch: Watch) -> int:
    """Decode the structures alone."""
    del folder
    with watch.part("decode the structures"):
        return len(read_world(path, wanted=Wanted.STRUCTURES).structures)


def everything(path: Path, folder: Path, watch: Watch) -> int:
    """Do all that the service does with a save before it stores it, step by step."""
    saved_at = datetime.now(UTC)
    with watch.part("look for zero-filled parts"):
        read_file_facts(path, saved_at=saved_at)
    with watch.part("decode all tables"):
        world = read_world(path)
    save = _with_bases(world, saved_at, watch)
    with watch.part("write the kept columns"):
        kept = as_kept(save)
        write(
            SaveColumns(world=world, bases=kept.bases, places=kept.places, saved_at=saved_at),
            folder / "kept.columns",
        )
    return len(world.structures)


def _with_bases(world: World, saved_at: datetime, watch: Watch) -> DecodedSave:
    policy = DecayPolicy()
    with watch.part("date the decay"):
        decay = decay_of(world.structures, policy, game_time=world.game_time)
    with watch.part("join structures to bases"):
        labels = label_structures(world.structures, _RADIUS_UU, minimum=2)
    with watch.part("sum the bases up"):
        bases = summarise(world, labels, decay=decay, policy=policy)
    first, last = (
        to_real(times, game_time=world.game_time, saved_at=saved_at)
        for times in (bases.first_decay_time, bases.last_decay_time)
    )
    return DecodedSave(
        world=world,
        bases=bases,
        base_of=labels,
        decay=decay,
        saved_at=saved_at,
        first_decay_at=first,
        last_decay_at=last,
    )


def arkparser_structures(path: Path, folder: Path, watch: Watch) -> int:
    """Let ``arkparser`` load the world and list its structures."""
    del folder
    peer: Any = import_module(_PEER)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with watch.part("arkparser: load, list structures"):
            return len(peer.WorldSave.load(path).get_structures())


METHODS: Final[Mapping[str, Callable[[Path, Path, Watch], int]]] = MappingProxyType(
    {
        "floor": floor,
        "structures": structures,
        "everything": everything,
        _PEER: arkparser_structures,
    }
)
"""What can be measured."""


def peak_bytes() -> int:
    """Return the most memory that this process has had."""
    if _STATUS.exists():
        # unlike ru_maxrss, which begins with what the parent had
        peak = next(line for line in _STATUS.read_text("ascii").splitlines() if line.startswith("VmHWM:"))
        return int(peak.split()[1]) << 10
    scale = 1 if sys.platform == "darwin" else 1 << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale


def main(argv: list[str]) -> int:
    """Measure, and print the figures as JSON."""
    method, path, folder = argv
    if method == _PEER:
        import_module(_PEER)  # like our own code, before it counts
    gc.collect()
    before, watch = peak_bytes(), Watch()
    rows = METHODS[method](Path(path), Path(folder), watch)
    figures = {"rows": rows, "parts": watch.parts, "peak_bytes": peak_bytes(), "before_bytes": before}
    sys.stdout.write(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
