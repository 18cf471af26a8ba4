"""What is known of each service at a moment, for the page, the metrics and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from supervisor.services import Service, Unused


class Phase(StrEnum):
    """Where a service is in its life."""

    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    NOT_READY = "not ready"
    MISCONFIGURED = "misconfigured"
    BROKEN = "keeps failing"
    STOPPING = "stopping"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceView:
    """One service at one moment."""

    service: Service
    phase: Phase
    pid: int | None = None
    started_at: datetime | None = None
    ready_after_seconds: float | None = None
    restarts: int = 0
    last_ending: str = ""
    last_ended_at: datetime | None = None
    next_try_at: datetime | None = None
    problems: tuple[str, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the service's name."""
        return self.service.name


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreView:
    """Postgres or Redis at one moment."""

    name: str
    is_up: bool
    problem: str = ""
    answer_seconds: float | None = None
    embedded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemView:
    """Everything at one moment."""

    at: datetime
    started_at: datetime
    sandbox: bool
    stopping: bool
    services: tuple[ServiceView, ...]
    stores: tuple[StoreView, ...]
    unused: tuple[Unused, ...] = ()
    problems: tuple[str, ...] = ()
    identifies: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the view as JSON types."""
        return {key: _plain(value) for key, value in asdict(self).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value
