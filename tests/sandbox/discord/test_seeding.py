"""Seeding: repeated, it changes nothing; extended, it adds what is new."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.discord.community import (
    ARK_OF_HELENA,
    Community,
    SeedApplication,
    SeedChannel,
    SeedPerson,
    SeedRole,
)
from sandbox.discord.permissions import Permission
from sandbox.discord.seeding import Seeding
from sandbox.discord.server import open_discord
from sandbox.discord.store import open_store
from sandbox.discord.world import World
from shared.clock import SystemClock
from shared.errors import ConfigError


def test_seeding_twice_changes_nothing(tmp_path: Path) -> None:
    with open_store(tmp_path / "w") as store:
        world = World(store, SystemClock())
        first = Seeding(world, ARK_OF_HELENA).run()
        before = (dict(world.users), dict(world.channels), dict(first.roles), dict(first.members))

        second = Seeding(world, ARK_OF_HELENA).run()

    assert (world.users, world.channels, second.roles, second.members) == before


def test_what_is_new_in_a_community_is_added(tmp_path: Path) -> None:
    more = replace(
        ARK_OF_HELENA,
        roles=(*ARK_OF_HELENA.roles, SeedRole(name="Veteran")),
        channels=(*ARK_OF_HELENA.channels, SeedChannel(name="trade", category="In the game")),
        people=(*ARK_OF_HELENA.people, SeedPerson(name="mia", display_name="Mia", roles=("Veteran",))),
        applications=(
            *ARK_OF_HELENA.applications,
            SeedApplication(name="seventh", title="Helena Seventh", permissions=Permission.VIEW_CHANNEL),
        ),
    )
    with open_store(tmp_path / "w") as store:
        world = World(store, SystemClock())
        Seeding(world, ARK_OF_HELENA).run()

        state = Seeding(world, more).run()

    roles = {role.name: role.position for role in state.roles.values()}
    assert {"trade"} <= {c.name for c in world.channels_of(state.guild.id)}
    assert {"mia", "Helena Seventh"} <= {world.users[u].username for u in state.members}
    # Bots rank above people's roles, also above those that came later.
    assert roles["Veteran"] < roles["Helena Admin"]
    assert len(set(roles.values())) == len(roles)


def test_a_community_has_one_owner(tmp_path: Path) -> None:
    with open_store(tmp_path / "w") as store, pytest.raises(ConfigError, match="owner"):
        Seeding(World(store, SystemClock()), Community(name="Nobody's")).run()


def test_a_role_that_is_not_there_is_named(tmp_path: Path) -> None:
    lost = Community(
        name="Lost", people=(SeedPerson(name="ann", display_name="Ann", roles=("Ghost",), is_owner=True),)
    )

    with open_store(tmp_path / "w") as store, pytest.raises(ConfigError, match="Ghost"):
        Seeding(World(store, SystemClock()), lost).run()


async def test_the_seed_names_everything_a_client_needs(tmp_path: Path) -> None:
    async with open_discord(port=0, data=tmp_path) as server:
        seed = server.seed()

    assert [app["name"] for app in seed["apps"]] == [
        "admin",
        "chat_bridge",
        "activity_points",
        "decay",
        "stats",
        "tickets",
    ]
    assert set(seed["users"]) == {"alice", "bob", "sam"}
    assert {"welcome", "chat-island", "chat-ragnarok", "status", "staff", "transcripts"} <= set(
        seed["channels"]
    )
    assert {"Owner", "Staff", "Member", "@everyone"} <= set(seed["roles"])
    assert seed["channel_id"] == seed["channels"]["welcome"]
    assert seed["api"].startswith("http://127.0.0.1:")
