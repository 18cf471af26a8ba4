"""What is told of decay and bases, and to whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.permissions import Actor, Level
from shared.ids import BaseId, ServerId, TribeId
from shared.store.bases import Owner
from shared.store.saves import BaseRow, Refusal, SaveRow
from shared.store.servers import GameServer
from shared.store.survivor_accounts import OwnSurvivor

DEFAULT_WITHIN = "7d"
LONGEST_WITHIN = timedelta(days=400)
"""The longest period of the game is 40 days, times the server's multiplier."""

PANEL_LINES, PANEL_OVERDUE = 10, 4
"""How many bases the panel shows, and how many of them may be overdue ones: those ahead are what it is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A server and the save that what is told of it comes from; ``refusal`` is of newer saves that cannot be used."""

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
class Viewer:
    """Who looks, and whose bases are their own: those of the tribes of the survivors they have linked."""

    is_staff: bool
    own: frozenset[Owner]

    @property
    def owners(self) -> frozenset[Owner] | None:
        """Return whose affairs they may see; ``None`` means everybody's."""
        return None if self.is_staff else self.own

    def may_know(self, server_id: ServerId, tribe_id: TribeId) -> bool:
        """Tell whether they may know what a tribe has told of its bases: a name may say where a base is."""
        return self.is_staff or (server_id, tribe_id) in self.own


PASSER_BY = Viewer(is_staff=False, own=frozenset())
"""Everybody: whoever reads a public panel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenBase:
    """A base as somebody may see it.

    ``place`` is ``None`` for everybody but staff; ``name`` is empty for everybody but its tribe and staff.
    """

    id: BaseId
    server: GameServer
    name: str
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


def view_of(actor: Actor, survivors: Iterable[OwnSurvivor]) -> Viewer:
    """Return what somebody with these survivors may see."""
    return Viewer(
        is_staff=actor.level >= Level.STAFF,
        # what a survivor without a tribe builds belongs to the survivor's own id
        own=frozenset((one.server_id, one.tribe_id or TribeId(one.player_id)) for one in survivors),
    )


def see(base: BaseRow, server: GameServer, viewer: Viewer) -> SeenBase:
    """Return a base as somebody may see it."""
    place = Place(latitude=base.latitude, longitude=base.longitude, x=base.x, y=base.y)
    return SeenBase(
        id=base.id,
        server=server,
        name=base.name if viewer.may_know(base.server_id, base.tribe_id) else "",
        tribe=base.tribe_name or f"Tribe {base.tribe_id}",
        structures=base.structures,
        tiers=dict(base.tiers),
        first_decay_at=base.first_decay_at,
        explanation=base.explanation,
        place=place if viewer.is_staff else None,
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
    """Return for each server the save in use, and the newest one if that cannot be used."""
    used = {save.server_id: save for save in saves}
    refused = {refusal.server_id: refusal for refusal in refusals}
    return tuple(
        Source(server=server, save=used.get(server.id), refusal=refused.get(server.id)) for server in servers
    )


def servers_by_id(sources: Iterable[Source]) -> dict[ServerId, GameServer]:
    """Return the servers of an answer by id."""
    return {source.server.id: source.server for source in sources}


def visible_line(typed: str) -> str:
    r"""Return what people type as one line, without what nobody can see.

    Examples
    --------
    >>> visible_line("  Swamp \u202efort\n")
    'Swamp fort'
    """
    kept = (one if one.isprintable() else " " if one.isspace() else "" for one in typed)
    return " ".join("".join(kept).split())
