"""The one runner: ``python -m bots <name> [<name> …]``; several names share a token."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

from shared.discord_kit.runner import run_bots
from shared.discord_kit.settings import BotSettings
from shared.runtime.program import run_program


def main(argv: Sequence[str] | None = None) -> int:
    """Run the bots named, until SIGTERM; return the exit code."""
    names = list(sys.argv[1:] if argv is None else argv)
    if not names:
        sys.stderr.write("usage: python -m bots <name> [<name> ...]\n")
        return 2

    async def run(settings: BotSettings, stop: asyncio.Event) -> None:
        await run_bots(names, settings, stop)

    return run_program("_".join(names), BotSettings, run)


if __name__ == "__main__":
    raise SystemExit(main())
