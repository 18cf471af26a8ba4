"""What every route works with: the database, and the community that the token stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from shared.db import Connection, Database
from shared.ids import GuildId, ServerId
from shared.runtime.reporting import Reporter
from shared.store.servers import get_server


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One community, and where what is known of it is kept."""

    db: Database
    guild_id: GuildId
    reporter: Reporter

    async def server_id(self, conn: Connection, key: str) -> ServerId:
        """Return the id of one of the community's servers.

        Raises
        ------
        NotFoundError
            When it has no such server.
        """
        return (await get_server(conn, self.guild_id, key)).id


def _scope_of(request: Request) -> Scope:
    scope: Scope = request.app.state.scope
    return scope


Scoped = Annotated[Scope, Depends(_scope_of)]
