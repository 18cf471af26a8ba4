"""The one runner: ``python -m bots <name> [<name> …]``; several names share a token."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

from shared.config.settings import Settings
from shared.discord_kit.runner import EX_CONFIG, run_bots
from shared.errors import ConfigError
from shared.logs import set_up_logging


def main(argv: Sequence[str] | None = None) -> int:
    """Run the bots named, until SIGTERM; return the exit code."""
    names = list(sys.argv[1:] if argv is None else argv)
    if not names:
        sys.stderr.write("usage: python -m bots <name> [<name> ...]\n")
        return 2
    try:
        settings = Settings.load()
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return EX_CONFIG
    set_up_logging(level=settings.log_level, form=settings.log_format, program="+".join(names))
    return asyncio.run(run_bots(names))


if __name__ == "__main__":
    raise SystemExit(main())
