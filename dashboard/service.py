"""Puts together what the page shows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboard.schemas import ChangedBase, CommunityCard, Overview, ServerCard
from shared.clock import Clock
from shared.db import Connection, Database
from shared.ids import GuildId, ServerId
from shared.store.bases import AnonymousChange, BaseChange, list_anonymous_changes
from shared.store.saves import (
    NewestVerdict,
    Refusal,
    SaveRow,
    list_current_saves,
    list_newest_verdicts,
    list_refusals,
)
from shared.store.servers import GameServer, find_community, list_communities, list_servers
from shared.store.states import ServerState, list_player_counts, list_states

_CURVE = timedelta(hours=24)
# A card stays small on a phone.
_CHANGES = 5


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of a community's servers, by server."""

    states: dict[ServerId, ServerState]
    saves: dict[ServerId, SaveRow]
    refusals: dict[ServerId, Refusal]
    verdicts: dict[ServerId, NewestVerdict]
    counts: dict[ServerId, list[tuple[datetime, int]]]
    changes: dict[ServerId, list[ChangedBase]]


async def _community(conn: Connection, guild_id: GuildId, now: datetime) -> CommunityCard:
    community = await find_community(conn, guild_id)
    servers = await list_servers(conn, guild_id)
    known = await _known(conn, guild_id, since=now - _CURVE)
    return CommunityCard(
        name=community.name if community else "", servers=[_server(server, known) for server in servers]
    )


async def _known(conn: Connection, guild_id: GuildId, *, since: datetime) -> _Known:
    counts: defaultdict[ServerId, list[tuple[datetime, int]]] = defaultdict(list)
    for count in await list_player_counts(conn, guild_id, since=since):
        counts[count.server_id].append((count.at, count.players))
    changes: defaultdict[ServerId, list[ChangedBase]] = defaultdict(list)
    for change in await list_anonymous_changes(conn, guild_id, since=since, each=_CHANGES):
        changes[change.server_id].append(_changed(change))
    return _Known(
        states={state.server_id: state for state in await list_states(conn, guild_id)},
        saves={save.server_id: save for save in await list_current_saves(conn, guild_id)},
        refusals={refusal.server_id: refusal for refusal in await list_refusals(conn, guild_id)},
        verdicts={verdict.server_id: verdict for verdict in await list_newest_verdicts(conn, guild_id)},
        counts=counts,
        changes=changes,
    )


def _changed(change: AnonymousChange) -> ChangedBase:
    # one that is no more, or is part of another, is told with what it had
    is_over = change.kind in {BaseChange.ENDED, BaseChange.MERGED}
    structures = change.before if is_over else change.after
    return ChangedBase(at=change.occurred_at, kind=change.kind.value, structures=structures)


def _server(server: GameServer, known: _Known) -> ServerCard:
    state, save = known.states.get(server.id), known.saves.get(server.id)
    refusal, verdict = known.refusals.get(server.id), known.verdicts.get(server.id)
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
        refused_since=refusal.since_at if refusal else None,
        verdict=verdict.level.value if verdict else None,
        judged_at=verdict.judged_at if verdict else None,
        unconfirmed=save.reason if save and not save.feeds else None,
        changed_bases=known.changes.get(server.id, []),
        counts=known.counts.get(server.id, []),
    )
