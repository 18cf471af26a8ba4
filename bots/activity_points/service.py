"""What members and staff do with points: look, pay, adjust."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bots.activity_points import queries
from bots.activity_points.domain import (
    ADJUST,
    CONFIRM_WITHIN,
    PAY,
    PERIODS,
    Account,
    AccountId,
    LedgerLine,
    PaymentOrder,
    Period,
    Posting,
    Rank,
    Receipt,
    Source,
    check_adjustment,
    check_amount,
    check_payment,
    richest,
)
from bots.activity_points.ledger import book
from shared.clock import Clock
from shared.db import Connection, Database
from shared.domain.permissions import Actor, Level, require
from shared.errors import ForbiddenError, InvalidInputError, NotFoundError
from shared.ids import GuildId, MemberId
from shared.store.audit import AuditEntry, add_audit
from shared.store.links import list_links

# Discord shows at most 25 choices while somebody types.
_CHOICES = 25
RANKS = 200
"""How long a leaderboard is; one's own place is told wherever it is."""
_LINES = 200
_LONGEST_REASON = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """The accounts asked for, and up to when the log has been counted."""

    accounts: tuple[Account, ...]
    counted_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaderboard:
    """Who has, or earned, how much; ``own`` are the places of the person who asks."""

    period: Period
    ranks: tuple[Rank, ...]
    own: tuple[Rank, ...]
    counted_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The newest entries of the accounts asked for, newest first."""

    accounts: tuple[Account, ...]
    lines: tuple[LedgerLine, ...]
    counted_until: datetime | None


class PointsService:
    """The ledger, as people use it."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def suggest(self, guild_id: GuildId, typed: str) -> list[Account]:
        """Return players whose name matches what somebody types."""
        async with self._db.connection() as conn:
            return await queries.search_accounts(conn, guild_id, typed.strip()[:100], limit=_CHOICES)

    async def balance(self, actor: Actor, player: str | None) -> Balance:
        """Return the points of the person who asks, or of a player."""
        async with self._db.connection() as conn:
            accounts = await self._accounts(conn, actor, player)
            counted_until = await queries.find_counted_until(conn, actor.guild_id)
        return Balance(accounts=tuple(accounts), counted_until=counted_until)

    async def top(self, actor: Actor, period: Period) -> Leaderboard:
        """Return who has the most points, or earned the most in a time."""
        length = PERIODS[period]
        async with self._db.connection() as conn:
            links = await list_links(conn, actor.guild_id, actor.member_id)
            mine = await queries.list_accounts(conn, actor.guild_id, [link.player for link in links])
            own = [account.id for account in mine]
            if length is None:
                ranks = await queries.list_richest(conn, actor.guild_id, limit=RANKS, own=own)
            else:
                since = self._clock.now() - length
                ranks = await queries.list_earners(conn, actor.guild_id, since=since, limit=RANKS, own=own)
            counted_until = await queries.find_counted_until(conn, actor.guild_id)
        return Leaderboard(
            period=period,
            ranks=tuple(ranks[:RANKS]),
            own=tuple(rank for rank in ranks if rank.account_id in own),
            counted_until=counted_until,
        )

    async def explain(self, actor: Actor, player: str | None) -> Explanation:
        """Return where points came from: one's own, or, for staff and on record, anybody's."""
        if player is not None:
            require(actor, Level.STAFF)
        async with self._db.transaction() as conn:
            accounts = await self._accounts(conn, actor, player)
            lines: list[LedgerLine] = []
            for account in accounts:
                lines += await queries.list_lines(conn, account.id, limit=_LINES)
            counted_until = await queries.find_counted_until(conn, actor.guild_id)
            if player is not None:
                await self._audit(conn, actor, "points.why", accounts[0], reason="", arguments={})
        lines.sort(key=lambda line: line.transaction_id, reverse=True)
        return Explanation(accounts=tuple(accounts), lines=tuple(lines[:_LINES]), counted_until=counted_until)

    async def pay(self, actor: Actor, order: PaymentOrder, *, ordered_at: datetime | None = None) -> Receipt:
        """Move points from a member to a member, once however often the same order arrives."""
        if order.payer_id != actor.member_id:
            raise ForbiddenError("This payment is someone else's. Run /points pay yourself.")
        if ordered_at is not None and self._clock.now() - ordered_at > CONFIRM_WITHIN:
            raise InvalidInputError("This is too long ago to confirm. Run /points pay again.")
        async with self._db.transaction() as conn:
            wallets = await _wallets(conn, order)
            held = await queries.lock_players(conn, order.guild_id, [wallet.player for wallet in wallets])
            payer, payee = (held[wallet.player] for wallet in wallets)
            posting = Posting(
                dedupe_key=f"{PAY}:{order.key}",
                at=self._clock.now(),
                rule=PAY,
                source=payer.id,
                target=payee.id,
                amount=order.amount,
                text="",
                is_payment=True,
            )
            is_done = await queries.has_transaction(conn, actor.guild_id, posting.dedupe_key)
            if not is_done:
                check_payment(payer, payee, order.amount)
                await book(conn, actor.guild_id, [posting])
        left = payer.balance if is_done else payer.balance - order.amount
        return Receipt(payer=payer.name, payee=payee.name, amount=order.amount, balance=left)

    async def check_order(self, order: PaymentOrder) -> tuple[Account, Account]:
        """Return who would pay whom; refuse at once what could not be paid."""
        check_amount(order.amount)
        async with self._db.transaction() as conn:
            payer, payee = await _wallets(conn, order)
        check_payment(payer, payee, order.amount)
        return payer, payee

    async def adjust(self, actor: Actor, player: str, amount: int, reason: str, *, key: int) -> Receipt:
        """Give points to a player or take them away, on record."""
        require(actor, Level.STAFF)
        reason = " ".join(reason.split())[:_LONGEST_REASON]
        async with self._db.transaction() as conn:
            found = await self._find(conn, actor.guild_id, player)
            account = await queries.lock_account(conn, actor.guild_id, found.id)
            assert account is not None  # accounts are never removed
            dedupe_key = f"{ADJUST}:{key}"
            is_done = await queries.has_transaction(conn, actor.guild_id, dedupe_key)
            if not is_done:
                check_adjustment(account, amount, reason)
                await self._book_adjustment(
                    conn, actor, account, amount=amount, reason=reason, dedupe_key=dedupe_key
                )
        balance = account.balance if is_done else account.balance + amount
        return Receipt(payer=actor.name, payee=account.name, amount=amount, balance=balance)

    async def _book_adjustment(
        self,
        conn: Connection,
        actor: Actor,
        account: Account,
        *,
        amount: int,
        reason: str,
        dedupe_key: str,
    ) -> None:
        source = await queries.add_source(conn, actor.guild_id, Source.ADJUSTMENTS)
        posting = Posting(
            dedupe_key=dedupe_key,
            at=self._clock.now(),
            rule=ADJUST,
            source=source,
            target=account.id,
            amount=amount,
            text=f"{reason} (by {actor.name})",
        )
        await book(conn, actor.guild_id, [posting])
        arguments = {
            "amount": str(amount),
            "before": str(account.balance),
            "after": str(account.balance + amount),
        }
        await self._audit(conn, actor, "points.adjust", account, reason=reason, arguments=arguments)

    async def _audit(
        self,
        conn: Connection,
        actor: Actor,
        action: str,
        account: Account,
        *,
        reason: str,
        arguments: dict[str, str],
    ) -> None:
        entry = AuditEntry(
            guild_id=actor.guild_id,
            at=self._clock.now(),
            actor_id=actor.member_id,
            actor_name=actor.name,
            action=action,
            target=f"{account.name} ({account.player})",
            reason=reason,
            arguments=arguments,
            result="done",
            reference=actor.reference,
        )
        await add_audit(conn, entry)

    async def _accounts(self, conn: Connection, actor: Actor, player: str | None) -> list[Account]:
        if player is not None:
            return [await self._find(conn, actor.guild_id, player)]
        links = await _links(conn, actor.guild_id, actor.member_id, is_self=True)
        return await queries.list_accounts(conn, actor.guild_id, list(links))

    async def _find(self, conn: Connection, guild_id: GuildId, player: str) -> Account:
        """Return the account that was picked from the list, or whose name was typed in full."""
        if player.isascii() and player.isdecimal() and len(player) <= 18:
            account = await queries.find_account(conn, guild_id, AccountId(int(player)))
            if account is not None:
                return account
        found = await queries.search_accounts(conn, guild_id, player.strip()[:100], limit=_CHOICES)
        return _exact(found, player.strip())


async def _links(
    conn: Connection, guild_id: GuildId, member_id: MemberId, *, is_self: bool
) -> dict[str, str]:
    """Return the players a member has proved to be, with their names."""
    links = await list_links(conn, guild_id, member_id)
    if not links:
        raise NotFoundError(_NOT_LINKED if is_self else _THEY_ARE_NOT_LINKED)
    return {link.player: link.name for link in links}


async def _wallets(conn: Connection, order: PaymentOrder) -> tuple[Account, Account]:
    """Return the accounts that a payment is made from and into."""
    payers = await _links(conn, order.guild_id, order.payer_id, is_self=True)
    payees = await _links(conn, order.guild_id, order.payee_id, is_self=False)
    # who has linked and not earned yet has no account; opened at once and in one order, so that nobody waits in a circle
    await queries.add_accounts(conn, order.guild_id, {**payees, **payers})
    payer = richest(await queries.list_accounts(conn, order.guild_id, list(payers)))
    payee = richest(await queries.list_accounts(conn, order.guild_id, list(payees)))
    assert payer is not None  # opened above
    assert payee is not None
    return payer, payee


def _exact(found: Sequence[Account], name: str) -> Account:
    same = [account for account in found if account.name.casefold() == name.casefold()]
    if len(same) == 1:
        return same[0]
    if len(same) > 1:
        raise InvalidInputError(
            f"{len(same)} players are called {name!r}. Pick one from the list that appears."
        )
    raise NotFoundError(
        f"No player called {name!r} has earned points yet. Pick one from the list that appears while you type."
    )


_NOT_LINKED = "Helena does not know yet which player of the game you are. Run /link: you get a code to type in the game's chat."
_THEY_ARE_NOT_LINKED = (
    "They have not tied a player of the game to their Discord account yet. Ask them to run /link."
)
