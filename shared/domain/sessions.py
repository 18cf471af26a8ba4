"""Who was on a game server from when to when: joins and leaves of one server's log, paired.

The rule is the log's alone (event time, never the wall clock), so the same log gives the same sessions, however it
was cut into batches. Where a leave is missing, a session ends at the last sign of it: doubt never adds playtime.

Lines may come late and out of order, when a file fills a hole that RCON left. A late line never ends or begins what the
newer lines have already told; somebody who changes maps within a cluster makes one visit of several sessions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from shared.domain.events import Chat, EventKind, GameEvent, Joined, Left, ServerStarted
from shared.ids import PlatformId, ServerId

SESSION_KINDS = (
    EventKind.JOINED,
    EventKind.LEFT,
    EventKind.CHAT,
    EventKind.SERVER_STARTED,
    EventKind.WORLD_SAVED,
)
"""What a book should be fed with; more kinds make the end of a session more exact when the server crashed."""

# What a server writes about itself while it starts is no sign of life of the run before.
_NO_SIGN_OF_LIFE = frozenset({EventKind.SERVER_STARTED, EventKind.SERVER_LINE, EventKind.UNKNOWN})
# A start that is told so long after those who joined since is one that was filled in; no host's clock is set by as much.
_LATE = timedelta(minutes=10)
TRAVEL = timedelta(seconds=250)
"""How long somebody may be between two maps: loading one takes minutes (the Galaxy bot's rule, ark-interfaces, section 5)."""
# ASA's name for console players whose name their platform keeps back: many people share it.
_NOBODY = "unavailable name"
# Postgres refuses index entries above 2,704 bytes; no platform allows names anywhere near this.
_LONGEST_NAME = 200


class SessionEnd(StrEnum):
    """How the end of a session is known."""

    LEFT = "left"
    REJOINED = "rejoined"
    SERVER_STARTED = "server_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """Somebody is on; ``seen_at`` is the last sign of that very player."""

    player: str
    name: str
    joined_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedSession:
    """Somebody was on."""

    player: str
    name: str
    joined_at: datetime
    left_at: datetime
    end: SessionEnd

    @property
    def duration(self) -> timedelta:
        """Return how long they were on; never negative."""
        return self.left_at - self.joined_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A session as a part of a visit: where, from when to when; somebody who is on has not left."""

    server_id: ServerId
    player: str
    joined_at: datetime
    left_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Sessions of one player on the maps of one cluster, each begun within ``TRAVEL`` of the end of those before it."""

    player: str
    stays: tuple[Stay, ...]

    @property
    def began_at(self) -> datetime:
        """Return when they came."""
        return self.stays[0].joined_at

    @property
    def ended_at(self) -> datetime | None:
        """Return when they went, or ``None`` while they are on."""
        ends = [stay.left_at for stay in self.stays if stay.left_at is not None]
        return max(ends) if len(ends) == len(self.stays) else None

    def playtime(self, now: datetime) -> timedelta:
        """Return how long they played. Nobody is on two maps at once: where sessions overlap, the time counts once."""
        total, upto = timedelta(), self.began_at
        for stay in self.stays:
            end = now if stay.left_at is None else stay.left_at
            total += max(end - max(stay.joined_at, upto), timedelta())
            upto = max(upto, end)
        return total

    def is_over(self, now: datetime) -> bool:
        """Tell whether they have gone for good: a leave counts when they did not come back elsewhere in time."""
        return self.ended_at is not None and now - self.ended_at > TRAVEL


SessionChange: TypeAlias = OpenSession | ClosedSession
"""What an event changed: a session began or ended. A sign of life alone is no change."""


class SessionBook:
    """The open sessions of one game server. Feed it every event in order; keep ``open`` and ``alive_at``."""

    def __init__(self, sessions: Iterable[OpenSession] = (), *, alive_at: datetime | None = None) -> None:
        self._open = {session.player: session for session in sessions}
        self._alive_at = alive_at

    @property
    def open(self) -> Mapping[str, OpenSession]:
        """Return who is on, by player."""
        return MappingProxyType(self._open)

    @property
    def alive_at(self) -> datetime | None:
        """Return the last sign of life of the server."""
        return self._alive_at

    def apply(self, event: GameEvent, at: datetime) -> list[SessionChange]:
        """Take the next event, and return the sessions that it ended and began, in this order."""
        changes: list[SessionChange] = []
        match event:
            case Joined():
                changes = self._join(event, at)
            case Left():
                changes = self._leave(event, at)
            case ServerStarted():
                changes = self._end_all(at)
            case Chat():
                self._see(event, at)
        if event.kind not in _NO_SIGN_OF_LIFE:
            self._alive_at = at if self._alive_at is None else max(self._alive_at, at)
        return changes

    def find(self, name: str, platform_id: PlatformId | None) -> OpenSession | None:
        """Return whose session a line speaks of, if that is certain; leaves may lack the id, and chat does."""
        player = player_key(name, platform_id)
        if player is not None and player in self._open:
            return self._open[player]
        if is_platform_id(platform_id):
            return None
        same_name = [session for session in self._open.values() if session.name == clean_name(name)]
        return same_name[0] if len(same_name) == 1 else None

    def _join(self, event: Joined, at: datetime) -> list[SessionChange]:
        player = player_key(event.platform_name, event.platform_id)
        before = None if player is None else self._open.get(player)
        if player is None or (before is not None and at <= before.joined_at):
            return []
        # a second join without a leave: where the first session ended is not known, only when it was last seen
        changes: list[SessionChange] = []
        if before is not None:
            changes.append(self._end(before, before.seen_at, SessionEnd.REJOINED))
        session = OpenSession(player=player, name=clean_name(event.platform_name), joined_at=at, seen_at=at)
        self._open[player] = session
        return [*changes, session]

    def _leave(self, event: Left, at: datetime) -> list[SessionChange]:
        session = self.find(event.platform_name, event.platform_id)
        if session is None or at < session.joined_at:
            # a leave from before they joined ended another session
            return []
        return [self._end(session, at, SessionEnd.LEFT)]

    def _end_all(self, at: datetime) -> list[SessionChange]:
        """End what the start of the server shows to be over; the run before it lived until its last line."""
        changes: list[SessionChange] = []
        for session in list(self._open.values()):
            if session.joined_at - at > _LATE:
                # a start that is told late: they joined the run that it began, or a later one
                continue
            left_at = max(session.seen_at, self._alive_at or session.seen_at)
            changes.append(self._end(session, left_at, SessionEnd.SERVER_STARTED))
        return changes

    def _see(self, event: Chat, at: datetime) -> None:
        session = self.find(event.platform_name, event.platform_id)
        if session is not None:
            self._open[session.player] = replace(session, seen_at=max(session.seen_at, at))

    def _end(self, session: OpenSession, at: datetime, end: SessionEnd) -> ClosedSession:
        del self._open[session.player]
        return ClosedSession(
            player=session.player,
            name=session.name,
            joined_at=session.joined_at,
            # a clock that was set back must not make time negative
            left_at=max(at, session.joined_at),
            end=end,
        )


def visits_of(stays: Iterable[Stay]) -> list[Visit]:
    """Return the visits that sessions on the maps of one cluster make up, by player and in order of time.

    Examples
    --------
    >>> from datetime import UTC
    >>> noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    >>> island = Stay(server_id=ServerId(1), player="name:Otter", joined_at=noon, left_at=noon + TRAVEL)
    >>> ragnarok = Stay(server_id=ServerId(2), player="name:Otter", joined_at=noon + TRAVEL * 2, left_at=None)
    >>> [len(visit.stays) for visit in visits_of([ragnarok, island])]
    [2]
    """
    visits: list[list[Stay]] = []
    upto: datetime | None = None
    for stay in sorted(stays, key=lambda each: (each.player, each.joined_at, each.server_id)):
        is_same = bool(visits) and visits[-1][0].player == stay.player
        if is_same and (upto is None or stay.joined_at - upto <= TRAVEL):
            visits[-1].append(stay)
            upto = None if upto is None or stay.left_at is None else max(upto, stay.left_at)
        else:
            visits.append([stay])
            upto = stay.left_at
    return [Visit(player=found[0].player, stays=tuple(found)) for found in visits]


def player_key(platform_name: str, platform_id: PlatformId | None) -> str | None:
    """Return how a player is written everywhere (``shared.store.links``), or ``None``: the line names nobody.

    Examples
    --------
    >>> player_key("Otter", PlatformId("0002a1b2c3d4e5f60718293a4b5c6d7e"))
    '0002a1b2c3d4e5f60718293a4b5c6d7e'
    >>> player_key("Otter", None)
    'name:Otter'
    """
    if platform_id is not None and is_platform_id(platform_id):
        # the same id is written in capitals and in small letters (ark-interfaces.md, section 2)
        return platform_id.strip().lower()
    name = clean_name(platform_name)
    return None if not name or name.lower() == _NOBODY else f"name:{name}"


def clean_name(platform_name: str) -> str:
    """Return a name without blanks around it, bounded so that it can be a key."""
    return platform_name.strip()[:_LONGEST_NAME]


def is_platform_id(platform_id: PlatformId | None) -> bool:
    """Tell an account from the zeros and nothings that servers write for players they cannot name."""
    if platform_id is None:
        return False
    text = platform_id.strip().lower()
    return text.isalnum() and len(text) <= _LONGEST_NAME and text.strip("0") not in {"", "null", "invalid"}
