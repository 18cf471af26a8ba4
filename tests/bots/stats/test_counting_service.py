"""Sessions and totals from the log, each event once, however it was cut."""

from __future__ import annotations

import random
from datetime import timedelta

from shared.domain.event_parts import Creature, Fighter, SurvivorId
from shared.domain.events import (
    Chat,
    FighterKind,
    GameEvent,
    Joined,
    Killed,
    Left,
    ServerStarted,
    Tamed,
    WorldSaved,
)
from shared.ids import PlatformId
from tests.bots.stats.world import World, at

OTTER = PlatformId("0002a1b2c3d4e5f60718293a4b5c6d7e")
JOINED = Joined(platform_name="Otter", platform_id=OTTER)
LEFT = Left(platform_name="Otter", platform_id=OTTER)
SAID = Chat(platform_name="Otter", survivor="Rex", text="hi")


def fighter(name: str, tribe: str | None = None, species: str | None = None) -> Fighter:
    kind = FighterKind.CREATURE if species else FighterKind.SURVIVOR
    return Fighter(name=name, kind=kind, tribe=tribe, species=species)


async def test_playtime_is_the_time_between_join_and_leave(world: World) -> None:
    await world.feed(world.island, (0, JOINED), (90, LEFT), (100, JOINED), (130, LEFT))

    assert await world.rows("SELECT player, playtime, sessions, last_seen_at FROM stats.players") == [
        (OTTER, timedelta(minutes=120), 2, at(130))
    ]


async def test_ase_players_are_known_by_name(world: World) -> None:
    await world.feed(world.ragnarok, (0, Joined(platform_name="Otter")), (10, Left(platform_name="Otter")))

    assert await world.rows("SELECT player, playtime FROM stats.players") == [
        ("name:Otter", timedelta(minutes=10))
    ]


async def test_a_server_start_closes_open_sessions_at_the_last_sign_of_life(world: World) -> None:
    await world.feed(world.island, (0, JOINED), (15, WorldSaved()))
    await world.feed(world.island, (300, ServerStarted(name="x")))

    assert await world.rows("SELECT left_at, ended FROM stats.sessions") == [(at(15), "server_started")]


async def test_a_survivor_is_tied_to_the_player_who_speaks(world: World) -> None:
    await world.feed(world.island, (0, JOINED), (1, SAID))
    await world.feed(world.ragnarok, (0, Chat(platform_name="Lynx", survivor="Moth", text="hi")))

    assert await world.rows("SELECT survivor, player FROM stats.ties ORDER BY 1") == [
        ("Moth", "name:Lynx"),
        ("Rex", OTTER),
    ]


async def test_on_asa_a_name_that_is_not_on_is_tied_to_nobody(world: World) -> None:
    await world.feed(world.island, (0, SAID))

    assert await world.rows("SELECT survivor FROM stats.ties") == []


async def test_a_kill_from_the_saddle_counts_for_the_rider(world: World) -> None:
    rex = Fighter(name="Rex", kind=FighterKind.SURVIVOR, tribe="Wolves", survivor_id=SurvivorId(7))
    pet = fighter("Fang", "Wolves", "Direwolf")
    victim = fighter("Moth", "Divers")

    await world.feed(
        world.island,
        (0, Killed(victim=victim, killer=rex, killer_survivor_id=SurvivorId(7))),
        (1, Killed(victim=victim, killer=pet, killer_survivor_id=SurvivorId(7))),
    )

    assert await world.rows("SELECT survivor, survivor_kills, deaths FROM stats.survivors ORDER BY 1") == [
        ("Moth", 0, 2),
        ("Rex", 2, 0),
    ]


async def test_reading_again_counts_nothing_twice(world: World) -> None:
    await world.feed(world.island, (0, JOINED), (1, Tamed(creature=Creature(name="Dodo"), survivor="Rex")))
    before = await world.tables()

    await world.read()

    assert await world.tables() == before


async def test_totals_do_not_depend_on_how_the_log_was_cut(world: World) -> None:
    story = _story(random.Random(3))
    for step in story:
        await world.feed(world.island, step)
    one_by_one = await world.tables()
    async with world.db.transaction() as conn:
        await conn.execute(
            "TRUNCATE stats.servers, stats.sessions, stats.players, stats.survivors, stats.ties, event_cursors"
        )

    await world.read()

    assert await world.tables() == one_by_one


def _story(dice: random.Random) -> list[tuple[float, GameEvent]]:
    names = ["Otter", "Lynx", "Unavailable name"]
    ids = [OTTER, PlatformId("0002ffff"), None]
    story: list[tuple[float, GameEvent]] = []
    for minute in range(120):
        name, platform_id = dice.choice(names), dice.choice(ids)
        survivor, other = dice.choice(["Rex", "Moth"]), dice.choice(["Rex", "Moth", "Fern"])
        pet = dice.choice([None, "Direwolf"])
        events: list[GameEvent] = [
            Joined(platform_name=name, platform_id=platform_id),
            Joined(platform_name=name, platform_id=platform_id),
            Left(platform_name=name, platform_id=platform_id),
            Chat(platform_name=name, survivor=survivor, text="hi"),
            Tamed(creature=Creature(name="Dodo"), survivor=survivor),
            Killed(
                victim=fighter(other, "Divers"),
                killer=fighter(survivor, "Wolves", pet),
                killer_survivor_id=SurvivorId(len(survivor)),
            ),
            WorldSaved(),
            ServerStarted(name="x"),
        ]
        story.append((minute, dice.choice(events)))
    return story
