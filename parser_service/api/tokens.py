"""Tokens with a scope: made, found, listed and revoked. Only their hashes are stored."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from parser_service.api.access import Access, AccessKind, AskedScope
from shared.db import Connection
from shared.errors import NotFoundError
from shared.ids import GuildId, ServerId, TribeId
from shared.store.servers import get_server

_PREFIX = "helena_"
# 256 bits of chance: nobody guesses one, so a fast hash without salt is enough to keep them by.
_TOKEN_BYTES = 32
# A longer text is no token; it is not worth a look into the database.
_MAX_LENGTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRow:
    """A token as it is on record."""

    id: int
    label: str
    kind: AccessKind
    server_key: str | None
    tribe_id: TribeId | None
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    @property
    def scope(self) -> str:
        """Return the scope as people write it."""
        return self.access.scope

    @property
    def access(self) -> Access:
        """Return what the token gives access to."""
        return Access(kind=self.kind, actor=self.label, server_key=self.server_key, tribe_id=self.tribe_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """A token to be made."""

    label: str
    scope: AskedScope
    created_by: str
    created_at: datetime
    expires_at: datetime | None


async def add_token(conn: Connection, guild_id: GuildId, new: NewToken) -> tuple[TokenRow, str]:
    """Make a token, and return it with the text that is its secret, which cannot be had again.

    Raises
    ------
    NotFoundError
        When its scope names a server that the community does not have.
    """
    scope = new.scope
    server_id: ServerId | None = None
    if scope.server_key is not None:
        server_id = (await get_server(conn, guild_id, scope.server_key)).id
    secret = f"{_PREFIX}{secrets.token_urlsafe(_TOKEN_BYTES)}"
    number = await conn.fetchval(
        """
        INSERT INTO api_tokens (guild_id, hash, label, kind, server_id, tribe_id, created_by, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        RETURNING id
        """,
        guild_id,
        _hash(secret),
        new.label,
        scope.kind.value,
        server_id,
        scope.tribe_id,
        new.created_by,
        new.created_at,
        new.expires_at,
    )
    row = TokenRow(
        id=int(number),
        label=new.label,
        kind=scope.kind,
        server_key=scope.server_key,
        tribe_id=scope.tribe_id,
        created_by=new.created_by,
        created_at=new.created_at,
        expires_at=new.expires_at,
        revoked_at=None,
    )
    return row, secret


async def find_access(conn: Connection, guild_id: GuildId, secret: str, *, now: datetime) -> Access | None:
    """Return what a token gives access to; ``None`` for one that is unknown, revoked or has expired."""
    if not secret.startswith(_PREFIX) or len(secret) > _MAX_LENGTH:
        return None
    row = await conn.fetchrow(
        """
        SELECT t.label, t.kind, s.key AS server_key, t.tribe_id
        FROM api_tokens t
        LEFT JOIN servers s ON s.id = t.server_id
        WHERE t.guild_id = $1 AND t.hash = $2 AND t.revoked_at IS NULL
            AND (t.expires_at IS NULL OR t.expires_at > $3)
        """,
        guild_id,
        _hash(secret),
        now,
    )
    if row is None:
        return None
    return Access(
        kind=AccessKind(row["kind"]),
        actor=row["label"],
        server_key=row["server_key"],
        tribe_id=row["tribe_id"],
    )


async def list_tokens(conn: Connection, guild_id: GuildId, *, after: int, limit: int) -> list[TokenRow]:
    """Return the tokens of a community with ids above ``after``, in order of id."""
    rows = await conn.fetch(
        """
        SELECT t.id, t.label, t.kind, s.key AS server_key, t.tribe_id, t.created_by, t.created_at, t.expires_at,
            t.revoked_at
        FROM api_tokens t
        LEFT JOIN servers s ON s.id = t.server_id
        WHERE t.guild_id = $1 AND t.id > $2
        ORDER BY t.id
        LIMIT $3
        """,
        guild_id,
        after,
        limit,
    )
    return [TokenRow(**{**row, "kind": AccessKind(row["kind"])}) for row in rows]


async def revoke_token(conn: Connection, guild_id: GuildId, token_id: int, *, at: datetime) -> str:
    """Let a token be refused from now on, and return its label; one that is revoked already stays so.

    Raises
    ------
    NotFoundError
        When the community has no such token.
    """
    label: str | None = await conn.fetchval(
        """
        UPDATE api_tokens SET revoked_at = coalesce(revoked_at, $3)
        WHERE guild_id = $1 AND id = $2
        RETURNING label
        """,
        guild_id,
        token_id,
        at,
    )
    if label is None:
        raise NotFoundError(f"There is no token {token_id}. /v1/tokens lists them.")
    return label


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()
