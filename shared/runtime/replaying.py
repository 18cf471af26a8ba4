"""Readers can be rebuilt from the log: reads it again into a database of its own, and says what would be different.

Nothing of the live database is touched or locked. What a reader writes besides (posts, commands, answers) stays in the
scratch database, which is dropped in the end.
"""

from __future__ import annotations

import io
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from shared.db import Connection, Database, migrations, open_database
from shared.errors import ConfigError
from shared.ids import ServerId
from shared.runtime.readers import BATCH, Batch, Reader
from shared.store.events import ReaderCursor, list_events

# What every reader may look up, in the order of their references.
_SHARED = ("communities", "servers", "routes", "links")
_EXAMPLES = 5
_TIMEOUT_SECONDS = 3600.0

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """A table that follows from the log alone, and the columns in which two readings of it agree."""

    schema: str
    table: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Rows of a table that the log gives and are not there, and the other way round."""

    table: str
    missing: int
    unexpected: int
    examples: tuple[str, ...]

    @property
    def is_none(self) -> bool:
        """Tell whether the table is what the log gives."""
        return not self.missing and not self.unexpected


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What reading the log again gave; it ``is_whole`` when no part of the log has been forgotten."""

    events: int
    is_whole: bool
    differences: tuple[Difference, ...]

    @property
    def agrees(self) -> bool:
        """Tell whether the reader's tables are what the log gives."""
        return all(difference.is_none for difference in self.differences)


async def replay(reader: Reader, live: Database, url: str, tables: Sequence[Derived]) -> Replay:
    """Read what a reader has read once more, from the beginning, and compare its tables with what that gives.

    Raises
    ------
    ConfigError
        When no database can be made beside the live one.
    """
    async with (
        open_scratch(url) as scratch,
        live.connection() as conn,
        # one look at cursors, tables and events: the reader goes on meanwhile
        conn.transaction(isolation="repeatable_read", readonly=True),
    ):
        cursors = await _list_cursors(conn, reader.name)
        await _copy_shared(conn, scratch)
        events = 0
        for server_id, cursor in cursors:
            events += await _read_again(reader, conn, scratch, server_id, cursor)
        differences = [await _compare(conn, scratch, table) for table in tables]
        is_whole = await _is_whole(conn)
    return Replay(events=events, is_whole=is_whole, differences=tuple(differences))


@asynccontextmanager
async def open_scratch(url: str) -> AsyncIterator[Database]:
    """Open an empty database with all tables beside another one, and drop it on the way out.

    Raises
    ------
    ConfigError
        When the user may not make databases.
    """
    name = f"helena_replay_{secrets.token_hex(6)}"
    admin = await asyncpg.connect(url, timeout=10)
    try:
        try:
            await admin.execute(f"CREATE DATABASE {name}")
        except asyncpg.InsufficientPrivilegeError as error:
            message = (
                "A replay needs a database of its own. Let the user of DATABASE_URL make some (CREATEDB)."
            )
            raise ConfigError(message) from error
        try:
            scratch_url = _with_database(url, name)
            await migrations.apply(scratch_url)
            async with open_database(scratch_url, max_size=1) as scratch:
                yield scratch
        finally:
            await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await admin.close(timeout=5)


def _with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


async def _list_cursors(conn: Connection, reader: str) -> list[tuple[ServerId, ReaderCursor]]:
    rows = await conn.fetch(
        """
        SELECT c.server_id, c.seq, c.since, s.last_seq
        FROM event_cursors c JOIN servers s ON s.id = c.server_id
        WHERE c.reader = $1
        ORDER BY c.server_id
        """,
        reader,
    )
    return [
        (
            ServerId(row["server_id"]),
            ReaderCursor(seq=row["seq"], last_seq=row["last_seq"], since=row["since"]),
        )
        for row in rows
    ]


async def _is_whole(conn: Connection) -> bool:
    """Tell whether the log of each server begins with its first line."""
    found = await conn.fetchval(
        """
        SELECT NOT EXISTS (
            SELECT FROM servers s
            WHERE s.last_seq > 0 AND NOT EXISTS (SELECT FROM game_events e WHERE e.server_id = s.id AND e.seq = 1)
        )
        """
    )
    return bool(found)


async def _copy_shared(conn: Connection, scratch: Database) -> None:
    for table in _SHARED:
        data = io.BytesIO()
        await conn.copy_from_table(table, output=data, format="binary", timeout=_TIMEOUT_SECONDS)
        data.seek(0)
        async with scratch.connection() as target:
            await target.copy_to_table(table, source=data, format="binary", timeout=_TIMEOUT_SECONDS)


async def _read_again(
    reader: Reader, conn: Connection, scratch: Database, server_id: ServerId, cursor: ReaderCursor
) -> int:
    """Let the reader read one server's events again, up to where it stands, and return how many those were."""
    count, seq = 0, 0
    while seq < cursor.seq:
        upto = min(seq + BATCH, cursor.seq)
        events = await list_events(conn, server_id, after=seq, upto=upto, kinds=reader.kinds)
        if events:
            at = ReaderCursor(seq=seq, last_seq=cursor.last_seq, since=cursor.since)
            async with scratch.transaction() as target:
                await reader.apply(target, Batch(server_id=server_id, events=events, cursor=at))
        count, seq = count + len(events), upto
    return count


async def _compare(conn: Connection, scratch: Database, table: Derived) -> Difference:
    live = await _rows(conn, table)
    async with scratch.connection() as target:
        again = await _rows(target, table)
    missing, unexpected = again - live, live - again
    examples = [f"missing: {row}" for row in list(missing)[:_EXAMPLES]]
    examples += [f"not from the log: {row}" for row in list(unexpected)[:_EXAMPLES]]
    return Difference(
        table=f"{table.schema}.{table.table}",
        missing=missing.total(),
        unexpected=unexpected.total(),
        examples=tuple(examples),
    )


async def _rows(conn: Connection, table: Derived) -> Counter[Row]:
    data = io.BytesIO()
    await conn.copy_from_table(
        table.table,
        schema_name=table.schema,
        columns=list(table.columns),
        output=data,
        format="text",
        timeout=_TIMEOUT_SECONDS,
    )
    return Counter(tuple(line.split("\t")) for line in data.getvalue().decode().splitlines())
