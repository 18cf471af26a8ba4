"""Plain SQL migrations, forward only, applied by one process while the others wait.

Files are ``NNNN_what.sql`` in ``shared/store/migrations`` and ``bots/<name>/migrations``; each bot's run in a
schema named after it. All pending ones of a call are applied in one transaction.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from shared.db.pool import Connection
from shared.errors import ConfigError

# Any constant will do, as long as it is Helena's alone in this database.
_LOCK = 0x48454C454E41

_ROOT = Path(__file__).resolve().parents[2]
_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One file."""

    owner: str
    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """Return what tells an edited file from the one that was applied."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def find_migrations(root: Path = _ROOT) -> list[Migration]:
    """Return all migrations, the shared ones first, each owner's in order.

    Raises
    ------
    ConfigError
        When a file's name does not follow the pattern, or a number is used twice.
    """
    folders = [("shared", root / "shared" / "store" / "migrations")]
    folders += [(path.parent.name, path) for path in sorted((root / "bots").glob("*/migrations"))]
    found: list[Migration] = []
    for owner, folder in folders:
        for path in sorted(folder.glob("*.sql")):
            match = _NAME.fullmatch(path.name)
            if match is None:
                raise ConfigError(
                    f"The migration {path.name} of {owner} is not named NNNN_what.sql. Rename it."
                )
            found.append(
                Migration(owner=owner, number=int(match[1]), name=path.name, sql=path.read_text("utf-8"))
            )
    if len({(m.owner, m.number) for m in found}) != len(found):
        raise ConfigError("Two migrations of one owner have the same number. Renumber the newer one.")
    return found


async def apply(database_url: str, migrations: list[Migration] | None = None) -> int:
    """Apply what is pending, and return how many that was. Safe when many processes call it at once.

    Raises
    ------
    ConfigError
        When a migration that has been applied was edited since.
    """
    conn = await asyncpg.connect(database_url, timeout=10)
    try:
        async with conn.transaction():
            await conn.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
            return await _apply_locked(conn, find_migrations() if migrations is None else migrations)
    finally:
        await conn.close(timeout=5)


async def _apply_locked(conn: Connection, migrations: list[Migration]) -> int:
    await conn.execute(
        """
        CREATE TABLE IF NOT EXISTS public.schema_migrations (
            owner text NOT NULL,
            number int NOT NULL,
            name text NOT NULL,
            checksum text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (owner, number)
        )
        """
    )
    rows = await conn.fetch("SELECT owner, number, checksum FROM public.schema_migrations")
    done = {(row["owner"], row["number"]): row["checksum"] for row in rows}
    pending = [m for m in migrations if (m.owner, m.number) not in done]
    for migration in migrations:
        if done.get((migration.owner, migration.number), migration.checksum) != migration.checksum:
            message = f"The migration {migration.name} of {migration.owner} was edited after it was applied. Restore it."
            raise ConfigError(message)
    for migration in pending:
        await _apply_one(conn, migration)
    return len(pending)


async def _apply_one(conn: Connection, migration: Migration) -> None:
    schema = "public" if migration.owner == "shared" else migration.owner
    if schema != "public":
        # the owner is a folder's name, checked here because an identifier cannot be an argument
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,40}", schema):
            raise ConfigError(
                f"The bot folder {schema!r} cannot name a schema. Use small letters, digits and _."
            )
        await conn.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    await conn.execute(
        "SELECT set_config('search_path', $1, true)", f"{schema}, public" if schema != "public" else "public"
    )
    await conn.execute(migration.sql)
    await conn.execute(
        "INSERT INTO public.schema_migrations (owner, number, name, checksum) VALUES ($1, $2, $3, $4)",
        migration.owner,
        migration.number,
        migration.name,
        migration.checksum,
    )
