"""Migrations: applied once, by one, whoever calls."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from shared.db import migrations
from shared.db.migrations import Migration
from shared.errors import ConfigError
from supervisor.embedded import EmbeddedStack


@pytest.fixture
async def empty_url(servers: EmbeddedStack) -> str:
    conn = await asyncpg.connect(servers.database_url)
    await conn.execute("DROP DATABASE IF EXISTS empty WITH (FORCE)")
    await conn.execute("CREATE DATABASE empty")
    await conn.close()
    return servers.database_url.replace("/helena?", "/empty?")


async def test_eight_processes_at_once_apply_each_migration_once(empty_url: str) -> None:
    code = (
        "import asyncio, sys\nfrom shared.db import migrations\n"
        "print(asyncio.run(migrations.apply(sys.argv[1])))"
    )

    started = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", code, empty_url, stdout=subprocess.PIPE)
        for _ in range(8)
    ]
    outputs = [(await process.communicate())[0] for process in started]

    applied = [int(output) for output in outputs]
    assert sorted(applied) == [0] * 7 + [len(migrations.find_migrations())]


async def test_an_edited_migration_is_refused(empty_url: str) -> None:
    first = Migration(owner="shared", number=1, name="0001_a.sql", sql="CREATE TABLE a (x int)")
    edited = Migration(owner="shared", number=1, name="0001_a.sql", sql="CREATE TABLE a (x bigint)")
    await migrations.apply(empty_url, [first])

    with pytest.raises(ConfigError, match="was edited after it was applied"):
        await migrations.apply(empty_url, [edited])


async def test_a_failing_migration_leaves_nothing_behind(empty_url: str) -> None:
    good = Migration(owner="shared", number=1, name="0001_a.sql", sql="CREATE TABLE a (x int)")
    bad = Migration(owner="shared", number=2, name="0002_b.sql", sql="CREATE TABLE b (x nonsense)")

    with pytest.raises(asyncpg.UndefinedObjectError):
        await migrations.apply(empty_url, [good, bad])

    assert await migrations.apply(empty_url, [good]) == 1


async def test_a_bots_tables_live_in_a_schema_named_after_it(empty_url: str) -> None:
    own = Migration(owner="greeter", number=1, name="0001_a.sql", sql="CREATE TABLE greetings (x int)")

    await migrations.apply(empty_url, [own])

    conn = await asyncpg.connect(empty_url)
    assert await conn.fetchval("SELECT to_regclass('greeter.greetings')::text") == "greeter.greetings"
    await conn.close()


def test_a_misnamed_file_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "shared" / "store" / "migrations"
    folder.mkdir(parents=True)
    (folder / "first.sql").write_text("SELECT 1")

    with pytest.raises(ConfigError, match=r"not named NNNN_what\.sql"):
        migrations.find_migrations(tmp_path)
