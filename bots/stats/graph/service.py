"""Loads what a chart shows."""

from __future__ import annotations

from datetime import timedelta

from bots.stats.graph.domain import Chart, chart_of
from shared.clock import Clock
from shared.db import Database
from shared.errors import NotFoundError
from shared.ids import GuildId
from shared.store.servers import get_server, list_servers
from shared.store.states import list_player_counts


class GraphService:
    """Answers how many players were on over time."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def players(self, guild_id: GuildId, *, server_key: str | None, hours: int) -> Chart:
        """Return the players' curves of one server or of all.

        Raises
        ------
        NotFoundError
            When there is no such server, or nothing was counted in that time.
        """
        until = self._clock.now()
        async with self._db.connection() as conn:
            servers = await list_servers(conn, guild_id)
            if server_key is not None:
                servers = [await get_server(conn, guild_id, server_key)]
            counts = await list_player_counts(conn, guild_id, since=until - timedelta(hours=hours))
        chart = chart_of(servers, [count for count in counts if count.at <= until], hours=hours, until=until)
        if chart is None:
            raise NotFoundError(
                f"Nobody counted players in the last {hours} hours. Counting begins when the parser service "
                "reaches a game server; /status says whether it does."
            )
        return chart
