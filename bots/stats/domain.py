"""How well a game server is, as far as the latest look tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shared.ids import ServerId
from shared.store.saves import Refusal, SaveRow
from shared.store.servers import GameServer
from shared.store.states import ServerState

STALE = timedelta(seconds=60)
"""The parser looks every 15 s; a look older than this means that it stopped looking."""


class Health(StrEnum):
    """What is known of a server."""

    UP = "up"
    DOWN = "down"
    STALE = "stale"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStatus:
    """A server, the latest look at it, and its save in use."""

    server: GameServer
    health: Health
    state: ServerState | None
    save: SaveRow | None
    refusal: Refusal | None

    @property
    def players(self) -> tuple[str, ...]:
        """Return who was on at the latest look."""
        return self.state.players if self.state is not None and self.state.is_up else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommunityStatus:
    """All servers of a community at one moment."""

    servers: tuple[ServerStatus, ...]
    at: datetime

    @property
    def up(self) -> int:
        """Return how many servers are known to be up."""
        return sum(status.health is Health.UP for status in self.servers)

    @property
    def players(self) -> int:
        """Return how many players were on at the latest looks."""
        return sum(len(status.players) for status in self.servers)


def health_of(state: ServerState | None, now: datetime) -> Health:
    """Return what the latest look says; an old look says that nobody looks any more."""
    if state is None:
        return Health.UNKNOWN
    if now - state.observed_at > STALE:
        return Health.STALE
    return Health.UP if state.is_up else Health.DOWN


def status_of(
    servers: Sequence[GameServer],
    states: Sequence[ServerState],
    saves: Sequence[SaveRow],
    refusals: Sequence[Refusal],
    now: datetime,
) -> CommunityStatus:
    """Return what is known of each server."""
    state_by: dict[ServerId, ServerState] = {state.server_id: state for state in states}
    save_by: dict[ServerId, SaveRow] = {save.server_id: save for save in saves}
    refusal_by: dict[ServerId, Refusal] = {refusal.server_id: refusal for refusal in refusals}
    return CommunityStatus(
        at=now,
        servers=tuple(
            ServerStatus(
                server=server,
                health=health_of(state_by.get(server.id), now),
                state=state_by.get(server.id),
                save=save_by.get(server.id),
                refusal=refusal_by.get(server.id),
            )
            for server in servers
        ),
    )
