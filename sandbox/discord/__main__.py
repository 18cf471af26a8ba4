"""Runs the stand-in alone: ``python -m sandbox.discord --port N --seed-file SEED.json --data DIR``."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import signal
import sys
from pathlib import Path

from sandbox.discord.limits import Limits
from sandbox.discord.server import open_discord
from shared.errors import HelenaError


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.discord", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--data", type=Path, required=True, help="folder that keeps the community")
    parser.add_argument("--seed-file", type=Path, help="where to write addresses, tokens and ids")
    parser.add_argument("--record", type=Path, help="write every exchange to this file, one a line")
    parser.add_argument("--no-limits", action="store_true", help="rate limits so high that none is met")
    return parser.parse_args()


async def run(arguments: argparse.Namespace) -> None:
    """Run until told to stop."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with open_discord(
        host=arguments.host,
        port=arguments.port,
        data=arguments.data,
        record=arguments.record,
        limits=Limits.generous() if arguments.no_limits else Limits(),
    ) as discord:
        if arguments.seed_file is not None:
            write_seed(arguments.seed_file, discord.seed())
        await stop.wait()


def write_seed(file: Path, seed: object) -> None:
    """Write the seed for its owner's eyes only: it holds tokens."""
    part = file.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_text(json.dumps(seed, indent=1), encoding="utf-8")
    part.replace(file)


def main() -> int:
    """Run the stand-in; return the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        asyncio.run(run(_arguments()))
    except HelenaError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
