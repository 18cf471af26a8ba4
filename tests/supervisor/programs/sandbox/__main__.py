from __future__ import annotations

from collections.abc import Sequence

from tests.supervisor.programs.stand_in import run


def main(argv: Sequence[str] | None = None) -> int:
    return run("sandbox")
