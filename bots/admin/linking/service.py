"""Codes for members, unlinking, and what happens when a code is typed in the game."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bots.admin.linking import queries
from bots.admin.linking.disputes.service import give_up
from bots.admin.linking.domain import KEPT, LIFETIMES, NAME_LIMIT, PER_HOUR, Code, CodeKind
from bots.admin.linking.queries import Settled
from bots.admin.service import entry_of
from shared.clock import Clock
from shared.db import Connection, Database
from shared.domain.link_codes import new_code
from shared.domain.permissions import Actor, Level, require
from shared.errors import InvalidInputError, NotFoundError
from shared.ids import MemberId
from shared.store.audit import add_audit
from shared.store.links import Link, list_links, remove_link
from shared.store.quarantine import release_quarantined
from shared.store.survivor_accounts import OwnSurvivor, list_own_survivors

_NOT_LINKED = "No player of the game is tied to {who}. /link ties one."


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A code as its member gets it, and whom they have proved to be already."""

    code_id: int
    code: str
    expires_at: datetime
    links: tuple[Link, ...]
    claimed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """The players that a member has proved to be, and the survivors of their accounts."""

    links: tuple[Link, ...]
    survivors: tuple[OwnSurvivor, ...]


class Linking:
    """Ties members to players."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def start(self, actor: Actor, claimed: str | None = None) -> Ticket:
        """Return a new code; the one before no longer counts.

        With the name of a survivor or account it is for a save, which has to show it on a thing of that survivor's
        tribe; without, for the chat.

        Raises
        ------
        InvalidInputError
            When the member has asked too often, or the name cannot be one.
        """
        now = self._clock.now()
        kind = CodeKind.CHAT if claimed is None else CodeKind.SAVE
        name = (claimed or "").strip()
        if kind is CodeKind.SAVE and not 0 < len(name) <= NAME_LIMIT:
            raise InvalidInputError(
                "Give the name of your survivor, or of your account, as the game shows it."
            )
        async with self._db.transaction() as conn:
            await queries.lock_member(conn, actor.guild_id, actor.member_id)
            made = await queries.count_codes(
                conn, actor.guild_id, actor.member_id, since=now - timedelta(hours=1)
            )
            if made >= PER_HOUR:
                raise InvalidInputError(
                    f"You got {PER_HOUR} codes in the last hour. Use the latest, or wait a while."
                )
            await queries.set_replaced(conn, actor.guild_id, actor.member_id, kind)
            code = await self._add_code(conn, actor, kind, name)
            links = await list_links(conn, actor.guild_id, actor.member_id)
        return Ticket(
            code_id=code.id, code=code.code, expires_at=code.expires_at, links=tuple(links), claimed=name
        )

    async def _add_code(self, conn: Connection, actor: Actor, kind: CodeKind, claimed: str) -> Code:
        """Keep a code that nobody else has, and return it."""
        now = self._clock.now()
        while True:
            code = Code(
                id=0,
                guild_id=actor.guild_id,
                code=new_code(),
                member_id=actor.member_id,
                member_name=actor.name,
                reference=actor.reference,
                made_at=now,
                expires_at=now + LIFETIMES[kind],
                kind=kind,
                claimed=claimed,
            )
            code_id = await queries.add_code(conn, code)
            if code_id is not None:
                return replace(code, id=code_id)

    async def unlink(
        self, actor: Actor, player: str | None, member: MemberId | None, reason: str = ""
    ) -> Link:
        """Untie a player from oneself or, as staff, from a member, and return the tie that was.

        Raises
        ------
        NotFoundError
            When they are not tied.
        InvalidInputError
            When the member has several players and none was chosen, or staff give no reason.
        """
        whose = actor.member_id if member is None else member
        if whose != actor.member_id:
            require(actor, Level.STAFF)
            if not reason.strip():
                raise InvalidInputError(
                    "Say in `reason` why you untie somebody else's player. It goes on record."
                )
        async with self._db.transaction() as conn:
            link = _pick(
                await list_links(conn, actor.guild_id, whose), player, is_self=whose == actor.member_id
            )
            if not await remove_link(conn, actor.guild_id, whose, link.player):
                raise NotFoundError("Somebody else has just untied this player. Nothing is left to do.")
            await give_up(conn, actor.guild_id, link.player, now=self._clock.now())
            entry = entry_of(
                actor,
                self._clock.now(),
                "unlink",
                target=link.name,
                reason=reason.strip(),
                arguments={"player": link.player, "member": str(whose)},
                result="untied",
            )
            await add_audit(conn, entry)
        return link

    async def links(self, actor: Actor) -> list[Link]:
        """Return whom somebody has proved to be."""
        async with self._db.connection() as conn:
            return await list_links(conn, actor.guild_id, actor.member_id)

    async def accounts(self, actor: Actor, member: MemberId) -> Accounts:
        """Return whom a member has proved to be; of somebody else for staff only, and on record."""
        async with self._db.transaction() as conn:
            if member != actor.member_id:
                require(actor, Level.STAFF)
                entry = entry_of(
                    actor, self._clock.now(), "links.show", arguments={"member": str(member)}, result="shown"
                )
                await add_audit(conn, entry)
            return Accounts(
                links=tuple(await list_links(conn, actor.guild_id, member)),
                survivors=tuple(await list_own_survivors(conn, actor.guild_id, member)),
            )

    async def release(self, actor: Actor, player: str, reason: str) -> None:
        """Let a player out of quarantine for good: staff have found that it is one person's.

        Raises
        ------
        NotFoundError
            When the player is not in quarantine.
        """
        require(actor, Level.STAFF)
        now = self._clock.now()
        async with self._db.transaction() as conn:
            if not await release_quarantined(conn, actor.guild_id, player.strip(), at=now):
                raise NotFoundError(
                    "This id is not in quarantine. `/audit` with `link.quarantine` shows those that are."
                )
            entry = entry_of(
                actor, now, "links.release", target=player.strip(), reason=reason, result="released"
            )
            await add_audit(conn, entry)

    async def settled(self, code_ids: list[int]) -> list[Settled]:
        """Return which of these codes have been used up."""
        async with self._db.connection() as conn:
            return await queries.list_settled(conn, code_ids)

    async def sweep(self) -> None:
        """Forget old codes."""
        async with self._db.transaction() as conn:
            await queries.remove_old_codes(conn, before=self._clock.now() - KEPT)


def _pick(links: list[Link], player: str | None, *, is_self: bool) -> Link:
    if not links:
        raise NotFoundError(_NOT_LINKED.format(who="you" if is_self else "this member"))
    if player is None:
        if len(links) == 1:
            return links[0]
        names = ", ".join(link.name for link in links)
        raise InvalidInputError(f"Several players are tied: {names}. Choose one in the option `player`.")
    for link in links:
        if player in {link.player, link.name}:
            return link
    raise NotFoundError("This player is not tied. Pick one from the list that appears while you type.")
