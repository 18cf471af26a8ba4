"""Accounts, transactions and what may be done with points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from bots.activity_points.earning.domain import Rule
from shared.errors import InvalidInputError
from shared.ids import GuildId, MemberId, ServerId

AccountId = NewType("AccountId", int)
"""An account's row id."""

CONFIRM_ABOVE = 100
"""Payments above this are asked about once more."""
CONFIRM_WITHIN = timedelta(minutes=15)
"""How long a payment may be confirmed."""
LARGEST = 1_000_000_000
"""No payment or adjustment is larger, so that no sum comes near what a number in the database holds."""

PAY = "pay"
ADJUST = "adjust"
EARNING_RULES = tuple(rule.value for rule in Rule)
"""The rules under which points come into the world for something done in the game."""


class Source(StrEnum):
    """The accounts that points come from, and go back to."""

    REWARDS = "rewards"
    ADJUSTMENTS = "adjustments"


class Period(StrEnum):
    """The times a leaderboard may be about."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    ALL = "all"


PERIODS: dict[Period, timedelta | None] = {
    Period.DAY: timedelta(days=1),
    Period.WEEK: timedelta(days=7),
    Period.MONTH: timedelta(days=30),
    Period.ALL: None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A player's points."""

    id: AccountId
    player: str
    name: str
    balance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A transaction about to be booked: so many points from one account to another."""

    dedupe_key: str
    at: datetime
    rule: str
    source: AccountId
    target: AccountId
    amount: int
    text: str
    is_payment: bool = False
    server_id: ServerId | None = None
    seq: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One entry of an account, with its evidence; ``others`` is who stands on the other side."""

    transaction_id: int
    at: datetime
    rule: str
    amount: int
    text: str
    server_id: ServerId | None
    seq: int | None
    others: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """A place in a leaderboard."""

    place: int
    account_id: AccountId
    name: str
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """An account whose balance is not the sum of its entries, or a transaction that does not sum to zero."""

    account_id: AccountId | None
    transaction_id: int | None
    expected: int
    found: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOrder:
    """A member wants to pay a member. ``key`` is the same however often the order arrives."""

    guild_id: GuildId
    payer_id: MemberId
    payee_id: MemberId
    amount: int
    key: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a payment or an adjustment did; a repeated order gives the same and does nothing."""

    payer: str
    payee: str
    amount: int
    balance: int


def check_amount(amount: int) -> None:
    """Refuse amounts that cannot be paid.

    Raises
    ------
    InvalidInputError
        For nothing, less than nothing, and more than anybody can have.
    """
    if amount <= 0:
        raise InvalidInputError("Pay at least 1 point.")
    if amount > LARGEST:
        raise InvalidInputError(f"Pay at most {LARGEST:,} points at once.")


def check_payment(payer: Account, payee: Account, amount: int) -> None:
    """Refuse payments to oneself, and of more than there is.

    Raises
    ------
    InvalidInputError
        With what would do.
    """
    check_amount(amount)
    if payer.id == payee.id:
        raise InvalidInputError("You cannot pay yourself.")
    if payer.balance < amount:
        raise InvalidInputError(f"You have {payer.balance:,} points; that is not enough to pay {amount:,}.")


def check_adjustment(account: Account, amount: int, reason: str) -> None:
    """Refuse adjustments without effect, without reason, and below zero.

    Raises
    ------
    InvalidInputError
        With what would do.
    """
    if amount == 0 or abs(amount) > LARGEST:
        raise InvalidInputError(f"Give an amount between -{LARGEST:,} and {LARGEST:,} that is not 0.")
    if not reason.strip():
        raise InvalidInputError("Give a reason: the player sees it in /points why.")
    if account.balance + amount < 0:
        raise InvalidInputError(
            f"That would leave less than nothing: the balance is {account.balance:,}. "
            f"Take away at most {account.balance:,}."
        )


def richest(accounts: Sequence[Account]) -> Account | None:
    """Return the account that a payment is made from where a member has several; ties go to the oldest."""
    return max(accounts, key=lambda account: (account.balance, -account.id), default=None)
