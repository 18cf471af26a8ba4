"""What is told of decay and bases, and to whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.permissions import Actor, Level
from shared.ids import BaseId, ServerId
from shared.store.saves import BaseRow, Refusal, SaveRow
from shared.store.servers import GameServer

DEFAULT_WITHIN = "7d"
LONGEST_WITHIN = timedelta(days=400)
"""The longest period of the game is 40 days, times the server's multiplier."""

PANEL_LINES, PANEL_OVERDUE = 10, 4
"""How many bases the panel shows, and how many of them may be overdue ones: those ahead are what it is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A server and the save that what is told of it comes from; ``refusal`` is a newer save that cannot be used."""

    server: GameServer
    save: SaveRow | None
    refusal: Refusal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a base is; maps without known coordinates have none."""

    latitude: float | None
    longitude: float | None
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenBase:
    """A base as somebody may see it: ``place`` is ``None`` for everybody but staff."""

    id: BaseId
    server: GameServer
    tribe: str
    structures: int
    tiers: Mapping[str, int]
    first_decay_at: datetime | None
    explanation: str
    place: Place | None

    def is_overdue(self, now: datetime) -> bool:
        """Tell whether the first structure may be gone already; somebody may have come since the save, too."""
        return self.first_decay_at is not None and self.first_decay_at <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An answer: bases, where they were read from, and whether there are more than fit."""

    bases: tuple[SeenBase, ...]
    sources: tuple[Source, ...]
    now: datetime
    has_more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What the panel shows."""

    overdue: tuple[SeenBase, ...]
    overdue_count: int
    upcoming: tuple[SeenBase, ...]
    sources: tuple[Source, ...]
    now: datetime


def may_see_places(actor: Actor) -> bool:
    """Tell whether somebody may see where bases are."""
    return actor.level >= Level.STAFF


def see(base: BaseRow, server: GameServer, *, with_place: bool) -> SeenBase:
    """Return a base as somebody may see it."""
    place = Place(latitude=base.latitude, longitude=base.longitude, x=base.x, y=base.y)
    return SeenBase(
        id=base.id,
        server=server,
        tribe=base.tribe_name or f"Tribe {base.tribe_id}",
        structures=base.structures,
        tiers=dict(base.tiers),
        first_decay_at=base.first_decay_at,
        explanation=base.explanation,
        place=place if with_place else None,
    )


def watch(bases: Sequence[SeenBase], sources: Iterable[Source], now: datetime) -> Watch:
    """Return what the panel shows of these bases, the most urgent first."""
    overdue = [base for base in bases if base.is_overdue(now)]
    upcoming = [base for base in bases if not base.is_overdue(now)]
    shown = overdue[: max(PANEL_OVERDUE, PANEL_LINES - len(upcoming))]
    return Watch(
        overdue=tuple(shown),
        overdue_count=len(overdue),
        upcoming=tuple(upcoming[: PANEL_LINES - len(shown)]),
        sources=tuple(sources),
        now=now,
    )


def pair(
    servers: Iterable[GameServer], saves: Iterable[SaveRow], refusals: Iterable[Refusal]
) -> tuple[Source, ...]:
    """Return for each server the save in use, and the newer one that was refused."""
    used = {save.server_id: save for save in saves}
    refused = {refusal.server_id: refusal for refusal in refusals}
    return tuple(
        Source(server=server, save=used.get(server.id), refusal=refused.get(server.id)) for server in servers
    )


def servers_by_id(sources: Iterable[Source]) -> dict[ServerId, GameServer]:
    """Return the servers of an answer by id."""
    return {source.server.id: source.server for source in sources}
