"""When the service may call itself ready."""

from __future__ import annotations

from collections.abc import Iterable

from shared.runtime.reporting import Reporter


class Readiness:
    """Reports the process as ready once everything that was waited for has happened."""

    def __init__(self, reporter: Reporter, waiting_for: Iterable[str]) -> None:
        self._reporter = reporter
        self._waiting_for = set(waiting_for)

    def done(self, name: str) -> None:
        """Note that one of the things has happened."""
        self._waiting_for.discard(name)
        if not self._waiting_for:
            self._reporter.ready()
