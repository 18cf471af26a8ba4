"""Tribes: joining, leaving, ranks. A change of membership has a line for the tribe and one for everybody."""

from __future__ import annotations

from dataclasses import replace

from sandbox.ark import lines
from sandbox.ark.life.scene import Scene
from sandbox.ark.lines import Colour, Line
from sandbox.ark.world import Survivor, Tribe


def add_member(scene: Scene, tribe: Tribe, survivor: Survivor, by: Survivor | None) -> list[Line]:
    """Take a loner into a tribe."""
    world = scene.world
    world.survivors[survivor.player_id] = replace(survivor, tribe_id=tribe.tribe_id, team=tribe.tribe_id)
    world.tribes[tribe.tribe_id] = replace(tribe, member_ids=(*tribe.member_ids, survivor.player_id))
    inviter = "" if by is None else f" by {by.name}"
    told = scene.tell_tribe(tribe, f"{survivor.name} was added to the Tribe{inviter}!", Colour.CYAN)
    invited = None if by is None else (by.name, by.player_id)
    return [
        *told,
        lines.tribe_joined_public(survivor.name, survivor.player_id, tribe.name, tribe.tribe_id, invited),
    ]


def remove_member(scene: Scene, tribe: Tribe, survivor: Survivor, by: Survivor | None) -> list[Line]:
    """Let somebody leave a tribe, or be thrown out of it."""
    world = scene.world
    told = scene.tell_tribe(
        tribe,
        f"{survivor.name} was removed from the Tribe{'' if by is None else f' by {by.name}'}!",
        Colour.YELLOW,
    )
    tribe = world.tribes[tribe.tribe_id]
    rest = tuple(player for player in tribe.member_ids if player != survivor.player_id)
    admins = tuple(player for player in tribe.admin_ids if player != survivor.player_id)
    world.tribes[tribe.tribe_id] = replace(tribe, member_ids=rest, admin_ids=admins)
    world.survivors[survivor.player_id] = replace(survivor, tribe_id=None, team=survivor.player_id)
    remover = None if by is None else (by.name, by.player_id)
    return [
        *told,
        lines.tribe_left_public(survivor.name, survivor.player_id, tribe.name, tribe.tribe_id, remover),
    ]


def promote(scene: Scene, tribe: Tribe, survivor: Survivor, by: Survivor) -> list[Line]:
    """Make a member an admin of the tribe."""
    text = f"{survivor.name} was promoted to a Tribe Admin by {by.name}!"
    told = scene.tell_tribe(tribe, text, Colour.BLUE)
    tribe = scene.world.tribes[tribe.tribe_id]
    scene.world.tribes[tribe.tribe_id] = replace(tribe, admin_ids=(*tribe.admin_ids, survivor.player_id))
    return told


def demote(scene: Scene, tribe: Tribe, survivor: Survivor, by: Survivor) -> list[Line]:
    """Take an admin's rank away; newer builds name both by id here."""
    names = f"{survivor.name} with ID {survivor.player_id} was demoted from Tribe Admin by {by.name} with ID {by.player_id}!"
    told = scene.tell_tribe(tribe, names, Colour.YELLOW)
    tribe = scene.world.tribes[tribe.tribe_id]
    admins = tuple(player for player in tribe.admin_ids if player != survivor.player_id)
    scene.world.tribes[tribe.tribe_id] = replace(tribe, admin_ids=admins)
    return told


def set_rank(scene: Scene, tribe: Tribe, survivor: Survivor, by: Survivor, group: str) -> list[Line]:
    """Put a member into a rank group."""
    text = f"{survivor.name} with ID {survivor.player_id} set to Rank Group {group} by {by.name} with ID {by.player_id}!"
    return scene.tell_tribe(tribe, text, Colour.BLUE)
