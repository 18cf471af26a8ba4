"""Who asks, and what they may do. Services check; commands only convert."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum

from shared.errors import ForbiddenError
from shared.ids import GuildId, MemberId, RoleId


class Level(IntEnum):
    """How much a person may do in a guild; each level includes those below."""

    MEMBER = 1
    STAFF = 2
    OWNER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person who asks for something, and the reference that ties their answer to the logs."""

    guild_id: GuildId
    member_id: MemberId
    name: str
    level: Level
    reference: str


def level_of(
    roles: Collection[int],
    *,
    staff_roles: Collection[RoleId],
    owner_roles: Collection[RoleId],
    is_guild_owner: bool,
) -> Level:
    """Return the level of somebody with these roles."""
    if is_guild_owner or not set(owner_roles).isdisjoint(roles):
        return Level.OWNER
    if not set(staff_roles).isdisjoint(roles):
        return Level.STAFF
    return Level.MEMBER


def require(actor: Actor, level: Level) -> None:
    """Let pass who has the level.

    Raises
    ------
    ForbiddenError
        For everybody else; the message says who could.
    """
    if actor.level < level:
        who = {Level.STAFF: "staff", Level.OWNER: "the owner of this community"}.get(level, "members")
        message = f"Only {who} can do this. Ask them, or open a ticket."
        raise ForbiddenError(message)
