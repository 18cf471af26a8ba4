"""What happens next: events drawn from the dice, every few seconds, as long as time passes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from sandbox.ark.life import arrivals, hunts, politics, works
from sandbox.ark.life.build import extend_base
from sandbox.ark.life.people import ADMIN_COMMANDS, CHATTER, PLACES
from sandbox.ark.life.scene import Scene
from sandbox.ark.lines import Line, Voice
from sandbox.ark.world import Survivor, World

# At speed 1 something happens about every five seconds: enough to watch, few enough to read.
MEAN_SECONDS = 5.0
# After a long pause of the clock (a laptop that slept) not every missed event is made up for.
MOST_EVENTS_AT_ONCE = 200
# Nobody builds without end, so that saves stay quick to write.
LARGEST_BASE = 260
MOST_TAMES = 25
# A map is never empty for long, nor crowded.
WANTED_ONLINE = range(3, 9)

Act = Callable[[Scene], list[Line]]


class Pulse:
    """The heartbeat of one world; the same seed and the same steps give the same lines."""

    def __init__(self, world: World, voice: Voice, rng: Random, now: datetime, *, speed: float = 1.0) -> None:
        self._scene = Scene(world=world, rng=rng, voice=voice, now=now)
        self._speed = speed
        self._stepped_at = now
        self._next_at = now + timedelta(seconds=1)

    @property
    def scene(self) -> Scene:
        """The world as acts see it."""
        return self._scene

    def step(self, now: datetime, *, is_lively: bool = True) -> list[Line]:
        """Let time pass until ``now`` and return the lines of what happened."""
        world = self._scene.world
        if now < self._stepped_at:
            # The clock was set back: the world's own does not follow, and life goes on from here.
            self.skip(now)
            self._next_at = now
        world.game_time += (now - self._stepped_at).total_seconds()
        self._stepped_at, self._scene.now = now, now
        _visit(world)
        told: list[Line] = []
        for _ in range(MOST_EVENTS_AT_ONCE):
            if not is_lively or self._next_at > now:
                break
            told += self._happen()
            self._next_at += timedelta(seconds=self._scene.rng.expovariate(self._speed / MEAN_SECONDS))
        if self._next_at <= now:
            self._next_at = now + timedelta(seconds=1)
        return told

    def skip(self, now: datetime) -> None:
        """Let the time until ``now`` be lost, as for a server that was frozen."""
        self._stepped_at = now
        self._next_at = max(self._next_at, now)

    def _happen(self) -> list[Line]:
        """Draw acts until one is possible; while few are on, mostly somebody comes."""
        scene = self._scene
        if len(scene.world.online) < WANTED_ONLINE.start and scene.rng.random() < 0.6:
            return _come(scene)
        for _ in range(6):
            (act,) = self._scene.rng.choices(list(ACTS), weights=list(ACTS.values()))
            told = act(self._scene)
            if told:
                return told
        return []


def _visit(world: World) -> None:
    """Move the decay clock of every base that somebody of its tribe is near."""
    for home in world.online.values():
        if home is not None and home in world.bases:
            world.bases[home] = replace(world.bases[home], last_ally_time=world.game_time)


def _come(scene: Scene) -> list[Line]:
    coming = scene.offline()
    if not coming or len(scene.world.online) >= WANTED_ONLINE.stop:
        return []
    return arrivals.join(scene, scene.rng.choice(coming))


def _go(scene: Scene) -> list[Line]:
    if len(scene.world.online) <= WANTED_ONLINE.start:
        return []
    return arrivals.leave(scene, scene.rng.choice(scene.online()))


def _glimpse(scene: Scene) -> list[Line]:
    away = scene.offline()
    return arrivals.give_up_joining(scene, scene.rng.choice(away)) if away else []


def _talk(scene: Scene) -> list[Line]:
    survivor = _someone(scene)
    if survivor is None:
        return []
    text = scene.rng.choice([text for text in CHATTER if text not in scene.said])
    scene.said.append(text)
    text = text.replace("{place}", scene.rng.choice(PLACES))
    return arrivals.say(scene, survivor, text)


def _command(scene: Scene) -> list[Line]:
    admins = [survivor for survivor in scene.online() if survivor.is_admin]
    if not admins:
        return []
    admin = scene.rng.choice(admins)
    text = scene.rng.choice(ADMIN_COMMANDS).replace("{player_id}", str(admin.player_id))
    return arrivals.command(scene, admin, text)


def _tame(scene: Scene) -> list[Line]:
    return _gain(scene, hunts.tame)


def _claim(scene: Scene) -> list[Line]:
    return _gain(scene, hunts.claim)


def _download(scene: Scene) -> list[Line]:
    return _gain(scene, hunts.download)


def _gain(scene: Scene, act: Callable[[Scene, Survivor], list[Line]]) -> list[Line]:
    """Let somebody come by a creature; who has many already sends one away instead."""
    survivor = _someone(scene)
    if survivor is None:
        return []
    owned = [each for each in scene.world.creatures.values() if each.team == survivor.team]
    if len(owned) >= MOST_TAMES:
        return hunts.upload(scene, survivor, scene.rng.choice(owned))
    return act(scene, survivor)


def _die(scene: Scene) -> list[Line]:
    victim = _someone(scene)
    if victim is None:
        return []
    hunters = scene.wild(hunters=True)
    others = [survivor for survivor in scene.online() if survivor.team != victim.team]
    chance = scene.rng.random()
    if chance < 0.15:
        return hunts.survivor_dies(scene, victim, None)
    if chance < 0.4 and others:
        return hunts.survivor_dies(scene, victim, scene.rng.choice(others))
    return hunts.survivor_dies(scene, victim, scene.rng.choice(hunters)) if hunters else []


def _with_tame(scene: Scene) -> list[Line]:
    """Let something happen to one of somebody's creatures; a tribe keeps its last two."""
    survivor = _someone(scene)
    if survivor is None:
        return []
    tames = scene.tames_of(survivor)
    if len(tames) < 3 or survivor.tribe_id is None:
        return hunts.thaw(scene, survivor)
    tame = scene.rng.choice(tames)
    hunters = scene.wild(hunters=True)
    choices: list[Callable[[], list[Line]]] = [
        lambda: hunts.creature_dies(scene, tame, scene.rng.choice([*hunters, None, None])),
        lambda: hunts.freeze(scene, survivor, tame),
        lambda: hunts.freeze(scene, survivor, tame),
        lambda: hunts.starve(scene, tame),
        lambda: hunts.unclaim(scene, survivor, tame),
        lambda: hunts.upload(scene, survivor, tame),
        lambda: hunts.capture(scene, survivor, tame, is_release=scene.rng.random() < 0.5),
        lambda: hunts.destroy_soul(scene, survivor, tame),
    ]
    return scene.rng.choice(choices)()


def _build(scene: Scene) -> list[Line]:
    """Build a few pieces where somebody is at home; the game logs nothing of it."""
    at_home = [(player, home) for player, home in scene.world.online.items() if home is not None]
    if at_home:
        player_id, home = scene.rng.choice(at_home)
        base = scene.world.bases[home]
        if len(works.structures_of(scene, base)) < LARGEST_BASE:
            for _ in range(scene.rng.randrange(1, 4)):
                extend_base(scene.world, scene.rng, base, placer=player_id, now=scene.now)
    return []


def _demolish(scene: Scene) -> list[Line]:
    for player_id, home in scene.world.online.items():
        base = None if home is None else scene.world.bases.get(home)
        if base is not None:
            standing = works.structures_of(scene, base)
            # Nobody takes down the last of it.
            if len(standing) > 12:
                return works.demolish(scene, scene.world.survivors[player_id], standing[0])
    return []


def _raid(scene: Scene) -> list[Line]:
    attacker = _someone(scene)
    bases = [
        base for base in scene.world.bases.values() if attacker is not None and base.team != attacker.team
    ]
    if attacker is None or not bases:
        return []
    standing = works.structures_of(scene, scene.rng.choice(bases))
    if len(standing) < 12:
        return []
    if scene.rng.random() < 0.4:
        return works.destroy(scene, standing[0])
    return works.raid(scene, attacker, standing[0], with_charge=scene.rng.random() < 0.5)


def _decay(scene: Scene) -> list[Line]:
    due = works.overdue(scene)
    return works.decay(scene, scene.rng.choice(due), scene.rng.randrange(1, 3)) if due else []


def _tribe(scene: Scene) -> list[Line]:
    """Let a tribe take in a loner, or lose a plain member."""
    world = scene.world
    loners = [survivor for survivor in scene.online() if survivor.tribe_id is None]
    tribe = scene.rng.choice(list(world.tribes.values()))
    owner = world.survivors[tribe.owner_id]
    if owner.player_id not in world.online:
        return []
    if len(loners) > 1:
        return politics.add_member(scene, tribe, scene.rng.choice(loners), scene.rng.choice([owner, None]))
    plain = [world.survivors[player] for player in tribe.member_ids if player != tribe.owner_id]
    if not plain:
        return []
    member = scene.rng.choice(plain)
    if member.player_id in tribe.admin_ids:
        return politics.demote(scene, tribe, member, owner)
    if scene.rng.random() < 0.3 and len(plain) > 1:
        return politics.remove_member(scene, tribe, member, scene.rng.choice([owner, None]))
    if scene.rng.random() < 0.5:
        return politics.promote(scene, tribe, member, owner)
    return politics.set_rank(scene, tribe, member, owner, scene.rng.choice(["Recruit", "Builder", "Trust"]))


def _someone(scene: Scene) -> Survivor | None:
    online = scene.online()
    return scene.rng.choice(online) if online else None


# How often each happens, against the others.
ACTS: dict[Act, int] = {
    _come: 18,
    _go: 10,
    _glimpse: 1,
    _talk: 34,
    _command: 3,
    _tame: 6,
    _claim: 3,
    _die: 8,
    _with_tame: 8,
    _download: 2,
    _build: 10,
    _demolish: 4,
    _raid: 3,
    _decay: 2,
    _tribe: 3,
}
