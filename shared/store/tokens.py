"""Secrets of a community in the database: tokens of Nitrado, passwords of RCON, all of them sealed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pydantic import SecretStr

from shared.db import Connection, Database
from shared.ids import GuildId
from shared.store.sealing import Keyring


class SecretKind(StrEnum):
    """What a secret is for."""

    NITRADO_TOKEN = "nitrado_token"  # noqa: S105 # the name of a kind
    RCON_PASSWORD = "rcon_password"  # noqa: S105 # the name of a kind


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretName:
    """Which secret of a community: of what kind, and what the owner calls it."""

    guild_id: GuildId
    kind: SecretKind
    name: str

    def __str__(self) -> str:
        return f"{self.guild_id}/{self.kind}/{self.name}"


class SecretStore:
    """Keeps secrets; what it hands out is shown by no representation and in no log."""

    def __init__(self, db: Database, keyring: Keyring) -> None:
        self._db = db
        self._keyring = keyring

    async def put(self, name: SecretName, secret: SecretStr) -> None:
        """Keep a secret, in place of the one of the same name."""
        sealed = self._keyring.seal(secret, str(name))
        async with self._db.transaction() as conn:
            await set_sealed(conn, name, sealed)

    async def find(self, name: SecretName) -> SecretStr | None:
        """Return a secret, or ``None`` where there is none of this name.

        Raises
        ------
        ConfigError
            When the keyring does not open it.
        """
        async with self._db.connection() as conn:
            sealed = await find_sealed(conn, name)
        return None if sealed is None else self._keyring.open(sealed, str(name))

    async def names(self, guild_id: GuildId, kind: SecretKind) -> list[SecretName]:
        """Return which secrets of a kind there are, by name."""
        async with self._db.connection() as conn:
            return await list_secret_names(conn, guild_id, kind)

    async def remove(self, name: SecretName) -> bool:
        """Forget a secret, and tell whether there was one."""
        async with self._db.transaction() as conn:
            return await remove_sealed(conn, name)

    async def rotate(self) -> int:
        """Seal everything anew with the present key, all or nothing, and return how many secrets those are.

        Raises
        ------
        ConfigError
            When one of them cannot be opened; then everything is as it was.
        """
        async with self._db.transaction() as conn:
            rows = await lock_all_sealed(conn)
            for name, sealed in rows:
                await set_sealed(conn, name, self._keyring.reseal(sealed))
        return len(rows)


async def set_sealed(conn: Connection, name: SecretName, sealed: bytes) -> None:
    """Store what was sealed."""
    await conn.execute(
        """
        INSERT INTO sealed_secrets (guild_id, kind, name, sealed)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (guild_id, kind, name) DO UPDATE SET sealed = excluded.sealed, stored_at = now()
        """,
        name.guild_id,
        name.kind.value,
        name.name,
        sealed,
    )


async def find_sealed(conn: Connection, name: SecretName) -> bytes | None:
    """Return what was stored under a name."""
    found = await conn.fetchval(
        "SELECT sealed FROM sealed_secrets WHERE guild_id = $1 AND kind = $2 AND name = $3",
        name.guild_id,
        name.kind.value,
        name.name,
    )
    return None if found is None else bytes(found)


async def list_secret_names(conn: Connection, guild_id: GuildId, kind: SecretKind) -> list[SecretName]:
    """Return which secrets of a kind there are, by name."""
    rows = await conn.fetch(
        "SELECT name FROM sealed_secrets WHERE guild_id = $1 AND kind = $2 ORDER BY name",
        guild_id,
        kind.value,
    )
    return [SecretName(guild_id=guild_id, kind=kind, name=row["name"]) for row in rows]


async def remove_sealed(conn: Connection, name: SecretName) -> bool:
    """Remove what was stored under a name, and tell whether there was anything."""
    status = await conn.execute(
        "DELETE FROM sealed_secrets WHERE guild_id = $1 AND kind = $2 AND name = $3",
        name.guild_id,
        name.kind.value,
        name.name,
    )
    return status == "DELETE 1"


async def lock_all_sealed(conn: Connection) -> list[tuple[SecretName, bytes]]:
    """Return all that is stored, and hold it until the transaction ends."""
    rows = await conn.fetch(
        "SELECT guild_id, kind, name, sealed FROM sealed_secrets ORDER BY guild_id, kind, name FOR UPDATE"
    )
    return [
        (
            SecretName(guild_id=GuildId(row["guild_id"]), kind=SecretKind(row["kind"]), name=row["name"]),
            bytes(row["sealed"]),
        )
        for row in rows
    ]
