"""The pool says clearly when Postgres is away, and does not call a bug an outage."""

from __future__ import annotations

import asyncpg
import pytest

from shared.db import Database, DatabaseUnavailableError, open_database


async def test_a_connection_killed_in_the_middle_is_an_outage_and_the_next_one_works(db: Database) -> None:
    with pytest.raises(DatabaseUnavailableError, match="Try again"):
        async with db.transaction() as conn:
            await conn.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    async with db.connection() as conn:
        assert await conn.fetchval("SELECT 1") == 1


async def test_a_database_that_is_not_there_is_said_without_the_password() -> None:
    url = "postgresql://helena:open-sesame@127.0.0.1:1/helena"

    with pytest.raises(DatabaseUnavailableError, match="DATABASE_URL") as caught:
        async with open_database(url):
            pass

    assert "open-sesame" not in str(caught.value)


async def test_a_wrong_statement_is_a_bug_and_no_outage(db: Database) -> None:
    with pytest.raises(asyncpg.InterfaceError):
        async with db.connection() as conn:
            await conn.fetchval("SELECT $1::int")


async def test_a_failure_of_the_block_itself_passes_unchanged(db: Database) -> None:
    with pytest.raises(FileNotFoundError):
        async with db.transaction():
            raise FileNotFoundError
