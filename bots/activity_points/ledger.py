"""Books transactions: the one way into the ledger. The caller holds the accounts."""

from __future__ import annotations

from collections.abc import Sequence

from bots.activity_points.domain import AccountId, Posting
from bots.activity_points.queries import add_entries, add_transactions
from shared.db import Connection
from shared.ids import GuildId


async def book(conn: Connection, guild_id: GuildId, postings: Sequence[Posting]) -> int:
    """Book each transaction once, whatever was booked before, and return how many were new."""
    # a batch in which the server's clock was set back brings the same slot twice; the first counts
    unique: dict[str, Posting] = {}
    for posting in postings:
        unique.setdefault(posting.dedupe_key, posting)
    if not unique:
        return 0
    numbers = await add_transactions(conn, guild_id, list(unique.values()))
    entries: list[tuple[int, AccountId, int]] = []
    for posting in unique.values():
        number = numbers.get(posting.dedupe_key)
        if number is not None:
            entries.append((number, posting.source, -posting.amount))
            entries.append((number, posting.target, posting.amount))
    await add_entries(conn, guild_id, entries)
    return len(numbers)
