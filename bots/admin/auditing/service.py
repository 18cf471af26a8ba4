"""Looks entries up, and says of every new one what to show in the audit channel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from bots.admin.auditing import queries
from bots.admin.auditing.domain import Deed
from bots.admin.domain import BOT
from shared.clock import Clock
from shared.db import Connection, Database
from shared.domain.permissions import Actor, Level, require
from shared.ids import ChannelId, GuildId, MemberId
from shared.store.outbox import Post, add_post
from shared.store.servers import Purpose, find_route

MOST = 200
"""So many entries one look-up shows."""

# An order that ends within this time is shown in one post, with its result.
_PATIENCE = timedelta(seconds=4)
_AT_ONCE = 100

Embed = Callable[[Deed, bool], Mapping[str, Any]]
"""How an entry is shown, or (with ``True``) the result of one that was shown before."""


class Auditing:
    """The audit log, for people."""

    def __init__(self, db: Database, clock: Clock, embed: Embed) -> None:
        self._db = db
        self._clock = clock
        self._embed = embed

    async def search(self, actor: Actor, action: str | None, who: MemberId | None) -> list[Deed]:
        """Return the newest entries that fit."""
        require(actor, Level.STAFF)
        wanted = action.strip() if action else None
        async with self._db.connection() as conn:
            return await queries.search_deeds(
                conn, actor.guild_id, action=wanted or None, actor_id=who, limit=MOST
            )

    async def suggest_actions(self, actor: Actor, typed: str) -> list[str]:
        """Return the actions on record that hold what was typed; nothing for who may not look."""
        if actor.level < Level.STAFF:
            return []
        async with self._db.connection() as conn:
            actions = await queries.list_actions(conn, actor.guild_id)
        groups = {action.replace(" ", ".").partition(".")[0] for action in actions}
        wanted = typed.strip().casefold()
        return [name for name in sorted({*actions, *groups}) if wanted in name.casefold()]

    async def mirror(self) -> bool:
        """Put what is new on record into the outbox, exactly once, and tell whether there was something."""
        async with self._db.transaction() as conn:
            new = await queries.list_unmirrored(
                conn, quiet_before=self._clock.now() - _PATIENCE, limit=_AT_ONCE
            )
            concluded = await queries.list_concluded(conn, limit=_AT_ONCE)
            routes = await _routes(conn, {deed.guild_id for deed in (*new, *concluded)})
            for deed in new:
                await self._post(conn, routes, deed, is_conclusion=False)
            for deed in concluded:
                await self._post(conn, routes, deed, is_conclusion=True)
            # what has no route goes nowhere, also later
            await queries.set_mirrored(conn, [*new, *concluded], self._clock.now())
        return bool(new or concluded)

    async def _post(
        self,
        conn: Connection,
        routes: Mapping[GuildId, ChannelId | None],
        deed: Deed,
        *,
        is_conclusion: bool,
    ) -> None:
        channel_id = routes[deed.guild_id]
        if channel_id is None:
            return
        post = Post(
            guild_id=deed.guild_id,
            bot=BOT,
            channel_id=channel_id,
            dedupe_key=f"{BOT}:audit:{deed.id}:{'result' if is_conclusion else 'deed'}",
            embeds=(self._embed(deed, is_conclusion),),
        )
        await add_post(conn, post)


async def _routes(conn: Connection, guilds: set[GuildId]) -> dict[GuildId, ChannelId | None]:
    return {guild_id: await find_route(conn, guild_id, Purpose.AUDIT) for guild_id in guilds}
