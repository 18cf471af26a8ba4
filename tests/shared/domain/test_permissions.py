"""Levels: what roles make of a person, and who passes."""

from __future__ import annotations

import pytest

from shared.domain.permissions import Actor, Level, level_of, require
from shared.errors import ForbiddenError
from shared.ids import GuildId, MemberId, RoleId

STAFF, OWNER = RoleId(1), RoleId(2)


@pytest.mark.parametrize(
    ("roles", "is_guild_owner", "level"),
    [
        (set(), False, Level.MEMBER),
        ({1}, False, Level.STAFF),
        ({2}, False, Level.OWNER),
        ({1, 2}, False, Level.OWNER),
        (set(), True, Level.OWNER),
        ({99}, False, Level.MEMBER),
    ],
)
def test_roles_make_levels(roles: set[int], is_guild_owner: bool, level: Level) -> None:
    found = level_of(roles, staff_roles=[STAFF], owner_roles=[OWNER], is_guild_owner=is_guild_owner)

    assert found is level


def _actor(level: Level) -> Actor:
    return Actor(guild_id=GuildId(1), member_id=MemberId(2), name="Sam", level=level, reference="R")


@pytest.mark.parametrize("needed", list(Level))
@pytest.mark.parametrize("level", list(Level))
def test_who_has_the_level_passes_and_nobody_else(level: Level, needed: Level) -> None:
    if level >= needed:
        require(_actor(level), needed)
    else:
        with pytest.raises(ForbiddenError):
            require(_actor(level), needed)
