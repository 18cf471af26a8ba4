"""Making and revoking tokens, with an entry in the audit log: for the API and for the command line."""

from __future__ import annotations

from datetime import datetime

from parser_service.api.access import AskedScope
from parser_service.api.tokens import NewToken, TokenRow, add_token, revoke_token
from shared.db import Database
from shared.errors import InvalidInputError
from shared.ids import GuildId, MemberId
from shared.logs import new_reference
from shared.store.audit import AuditEntry, add_audit


async def make_token(
    db: Database,
    guild_id: GuildId,
    *,
    label: str,
    scope: AskedScope,
    actor: str,
    now: datetime,
    expires_at: datetime | None,
) -> tuple[TokenRow, str]:
    """Make a token, and return it with its secret.

    Raises
    ------
    InvalidInputError
        When it would have expired already.
    NotFoundError
        When its scope names a server that the community does not have.
    """
    if expires_at is not None and expires_at <= now:
        raise InvalidInputError("expires_at lies in the past. Leave it out, or name an instant to come.")
    new = NewToken(label=label, scope=scope, created_by=actor, created_at=now, expires_at=expires_at)
    async with db.transaction() as conn:
        row, secret = await add_token(conn, guild_id, new)
        await add_audit(
            conn, _entry(guild_id, actor, now, action="token add", target=f"{row.id} {row.scope}")
        )
    return row, secret


async def withdraw_token(
    db: Database, guild_id: GuildId, token_id: int, *, actor: str, now: datetime
) -> None:
    """Let a token be refused from now on.

    Raises
    ------
    NotFoundError
        When the community has no such token.
    """
    async with db.transaction() as conn:
        label = await revoke_token(conn, guild_id, token_id, at=now)
        await add_audit(
            conn, _entry(guild_id, actor, now, action="token revoke", target=f"{token_id} {label}")
        )


def _entry(guild_id: GuildId, actor: str, now: datetime, *, action: str, target: str) -> AuditEntry:
    # no member of the Discord server, but whoever holds the owner's token
    return AuditEntry(
        guild_id=guild_id,
        at=now,
        actor_id=MemberId(0),
        actor_name=f"API token: {actor}",
        action=action,
        target=target,
        result="done",
        reference=new_reference(),
    )
