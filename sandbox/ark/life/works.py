"""Structures: demolished, destroyed, blown up, decayed."""

from __future__ import annotations

from sandbox.ark import lines
from sandbox.ark.kinds import KINDS
from sandbox.ark.life.scene import Scene
from sandbox.ark.lines import Colour, Line
from sandbox.ark.world import Base, Structure, Survivor, Tribe

DAY = 86_400.0
# Official periods in days (ark.wiki.gg, Building).
DECAY_DAYS = {"thatch": 4, "wood": 8, "stone": 12, "metal": 16, "tek": 20}


def demolish(scene: Scene, survivor: Survivor, structure: Structure) -> list[Line]:
    """Let a survivor take down what is theirs."""
    name = _named(structure)
    _remove(scene, structure)
    text = f"{survivor.name} demolished a '{name}'!"
    return scene.tell_tribe(scene.world.tribe_of(survivor), text, Colour.YELLOW)


def destroy(scene: Scene, structure: Structure) -> list[Line]:
    """Let a structure fall without anybody being named."""
    owner = _owner(scene, structure)
    _remove(scene, structure)
    return scene.tell_tribe(owner, f"Your '{_named(structure)}' was destroyed!", Colour.RED)


def raid(scene: Scene, attacker: Survivor, structure: Structure, *, with_charge: bool) -> list[Line]:
    """Let somebody destroy another tribe's structure: both tribes read it, each in its own words."""
    base = scene.world.bases[structure.base_id]
    owner = _owner(scene, structure)
    name = _named(structure)
    _remove(scene, structure)
    who = "C4 Charge" if with_charge else f"{attacker.name} - {scene.voice.level} {attacker.level}"
    told = scene.tell_tribe(owner, f"{who} destroyed your '{name}'!", Colour.RED)
    theirs = f"{who} destroyed their '{name} ({base.owner_name})')!"
    return [*told, *scene.tell_tribe(scene.world.tribe_of(attacker), theirs, Colour.ORANGE, after_ms=9)]


def decay(scene: Scene, base: Base, count: int) -> list[Line]:
    """Let a few structures of a base go whose time is over."""
    told: list[Line] = []
    owner = scene.world.tribes.get(base.team)
    for structure in structures_of(scene, base)[:count]:
        _remove(scene, structure)
        told += scene.tell_tribe(owner, f"Your '{_named(structure)}' was auto-decay destroyed!", Colour.RED)
    return told


def overdue(scene: Scene) -> list[Base]:
    """Return the bases that nobody visited for longer than their material lasts, and that still stand."""
    world = scene.world
    standing = {structure.base_id for structure in world.structures.values()}
    return [
        base
        for base in world.bases.values()
        if base.base_id in standing and world.game_time - base.last_ally_time > DECAY_DAYS[base.tier] * DAY
    ]


def structures_of(scene: Scene, base: Base) -> list[Structure]:
    """Return a base's structures, the last built first."""
    found = [structure for structure in scene.world.structures.values() if structure.base_id == base.base_id]
    return found[::-1]


def _owner(scene: Scene, structure: Structure) -> Tribe | None:
    return scene.world.tribes.get(scene.world.bases[structure.base_id].team)


def _remove(scene: Scene, structure: Structure) -> None:
    scene.world.structures.pop(structure.structure_id, None)


def _named(structure: Structure) -> str:
    return lines.structure(KINDS[structure.kind].label, is_locked=structure.is_locked)
