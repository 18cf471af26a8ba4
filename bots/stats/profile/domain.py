"""What a player has done, put together from several servers and survivors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Board(StrEnum):
    """What a leaderboard ranks."""

    PLAYTIME = "playtime"
    KILLS = "kills"
    TAMES = "tames"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerTotals:
    """A player on one server; the present session counts up to the log's last sign of life."""

    player: str
    name: str
    server: str
    playtime: timedelta
    sessions: int
    first_seen_at: datetime
    last_seen_at: datetime
    on_since: datetime | None
    alive_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivorTotals:
    """What a survivor did on one server; ``speakers`` is how many players spoke under that name."""

    survivor: str
    server: str
    deaths: int
    survivor_kills: int
    creature_kills: int
    tames: int
    speakers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """All that is known of one player or of all the accounts of a member."""

    name: str
    servers: tuple[ServerTotals, ...]
    survivors: tuple[SurvivorTotals, ...]
    shared_names: tuple[str, ...]

    @property
    def playtime(self) -> timedelta:
        """Return the time on all servers."""
        return sum((one.playtime for one in self.servers), timedelta())

    @property
    def sessions(self) -> int:
        """Return how many times they were on."""
        return sum(one.sessions for one in self.servers)

    @property
    def on(self) -> ServerTotals | None:
        """Return where they are on now, as the log has it."""
        return next((one for one in self.servers if one.on_since is not None), None)

    @property
    def last_seen_at(self) -> datetime:
        """Return the last sign of them anywhere."""
        return max(one.last_seen_at for one in self.servers)

    @property
    def first_seen_at(self) -> datetime:
        """Return when the log first told of them."""
        return min(one.first_seen_at for one in self.servers)

    @property
    def alive_at(self) -> datetime | None:
        """Return up to when the log of their servers was read."""
        return max((one.alive_at for one in self.servers if one.alive_at is not None), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A place on a leaderboard; ``count`` is seconds for playtime."""

    rank: int
    key: str
    name: str
    count: int
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaderboard:
    """The best, and the asker's own places."""

    board: Board
    best: tuple[Ranked, ...]
    own: tuple[Ranked, ...]
    alive_at: datetime | None


def profile_of(servers: Sequence[ServerTotals], survivors: Sequence[SurvivorTotals]) -> Profile | None:
    """Return the profile, or ``None`` where the log tells nothing.

    A survivor's deeds count where the name is one player's alone; the other names are listed as doubtful.
    """
    if not servers:
        return None
    newest = max(servers, key=lambda one: one.last_seen_at)
    return Profile(
        name=newest.name,
        servers=tuple(sorted(servers, key=lambda one: (-one.playtime, one.server))),
        survivors=tuple(one for one in survivors if one.speakers == 1),
        shared_names=tuple(sorted({one.survivor for one in survivors if one.speakers > 1})),
    )
