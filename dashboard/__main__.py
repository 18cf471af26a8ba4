"""``python -m dashboard``: serves the page and its API."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from dashboard.app import create_app
from dashboard.service import OverviewService
from dashboard.settings import DashboardSettings
from shared.runtime.program import run_program
from shared.runtime.resources import open_resources
from shared.runtime.web import serve


async def run(settings: DashboardSettings, stop: asyncio.Event) -> None:
    """Serve until told to stop."""
    async with open_resources(settings, "dashboard", pool_size=3) as resources:
        app = create_app(OverviewService(resources.db, resources.clock))
        async with serve(
            app, host=settings.dashboard_host, port=settings.dashboard_port, setting="HELENA_DASHBOARD_PORT"
        ) as port:
            resources.reporter.link("Dashboard", f"http://{settings.dashboard_host}:{port}/")
            resources.reporter.ready()
            await stop.wait()


def main(argv: Sequence[str] | None = None) -> int:
    """Run the dashboard until SIGTERM; return the exit code."""
    del argv
    return run_program("dashboard", DashboardSettings, run)


if __name__ == "__main__":
    raise SystemExit(main())
