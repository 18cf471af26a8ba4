"""Whom a message really pings (Discord docs, "Allowed Mentions Object")."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sandbox.discord.models import Json, Role
from sandbox.discord.snowflake import Snowflake
from sandbox.discord.world import World

_USER = re.compile(r"<@!?([0-9]{1,20})>")
_ROLE = re.compile(r"<@&([0-9]{1,20})>")
_EVERYONE = re.compile(r"@(everyone|here)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """Who hears of a message."""

    users: list[Snowflake]
    roles: list[Snowflake]
    everyone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What the sender allows; leaving a kind out of ``parse`` while naming nobody forbids it."""

    kinds: frozenset[str]
    users: frozenset[str]
    roles: frozenset[str]
    replied_user: bool

    @classmethod
    def of(cls, body: Json | None) -> Allowed:
        """Return what an ``allowed_mentions`` object says; without one, everything is allowed."""
        if body is None:
            return cls(
                kinds=frozenset({"users", "roles", "everyone"}),
                users=frozenset(),
                roles=frozenset(),
                replied_user=True,
            )
        return cls(
            kinds=frozenset(body.get("parse") or ()),
            # discord.py sends these ids as numbers (mentions.py, ``to_dict``).
            users=frozenset(str(user) for user in body.get("users") or ()),
            roles=frozenset(str(role) for role in body.get("roles") or ()),
            replied_user=bool(body.get("replied_user")),
        )


def find_mentions(
    world: World,
    content: str,
    allowed: Allowed,
    *,
    guild_id: Snowflake | None,
    may_ping_all: bool,
    replied_to: Snowflake | None,
) -> Mentions:
    """Return whom the text pings, given what its author allows and may do."""
    users = [
        Snowflake(found)
        for found in dict.fromkeys(_USER.findall(content))
        if Snowflake(found) in world.users and ("users" in allowed.kinds or found in allowed.users)
    ]
    if replied_to in world.users and allowed.replied_user and replied_to not in users:
        users.append(replied_to)
    known: dict[Snowflake, Role] = world.guilds[guild_id].roles if guild_id else {}
    roles = [
        Snowflake(found)
        for found in dict.fromkeys(_ROLE.findall(content))
        if (role := known.get(Snowflake(found)))
        and ("roles" in allowed.kinds or found in allowed.roles)
        and (role.mentionable or may_ping_all)
    ]
    everyone = (
        guild_id is not None
        and "everyone" in allowed.kinds
        and may_ping_all
        and _EVERYONE.search(content) is not None
    )
    return Mentions(users=users, roles=roles, everyone=everyone)
