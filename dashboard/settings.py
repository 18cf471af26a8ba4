"""The settings of the dashboard."""

from __future__ import annotations

from shared.config.settings import Settings


class DashboardSettings(Settings):
    """Where the page is served."""

    dashboard_host: str = "127.0.0.1"
    dashboard_port: int = 8082
