"""Puts together what the page shows."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from dashboard.schemas import CommunityCard, Overview, ServerCard
from shared.clock import Clock
from shared.db import Connection, Database
from shared.ids import GuildId, ServerId
from shared.store.saves import Refusal, SaveRow, list_current_saves, list_refusals
from shared.store.servers import GameServer, find_community, list_communities, list_servers
from shared.store.states import ServerState, list_player_counts, list_states

_CURVE = timedelta(hours=24)


class OverviewService:
    """Answers what everybody may know of the communities served."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def overview(self) -> Overview:
        """Return all communities with their servers."""
        now = self._clock.now()
        async with self._db.connection() as conn:
            guilds = await list_communities(conn)
            return Overview(at=now, communities=[await _community(conn, guild, now) for guild in guilds])


async def _community(conn: Connection, guild_id: GuildId, now: datetime) -> CommunityCard:
    community = await find_community(conn, guild_id)
    servers = await list_servers(conn, guild_id)
    states = {state.server_id: state for state in await list_states(conn, guild_id)}
    saves = {save.server_id: save for save in await list_current_saves(conn, guild_id)}
    refusals = {refusal.server_id: refusal for refusal in await list_refusals(conn, guild_id)}
    counts: defaultdict[ServerId, list[tuple[datetime, int]]] = defaultdict(list)
    for count in await list_player_counts(conn, guild_id, since=now - _CURVE):
        counts[count.server_id].append((count.at, count.players))
    cards = [
        _server(
            server, states.get(server.id), saves.get(server.id), refusals.get(server.id), counts[server.id]
        )
        for server in servers
    ]
    return CommunityCard(name=community.name if community else "", servers=cards)


def _server(
    server: GameServer,
    state: ServerState | None,
    save: SaveRow | None,
    refusal: Refusal | None,
    counts: list[tuple[datetime, int]],
) -> ServerCard:
    return ServerCard(
        key=server.key,
        name=server.name,
        game=server.game,
        map=server.map,
        is_up=state.is_up if state else None,
        since=state.since if state else None,
        players=len(state.players) if state else None,
        source=state.source if state else None,
        observed_at=state.observed_at if state else None,
        problem=state.problem if state else None,
        saved_at=save.saved_at if save else None,
        structures=save.structures if save else None,
        tribes=save.tribes if save else None,
        bases=save.bases if save else None,
        refused=refusal.reason if refusal else None,
        counts=counts,
    )
