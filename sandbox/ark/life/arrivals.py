"""Coming, going and talking."""

from __future__ import annotations

from dataclasses import replace

from sandbox.ark import lines
from sandbox.ark.life.scene import Scene
from sandbox.ark.lines import Line
from sandbox.ark.world import Game, Survivor


def join(scene: Scene, survivor: Survivor) -> list[Line]:
    """Bring a survivor on, near one of their bases if they have any."""
    world = scene.world
    if survivor.player_id in world.online:
        return []
    homes = [base.base_id for base in world.bases.values() if base.team == survivor.team]
    home = scene.rng.choice([*homes, None])
    world.online[survivor.player_id] = home
    place = survivor.place if home is None else world.bases[home].place
    world.survivors[survivor.player_id] = replace(survivor, place=place)
    arrival = lines.joined(scene.voice, survivor.platform_name, survivor.account)
    if world.game is Game.ASE:
        return [arrival]
    # Addresses for documentation (RFC 5737): nobody's.
    address = f"203.0.113.{scene.rng.randrange(1, 255)}"
    return [lines.incoming(survivor.account, address), replace(arrival, after_ms=40)]


def leave(scene: Scene, survivor: Survivor, *, has_id: bool = True) -> list[Line]:
    """Take a survivor off; their character stays, asleep."""
    world = scene.world
    if survivor.player_id not in world.online:
        return []
    del world.online[survivor.player_id]
    world.survivors[survivor.player_id] = replace(survivor, last_seen_time=world.game_time)
    return [lines.left(scene.voice, survivor.platform_name, survivor.account if has_id else "")]


def say(scene: Scene, survivor: Survivor, text: str) -> list[Line]:
    """Let a survivor say something in global chat."""
    return [lines.chat(scene.voice, survivor.platform_name, survivor.name, text)]


def give_up_joining(scene: Scene, survivor: Survivor) -> list[Line]:
    """Somebody connects and goes before they are in: the leave line bears an empty id (ASA, 2026)."""
    if scene.world.game is Game.ASE or survivor.player_id in scene.world.online:
        return []
    return [
        lines.incoming(survivor.account, "203.0.113.7"),
        replace(lines.left(scene.voice, survivor.platform_name, ""), after_ms=400),
    ]


def command(scene: Scene, survivor: Survivor, text: str) -> list[Line]:
    """Let an admin use a command in the game; older builds call the account ``SteamID``."""
    field = "PlatformID" if scene.world.game is Game.ASA else "SteamID"
    return [
        lines.admin_command(text, survivor.platform_name, survivor.player_id, survivor.account, field=field)
    ]
