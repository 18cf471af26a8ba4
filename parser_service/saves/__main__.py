"""``python -m parser_service.saves inspect FILE``: what is in a save, or why it cannot be read."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console

from parser_service.decay.policy import DecayPolicy
from parser_service.saves.errors import SaveError
from parser_service.saves.pipeline import decode
from parser_service.saves.world import report

# The community file's own default: structures this near to each other (30 m) are one base.
_RADIUS_UU: Final = 3000.0


def main(argv: Sequence[str] | None = None) -> int:
    """Print what is in a save; return 1 when it is refused."""
    parser = argparse.ArgumentParser(prog="helena save", description="Say what is in a save file.")
    commands = parser.add_subparsers(required=True)
    inspect = commands.add_parser("inspect", help="say what is in it, and whether it can be trusted")
    inspect.add_argument("file", type=Path)
    inspect.add_argument(
        "--radius", type=_positive, default=_RADIUS_UU, help="what makes a base, in Unreal units"
    )
    arguments = parser.parse_args(argv)
    return _inspect(Console(markup=False, highlight=False), arguments.file, arguments.radius)


def _positive(text: str) -> float:
    """Return a positive number; argparse tells people what else was given."""
    number = float(text)
    if not (math.isfinite(number) and number > 0):
        message = f"{text} is not a positive number"
        raise argparse.ArgumentTypeError(message)
    return number


def _inspect(console: Console, path: Path, radius: float) -> int:
    try:
        # No instant is shown, so it does not matter when the world was saved.
        save = decode(path, radius=radius, minimum=1, policy=DecayPolicy(), saved_at=datetime.now(UTC))
    except SaveError as error:
        reason = f"{path.name} is refused ({error.code}): {error}"
        # one line, however narrow the terminal: programs read it, too
        console.print(_shown(reason), style="red", soft_wrap=True)
        return 1
    console.print(_shown(path.name), style="bold")
    console.print(_shown(str(report(save.world))))
    console.print(f"{len(save.bases):,} bases of structures within {radius:,.0f} uu of each other")
    if save.decay.unknown_classes:
        console.print(
            f"classes of unknown decay: {_shown(', '.join(save.decay.unknown_classes))}", style="dim"
        )
    return 0


def _shown(text: str) -> str:
    """Return text from a file as a terminal shows it: what is not printable would be obeyed."""
    return "".join(
        character if character.isprintable() or character == "\n" else "\ufffd" for character in text
    )


if __name__ == "__main__":
    sys.exit(main())
