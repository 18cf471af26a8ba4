"""``python -m sandbox``: Discord, two ARK servers and Nitrado on this machine, until told to stop."""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from aiohttp import web

from sandbox.ark.cluster import Cluster, open_cluster
from sandbox.ark.routes import game_application
from sandbox.discord.__main__ import write_seed
from sandbox.discord.limits import Limits
from sandbox.discord.server import DiscordStandIn, open_discord
from sandbox.handover import Nitrado, hand_over
from sandbox.nitrado.app import NitradoStandIn, open_nitrado
from shared.clock import SystemClock
from shared.config.settings import find_report_socket
from shared.runtime.program import run_without_settings
from shared.runtime.reporting import open_reporter


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="helena sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8081, help="of the console and of Discord's stand-in")
    parser.add_argument(
        "--data", type=Path, default=Path("data/sandbox"), help="folder that keeps everything"
    )
    parser.add_argument(
        "--seed-file",
        type=Path,
        help="where to write addresses, tokens and ids for clients that play people (default: seed.json in the data folder)",
    )
    parser.add_argument(
        "--save", type=Path, help="a world file that the game server shows instead of its own"
    )
    parser.add_argument(
        "--speed", type=float, default=1.0, help="how fast the world lives; 0: nothing happens"
    )
    record = os.environ.get("HELENA_SANDBOX_RECORD")
    parser.add_argument(
        "--record", type=Path, default=record, help="write Discord's exchanges to this file, one a line"
    )
    parser.add_argument("--no-limits", action="store_true", help="rate limits so high that none is met")
    return parser.parse_args(argv)


async def run(options: argparse.Namespace, stop: asyncio.Event) -> None:
    """Run all stand-ins until told to stop."""
    options.data.mkdir(parents=True, exist_ok=True)
    clock = SystemClock()

    async with (
        open_reporter("sandbox", find_report_socket()) as reporter,
        open_cluster(
            data=options.data / "ark",
            clock=clock,
            speed=options.speed or 1.0,
            real_save=options.save,
            is_lively=options.speed > 0,
        ) as cluster,
        open_nitrado(cluster=cluster) as nitrado,
        open_discord(
            port=options.port,
            data=options.data / "discord",
            record=options.record,
            limits=Limits.generous() if options.no_limits else Limits(),
            extend=lambda app: _add_game(app, cluster),
        ) as discord,
    ):
        _tell(options, discord, cluster, nitrado)
        reporter.link("Sandbox console", discord.url + "/")
        reporter.link("The game", discord.url + "/game/")
        reporter.ready()
        await stop.wait()
        reporter.not_ready("Stopping.")


def _add_game(app: web.Application, cluster: Cluster) -> None:
    app.add_subapp("/game/", game_application(cluster))


def _tell(
    options: argparse.Namespace, discord: DiscordStandIn, cluster: Cluster, nitrado: NitradoStandIn
) -> None:
    seed = discord.seed()
    account = Nitrado(url=nitrado.url, token=nitrado.token, services=nitrado.service_ids)
    hand_over(options.data, seed, cluster.describe(), account)
    write_seed(options.seed_file or options.data / "seed.json", seed)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the sandbox until SIGTERM; return the exit code."""
    options = _arguments(argv)

    async def until(stop: asyncio.Event) -> None:
        await run(options, stop)

    return run_without_settings("sandbox", until)


if __name__ == "__main__":
    raise SystemExit(main())
