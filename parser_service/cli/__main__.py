"""``python -m parser_service.cli``: what ``helena save`` becomes."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from parser_service.cli.app import app
from parser_service.cli.screen import complain, whisper
from shared.errors import HelenaError

# What shells give to a program that Ctrl-C has ended: 128 and the signal's number.
_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command, and return its exit code.

    0; 1 for a failure with a message; 2 for a command that is none; 3 for a save that is suspect or bad; 130 for a
    command that was interrupted.
    """
    try:
        app(args=None if argv is None else list(argv), prog_name="helena save")
    except SystemExit as end:
        if end.code == _INTERRUPTED:
            whisper("Stopped. Nothing was left behind.")
        return end.code if isinstance(end.code, int) else 0
    except HelenaError as error:
        complain(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
