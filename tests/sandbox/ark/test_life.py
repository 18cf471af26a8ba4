"""Life: the same seed gives the same world and the same events; what happens shows in the saves."""

from __future__ import annotations

from datetime import timedelta

from pydantic import TypeAdapter

from sandbox.ark.kinds import KINDS, TIERS
from sandbox.ark.life import arrivals, hunts, works
from sandbox.ark.life.chance import dice
from sandbox.ark.life.pulse import Pulse
from sandbox.ark.lines import Voice
from sandbox.ark.world import Game, World
from shared.clock import FrozenClock
from tests.sandbox.ark.conftest import NOW, make_world

SAME = TypeAdapter(World)


def pulse_of(world: World, *, speed: float = 1.0) -> Pulse:
    return Pulse(world, Voice(game=world.game), dice("test"), NOW, speed=speed)


def run(world: World, *, seconds: int, speed: float = 1.0) -> list[str]:
    pulse, clock = pulse_of(world, speed=speed), FrozenClock(NOW)
    told = []
    for _ in range(seconds):
        clock.advance(timedelta(seconds=1))
        told += pulse.step(clock.now())
    return [line.text for line in told]


def test_the_same_seed_gives_the_same_world_and_the_same_events(world: World) -> None:
    twin = make_world(world.game)
    assert SAME.dump_json(world) == SAME.dump_json(twin)

    assert run(world, seconds=600) == run(twin, seconds=600)

    assert SAME.dump_json(world) == SAME.dump_json(twin)


def test_something_happens_every_few_seconds_and_more_often_at_speed() -> None:
    slow = run(make_world(Game.ASA), seconds=1200)
    fast = run(make_world(Game.ASA), seconds=1200, speed=10)

    assert 100 < len(slow) < 600
    assert len(fast) > 6 * len(slow)


def test_the_clock_of_the_world_keeps_real_pace_at_any_speed(world: World) -> None:
    before = world.game_time

    run(world, seconds=300, speed=20)

    assert world.game_time == before + 300


def test_a_clock_that_is_set_back_neither_turns_back_the_world_nor_stops_it(world: World) -> None:
    pulse, before = pulse_of(world), world.game_time

    pulse.step(NOW + timedelta(seconds=10))
    pulse.step(NOW - timedelta(hours=5))
    told = pulse.step(NOW - timedelta(hours=5) + timedelta(seconds=60))

    assert world.game_time == before + 70
    assert told


def test_there_are_bases_of_every_material_and_every_state_of_decay(world: World) -> None:
    left: dict[str, list[float]] = {}
    for base in world.bases.values():
        days = (world.game_time - base.last_ally_time) / works.DAY
        left.setdefault(base.tier, []).append(works.DECAY_DAYS[base.tier] - days)

    assert set(left) == set(TIERS)
    everything = [days for each in left.values() for days in each]
    assert min(everything) < -1
    assert any(0 < days < 0.05 for days in everything)
    assert any(days > 10 for days in everything)


def test_a_visit_moves_the_clock_of_the_whole_base(world: World) -> None:
    pulse = pulse_of(world)
    survivor = next(each for each in world.survivors.values() if each.tribe_id is not None)
    (base, *_) = [each for each in world.bases.values() if each.team == survivor.team]
    world.online[survivor.player_id] = base.base_id

    pulse.step(NOW + timedelta(seconds=90), is_lively=False)

    assert world.bases[base.base_id].last_ally_time == world.game_time


def test_structures_decay_only_where_nobody_was_for_too_long(world: World) -> None:
    scene = pulse_of(world).scene
    (due, *_) = [base for base in works.overdue(scene) if base.team in world.tribes]
    standing = len(works.structures_of(scene, due))

    told = works.decay(scene, due, 2)

    assert len(told) == 2
    assert all(" was auto-decay destroyed!" in line.text for line in told)
    assert len(works.structures_of(scene, due)) == standing - 2
    assert all(world.game_time - base.last_ally_time > 4 * works.DAY for base in works.overdue(scene))


def test_a_tame_belongs_to_the_tribe_and_is_told_twice(world: World) -> None:
    scene = pulse_of(world).scene
    survivor = next(each for each in world.survivors.values() if each.tribe_id is not None)
    before = len(scene.tames_of(survivor))

    told = hunts.tame(scene, survivor)

    assert len(scene.tames_of(survivor)) == before + 1
    assert len(told) == 2
    assert f" of Tribe {scene.tribe_name(survivor)} Tamed " in told[1].text


def test_a_frozen_creature_leaves_the_world_until_it_is_let_out(world: World) -> None:
    scene = pulse_of(world).scene
    survivor = next(each for each in world.survivors.values() if scene.tames_of(each))
    creature = scene.tames_of(survivor)[0]

    hunts.freeze(scene, survivor, creature)
    frozen = [each.number for each in scene.tames_of(survivor)]
    hunts.thaw(scene, survivor)

    assert creature.number not in frozen
    assert creature.number in [each.number for each in scene.tames_of(survivor)]


def test_who_left_is_seen_last_when_they_left(world: World) -> None:
    pulse = pulse_of(world)
    survivor = next(iter(world.survivors.values()))
    arrivals.join(pulse.scene, survivor)
    pulse.step(NOW + timedelta(seconds=40), is_lively=False)

    arrivals.leave(pulse.scene, world.survivors[survivor.player_id])

    assert world.survivors[survivor.player_id].last_seen_time == world.game_time
    assert arrivals.leave(pulse.scene, survivor) == []


def test_the_world_neither_empties_nor_fills_up(world: World) -> None:
    run(world, seconds=3600, speed=10)

    assert 2 <= len(world.online) <= 10
    assert 400 < len(world.structures) < 3000
    assert 30 < len(world.creatures) < 400
    assert all(structure.kind in KINDS for structure in world.structures.values())
    assert all(structure.base_id in world.bases for structure in world.structures.values())
    assert all(tribe.owner_id in tribe.member_ids for tribe in world.tribes.values())
    for survivor in world.survivors.values():
        tribe = world.tribe_of(survivor)
        assert (tribe is None) == (survivor.team == survivor.player_id)
        assert tribe is None or survivor.player_id in tribe.member_ids
