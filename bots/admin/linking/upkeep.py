"""Keeps ties true without anybody asking: accounts that change their names, and ids that are nobody's alone."""

from __future__ import annotations

from bots.admin.linking.queries import add_notice
from shared.clock import Clock
from shared.db import Connection, Database
from shared.ids import GuildId, MemberId
from shared.store.audit import AuditEntry, add_audit
from shared.store.links import Link, add_link, remove_links_to
from shared.store.quarantine import Quarantined, list_quarantined, take_unreported
from shared.store.renames import Rename, list_new_names, remove_lost_names

_AT_ONCE = 100
# Deeds of the machine itself are on record under this name.
_SYSTEM, _SYSTEM_ID = "Helena", MemberId(0)


class Upkeep:
    """What the loop does."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def follow_names(self) -> None:
        """Tie the new names of tied accounts, and untie old ones that another account bears by now."""
        async with self._db.transaction() as conn:
            for lost in await remove_lost_names(conn):
                await self._record(conn, lost, "untied: another account bears it")
            for new in await list_new_names(conn, limit=_AT_ONCE):
                await self._tie(conn, new)

    async def report_quarantine(self) -> None:
        """Tell staff, once, of each id that is nobody's alone, and untie it."""
        now = self._clock.now()
        async with self._db.transaction() as conn:
            for guild_id, found in await take_unreported(conn, at=now):
                holders = await remove_links_to(conn, guild_id, found.player)
                for member_id in holders:
                    text = "A player was untied from you: its id is used by several people at once. Staff have been told."
                    await add_notice(conn, member_id, "Unlinked", text, is_good=False)
                await add_audit(conn, self._quarantine_entry(guild_id, found, holders))

    async def _tie(self, conn: Connection, new: Rename) -> None:
        if await list_quarantined(conn, new.guild_id, [f"name:{new.name}", new.account]):
            return
        link = Link(
            player=f"name:{new.name}",
            member_id=new.member_id,
            name=new.name,
            linked_at=self._clock.now(),
            proof=new.proof,
            account=new.account,
        )
        if await add_link(conn, new.guild_id, link):
            await self._record(conn, new, "tied: the same account bears it")

    async def _record(self, conn: Connection, rename: Rename, result: str) -> None:
        entry = AuditEntry(
            guild_id=rename.guild_id,
            at=self._clock.now(),
            actor_id=_SYSTEM_ID,
            actor_name=_SYSTEM,
            action="link.rename",
            target=rename.name,
            arguments={"account": rename.account, "member": str(rename.member_id)},
            result=result,
            reference="UPKEEP",
        )
        await add_audit(conn, entry)

    def _quarantine_entry(self, guild_id: GuildId, found: Quarantined, holders: list[MemberId]) -> AuditEntry:
        untied = f"; untied from {', '.join(map(str, holders))}" if holders else ""
        return AuditEntry(
            guild_id=guild_id,
            at=self._clock.now(),
            actor_id=_SYSTEM_ID,
            actor_name=_SYSTEM,
            action="link.quarantine",
            target=found.player,
            result=f"{found.reason}: never tied, never paid{untied}. `/links release` lets it out",
            reference="UPKEEP",
        )
