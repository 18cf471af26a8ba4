"""Creatures and fights: tames, claims, deaths, cryopods, hunger, transfers."""

from __future__ import annotations

from dataclasses import replace

from sandbox.ark import lines
from sandbox.ark.kinds import SPECIES
from sandbox.ark.life.creatures import add_wild, own
from sandbox.ark.life.scene import Scene, spread
from sandbox.ark.lines import Being, Colour, Line
from sandbox.ark.world import Creature, Game, Survivor, Tribe


def step_ms(scene: Scene) -> int:
    """Return how far apart the lines of one event are: some milliseconds on ASA, none on ASE."""
    return 8 if scene.world.game is Game.ASA else 0


def tame(scene: Scene, survivor: Survivor, creature: Creature | None = None) -> list[Line]:
    """Make a wild creature the survivor's: the tribe reads it, then everybody."""
    wild = scene.wild()
    if creature is None:
        creature = scene.rng.choice(wild) if wild else add_wild(scene.world, scene.rng)
    tamed = own(scene.world, scene.rng, creature, survivor)
    add_wild(scene.world, scene.rng)
    label = SPECIES[tamed.species].label
    being = Being(name=label, level=tamed.level, species=label)
    text = f"{survivor.name} Tamed {lines.tamed_text(scene.voice, being)}!"
    tribe = scene.world.tribe_of(survivor)
    public = lines.tamed_public(scene.voice, survivor.name, scene.tribe_name(survivor), being)
    return spread([*scene.tell_tribe(tribe, text, Colour.GREEN), public], step_ms=step_ms(scene))


def claim(scene: Scene, survivor: Survivor) -> list[Line]:
    """Let a survivor claim a newborn."""
    if scene.world.tribe_of(survivor) is None:
        return []
    baby = own(scene.world, scene.rng, add_wild(scene.world, scene.rng), survivor)
    label = SPECIES[baby.species].label
    name = lines.called(scene.voice, Being(name=f"Baby {label}", level=baby.level, species=label))
    return scene.tell_tribe(
        scene.world.tribe_of(survivor), f"{survivor.name} claimed '{name}'!", Colour.PURPLE
    )


def unclaim(scene: Scene, survivor: Survivor, creature: Creature) -> list[Line]:
    """Let a survivor set a creature free."""
    being = scene.creature_being(creature)
    del scene.world.creatures[creature.number]
    text = f"{survivor.name} unclaimed '{lines.called(scene.voice, being)}'!"
    return scene.tell_tribe(scene.world.tribe_of(survivor), text, Colour.YELLOW)


def survivor_dies(scene: Scene, victim: Survivor, killer: Survivor | Creature | None) -> list[Line]:
    """Kill a survivor: their tribe reads it, the killer's tribe does, and everybody."""
    return _death(scene, scene.survivor_being(victim), scene.world.tribe_of(victim), killer)


def creature_dies(scene: Scene, victim: Creature, killer: Survivor | Creature | None) -> list[Line]:
    """Kill a creature that somebody owns."""
    being = scene.creature_being(victim)
    tribe = scene.world.tribes.get(victim.team)
    del scene.world.creatures[victim.number]
    return _death(scene, being, tribe, killer)


def _death(
    scene: Scene, victim: Being, owners: Tribe | None, killer: Survivor | Creature | None
) -> list[Line]:
    by = _killer_being(scene, killer)
    told = scene.tell_tribe(owners, lines.death_of_ours(scene.voice, victim, by), Colour.RED)
    team = 0 if killer is None else killer.team
    told += scene.tell_tribe(
        scene.world.tribes.get(team), lines.kill_by_us(scene.voice, victim), Colour.PURPLE
    )
    return spread([*told, lines.death_public(scene.voice, victim, by)], step_ms=step_ms(scene))


def _killer_being(scene: Scene, killer: Survivor | Creature | None) -> Being | None:
    if killer is None:
        return None
    return scene.survivor_being(killer) if isinstance(killer, Survivor) else scene.creature_being(killer)


def freeze(scene: Scene, survivor: Survivor, creature: Creature) -> list[Line]:
    """Put a creature into a cryopod: it leaves the world. The line has no colour, and sometimes the name alone."""
    scene.world.creatures[creature.number] = replace(creature, in_cryopod=True)
    being = scene.creature_being(creature)
    what = being.name if scene.rng.random() < 0.3 else lines.called(scene.voice, being)
    return scene.tell_tribe(scene.world.tribe_of(survivor), f"{survivor.name} froze {what}")


def thaw(scene: Scene, survivor: Survivor) -> list[Line]:
    """Let frozen creatures out again; the game does not log it."""
    for creature in list(scene.world.creatures.values()):
        if creature.in_cryopod and creature.team == survivor.team:
            scene.world.creatures[creature.number] = replace(creature, in_cryopod=False, place=survivor.place)
    return []


def starve(scene: Scene, creature: Creature) -> list[Line]:
    """Let a creature die of hunger; only its tribe reads it."""
    being = scene.creature_being(creature)
    del scene.world.creatures[creature.number]
    tribe = scene.world.tribes.get(creature.team)
    return scene.tell_tribe(tribe, f"{lines.called(scene.voice, being)} starved to death!")


def upload(scene: Scene, survivor: Survivor, creature: Creature) -> list[Line]:
    """Send a creature to the ARK's data; the line ends without a mark."""
    being = scene.creature_being(creature)
    del scene.world.creatures[creature.number]
    text = f"{survivor.name} uploaded a {being.species}: {being.name} - {scene.voice.level} {being.level}"
    return scene.tell_tribe(scene.world.tribe_of(survivor), text, Colour.UPLOAD)


def download(scene: Scene, survivor: Survivor) -> list[Line]:
    """Fetch a creature from the ARK's data."""
    being = scene.creature_being(own(scene.world, scene.rng, add_wild(scene.world, scene.rng), survivor))
    text = f"{survivor.name} downloaded a dino: {being.name} - {scene.voice.level} {being.level}"
    return scene.tell_tribe(scene.world.tribe_of(survivor), text, Colour.DOWNLOAD)


def capture(scene: Scene, survivor: Survivor, creature: Creature, *, is_release: bool) -> list[Line]:
    """Write what a storage mod writes: name, sex and level, both ids, and who."""
    being = scene.creature_being(creature)
    sex = "F" if creature.is_female else "M"
    what = f"{being.name} ({sex} - lvl {being.level}) ({creature.id1}, {creature.id2})"
    how = "released" if is_release else "captured"
    return scene.tell_tribe(scene.world.tribe_of(survivor), f"{what} {how} by {survivor.name}")


def destroy_soul(scene: Scene, survivor: Survivor, creature: Creature) -> list[Line]:
    """Write what a soul mod writes when a stored creature is destroyed."""
    being = scene.creature_being(creature)
    del scene.world.creatures[creature.number]
    sex = "Female" if creature.is_female else "Male"
    text = f"{being.name} {sex} (Lvl {being.level} {being.species}) Soul was destroyed by {survivor.name}!"
    return scene.tell_tribe(scene.world.tribe_of(survivor), text, Colour.SOUL)
