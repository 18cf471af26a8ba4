"""The ledger. Balances are moved by the database itself when entries are added (``0001_ledger.sql``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bots.activity_points.domain import (
    EARNING_RULES,
    Account,
    AccountId,
    LedgerLine,
    Mismatch,
    Posting,
    Rank,
    Source,
)
from shared.db import Connection
from shared.ids import GuildId


async def add_accounts(conn: Connection, guild_id: GuildId, names: Mapping[str, str]) -> None:
    """Open accounts for players that have none; ``names`` says how each player is called."""
    # in one order for everybody, so that two transactions that open the same accounts do not wait for each other
    players = sorted(names)
    await conn.execute(
        """
        INSERT INTO activity_points.accounts (guild_id, kind, owner, name)
        SELECT $1, 'player', new.owner, new.name FROM unnest($2::text[], $3::text[]) AS new (owner, name)
        ON CONFLICT (guild_id, kind, owner) DO NOTHING
        """,
        guild_id,
        players,
        [names[player] for player in players],
    )


async def lock_players(conn: Connection, guild_id: GuildId, players: Sequence[str]) -> dict[str, Account]:
    """Return the accounts of these players and hold them; always in the same order, so that nobody waits in a circle."""
    rows = await conn.fetch(
        """
        SELECT id, owner AS player, name, balance
        FROM activity_points.accounts
        WHERE guild_id = $1 AND kind = 'player' AND owner = ANY ($2)
        ORDER BY id
        FOR NO KEY UPDATE
        """,
        guild_id,
        list(players),
    )
    return {row["player"]: Account(**row) for row in rows}


async def lock_account(conn: Connection, guild_id: GuildId, account_id: AccountId) -> Account | None:
    """Return a player's account and hold it."""
    row = await conn.fetchrow(
        """
        SELECT id, owner AS player, name, balance
        FROM activity_points.accounts
        WHERE guild_id = $1 AND kind = 'player' AND id = $2
        FOR NO KEY UPDATE
        """,
        guild_id,
        account_id,
    )
    return None if row is None else Account(**row)


async def add_source(conn: Connection, guild_id: GuildId, source: Source) -> AccountId:
    """Return the account that points of a kind come from, opened if need be, and hold it.

    Call it after holding the players' accounts: those come first everywhere.
    """
    found = await conn.fetchval(
        """
        INSERT INTO activity_points.accounts AS old (guild_id, kind, owner, name)
        VALUES ($1, 'system', $2, $2)
        ON CONFLICT (guild_id, kind, owner) DO UPDATE SET name = old.name
        RETURNING id
        """,
        guild_id,
        source.value,
    )
    return AccountId(found)


async def set_names(conn: Connection, guild_id: GuildId, names: Mapping[str, str]) -> None:
    """Keep how players are called now; hold their accounts before."""
    await conn.execute(
        """
        UPDATE activity_points.accounts a SET name = new.name
        FROM unnest($2::text[], $3::text[]) AS new (owner, name)
        WHERE a.guild_id = $1 AND a.kind = 'player' AND a.owner = new.owner AND a.name <> new.name
        """,
        guild_id,
        list(names),
        list(names.values()),
    )


async def add_transactions(
    conn: Connection, guild_id: GuildId, postings: Sequence[Posting]
) -> dict[str, int]:
    """Open transactions, and return their numbers by key; those that were booked before are left out."""
    rows = await conn.fetch(
        """
        INSERT INTO activity_points.transactions (guild_id, dedupe_key, at, rule, payer_id, server_id, seq, text)
        SELECT $1, new.dedupe_key, new.at, new.rule, new.payer_id, new.server_id, new.seq, new.text
        FROM unnest($2::text[], $3::timestamptz[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[])
            AS new (dedupe_key, at, rule, payer_id, server_id, seq, text)
        ON CONFLICT (guild_id, dedupe_key) DO NOTHING
        RETURNING id, dedupe_key
        """,
        guild_id,
        [posting.dedupe_key for posting in postings],
        [posting.at for posting in postings],
        [posting.rule for posting in postings],
        [posting.source if posting.is_payment else None for posting in postings],
        [posting.server_id for posting in postings],
        [posting.seq for posting in postings],
        [posting.text for posting in postings],
    )
    return {row["dedupe_key"]: row["id"] for row in rows}


async def add_entries(
    conn: Connection, guild_id: GuildId, entries: Sequence[tuple[int, AccountId, int]]
) -> None:
    """Add entries: transaction, account and amount. Balances move with them."""
    await conn.execute(
        """
        INSERT INTO activity_points.entries (guild_id, transaction_id, account_id, amount)
        SELECT $1, new.transaction_id, new.account_id, new.amount
        FROM unnest($2::bigint[], $3::bigint[], $4::bigint[]) AS new (transaction_id, account_id, amount)
        """,
        guild_id,
        [entry[0] for entry in entries],
        [entry[1] for entry in entries],
        [entry[2] for entry in entries],
    )


async def list_accounts(conn: Connection, guild_id: GuildId, players: Sequence[str]) -> list[Account]:
    """Return the accounts of these players, the oldest first."""
    rows = await conn.fetch(
        """
        SELECT id, owner AS player, name, balance
        FROM activity_points.accounts
        WHERE guild_id = $1 AND kind = 'player' AND owner = ANY ($2)
        ORDER BY id
        """,
        guild_id,
        list(players),
    )
    return [Account(**row) for row in rows]


async def find_account(conn: Connection, guild_id: GuildId, account_id: AccountId) -> Account | None:
    """Return a player's account."""
    row = await conn.fetchrow(
        """
        SELECT id, owner AS player, name, balance
        FROM activity_points.accounts
        WHERE guild_id = $1 AND kind = 'player' AND id = $2
        """,
        guild_id,
        account_id,
    )
    return None if row is None else Account(**row)


async def search_accounts(conn: Connection, guild_id: GuildId, typed: str, *, limit: int) -> list[Account]:
    """Return the players whose name holds what was typed; exact and beginning matches first."""
    rows = await conn.fetch(
        """
        SELECT id, owner AS player, name, balance
        FROM activity_points.accounts
        WHERE guild_id = $1 AND kind = 'player' AND strpos(lower(name), lower($2)) > 0
        ORDER BY lower(name) <> lower($2), strpos(lower(name), lower($2)), balance DESC, id
        LIMIT $3
        """,
        guild_id,
        typed,
        limit,
    )
    return [Account(**row) for row in rows]


async def list_richest(
    conn: Connection, guild_id: GuildId, *, limit: int, own: Sequence[AccountId]
) -> list[Rank]:
    """Return the players with the most points, and the places of ``own`` wherever those are."""
    rows = await conn.fetch(
        """
        WITH ranked AS (
            SELECT rank() OVER (ORDER BY balance DESC) AS place, row_number() OVER (ORDER BY balance DESC, id) AS line,
                id AS account_id, name, balance AS points
            FROM activity_points.accounts
            WHERE guild_id = $1 AND kind = 'player' AND balance > 0
        )
        SELECT place, account_id, name, points FROM ranked
        WHERE line <= $2 OR account_id = ANY ($3)
        ORDER BY line
        """,
        guild_id,
        limit,
        list(own),
    )
    return [Rank(**row) for row in rows]


async def list_earners(
    conn: Connection, guild_id: GuildId, *, since: datetime, limit: int, own: Sequence[AccountId]
) -> list[Rank]:
    """Return who earned the most in the game since an instant, and the places of ``own`` wherever those are.

    Payments and adjustments do not count.
    """
    rows = await conn.fetch(
        """
        WITH earned AS (
            SELECT a.id AS account_id, a.name, sum(e.amount)::bigint AS points
            FROM activity_points.transactions t
            JOIN activity_points.entries e ON e.transaction_id = t.id
            JOIN activity_points.accounts a ON a.id = e.account_id AND a.kind = 'player'
            WHERE t.guild_id = $1 AND t.at >= $2 AND t.rule = ANY ($3)
            GROUP BY a.id, a.name
        ), ranked AS (
            SELECT rank() OVER (ORDER BY points DESC) AS place,
                row_number() OVER (ORDER BY points DESC, account_id) AS line, account_id, name, points
            FROM earned
        )
        SELECT place, account_id, name, points FROM ranked
        WHERE line <= $4 OR account_id = ANY ($5)
        ORDER BY line
        """,
        guild_id,
        since,
        list(EARNING_RULES),
        limit,
        list(own),
    )
    return [Rank(**row) for row in rows]


async def list_lines(conn: Connection, account_id: AccountId, *, limit: int) -> list[LedgerLine]:
    """Return the newest entries of an account, with their evidence."""
    rows = await conn.fetch(
        """
        SELECT t.id AS transaction_id, t.at, t.rule, e.amount, t.text, t.server_id, t.seq,
            (
                SELECT string_agg(a.name, ', ')
                FROM activity_points.entries o JOIN activity_points.accounts a ON a.id = o.account_id
                WHERE o.transaction_id = t.id AND o.account_id <> e.account_id
            ) AS others
        FROM activity_points.entries e
        JOIN activity_points.transactions t ON t.id = e.transaction_id
        WHERE e.account_id = $1
        ORDER BY e.transaction_id DESC
        LIMIT $2
        """,
        account_id,
        limit,
    )
    return [LedgerLine(**row) for row in rows]


async def find_counted_until(conn: Connection, guild_id: GuildId) -> datetime | None:
    """Return the time of the newest event that has been counted."""
    found: datetime | None = await conn.fetchval(
        """
        SELECT max(c.now_at) FROM activity_points.clocks c JOIN servers s ON s.id = c.server_id WHERE s.guild_id = $1
        """,
        guild_id,
    )
    return found


async def list_mismatches(conn: Connection) -> list[Mismatch]:
    """Return where the ledger contradicts itself: nowhere, or the database was changed by hand."""
    rows = await conn.fetch(
        """
        SELECT a.id AS account_id, NULL::bigint AS transaction_id, coalesce(sum(e.amount), 0)::bigint AS expected,
            a.balance AS found
        FROM activity_points.accounts a LEFT JOIN activity_points.entries e ON e.account_id = a.id
        GROUP BY a.id
        HAVING a.balance <> coalesce(sum(e.amount), 0)
        UNION ALL
        SELECT NULL, t.id, 0, coalesce(sum(e.amount), 0)::bigint
        FROM activity_points.transactions t LEFT JOIN activity_points.entries e ON e.transaction_id = t.id
        GROUP BY t.id
        HAVING coalesce(sum(e.amount), 0) <> 0 OR count(e.amount) < 2
        """
    )
    return [Mismatch(**row) for row in rows]


async def has_transaction(conn: Connection, guild_id: GuildId, dedupe_key: str) -> bool:
    """Tell whether a transaction was booked before."""
    found = await conn.fetchval(
        "SELECT EXISTS (SELECT FROM activity_points.transactions WHERE guild_id = $1 AND dedupe_key = $2)",
        guild_id,
        dedupe_key,
    )
    return bool(found)
