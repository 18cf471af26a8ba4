"""Is everything well? One line for people and monitors."""

from __future__ import annotations

from dataclasses import dataclass

from supervisor.state import Phase, ServiceView, SystemView

# A monitor shows the line in a notification: what is wrong with the first few says enough.
MOST_REASONS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The answer, and what is wrong."""

    reasons: tuple[str, ...]

    @property
    def is_ok(self) -> bool:
        """Return whether nothing is wrong."""
        return not self.reasons

    @property
    def status(self) -> int:
        """Return the HTTP status that monitors look at."""
        return 200 if self.is_ok else 503

    @property
    def line(self) -> str:
        """Return the answer in one line."""
        if self.is_ok:
            return "OK"
        shown = "; ".join(self.reasons[:MOST_REASONS])
        more = len(self.reasons) - MOST_REASONS
        return f"DEGRADED: {shown}" + (f"; and {more} more" if more > 0 else "")


def health_of(view: SystemView) -> Health:
    """Return whether every service is ready and Postgres and Redis answer."""
    if view.stopping:
        return Health(reasons=("stopping",))
    reasons = [
        f"{store.name}: {store.problem or 'no answer yet'}" for store in view.stores if not store.is_up
    ]
    reasons += [_reason(service) for service in view.services if service.phase is not Phase.READY]
    return Health(reasons=(*reasons, *view.problems))


def _reason(view: ServiceView) -> str:
    why = view.problems[0] if view.problems else ""
    if view.phase in {Phase.WAITING, Phase.BROKEN, Phase.MISCONFIGURED} and not why:
        why = view.last_ending
    return f"{view.name} {view.phase}" + (f": {why}" if why else "")
