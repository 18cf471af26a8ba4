"""The tribes of a save as ASV lists them: with their members, their counts and their logs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import numpy as np

from parser_service.archive.reading import ArchivedSave
from parser_service.decay.instants import to_instant, to_real
from parser_service.exporting.asv_values import Row, team_of
from parser_service.exporting.sheets import iso
from parser_service.saves.columns import World


def tribes(save: ArchivedSave) -> Iterator[Row]:
    """Yield all teams that have something or somebody: tribes, survivors without one, and what is nobody's."""
    world = save.world
    names, members, active = team_of(world), _members(world), _active(save)
    structures = Counter(world.structures.tribe_id.tolist())
    tames = Counter(world.tames.tribe_id.tolist())
    for team in sorted({*world.tribes.tribe_id.tolist(), *structures, *tames, *members}):
        entry: Row = {"tribeid": team, "tribe": names.get(team, ""), "players": len(members[team])}
        if members[team]:
            entry["members"] = members[team]
        yield entry | {
            "tames": tames[team],
            "structures": structures[team],
            "active": active.get(team),
        }


def tribe_logs(save: ArchivedSave) -> Iterator[Row]:
    """Yield the tribes with their logs, as the game wrote them."""
    world = save.world
    lines: defaultdict[int, list[str]] = defaultdict(list)
    for tribe_id, line in zip(world.tribe_logs.tribe_id.tolist(), world.tribe_logs.lines, strict=True):
        lines[tribe_id].append(line)
    for tribe_id, name in zip(world.tribes.tribe_id.tolist(), world.tribes.names, strict=True):
        logs = {"logs": lines[tribe_id]} if lines[tribe_id] else {}
        yield {"tribeid": tribe_id, "tribe": name} | logs


def _teams(world: World) -> list[int]:
    """Return each survivor's team: the tribe, else the survivor's own id, as ASV's tribes of one have it."""
    table = world.survivors
    teams: list[int] = np.where(table.tribe_id != 0, table.tribe_id, table.player_id).tolist()
    return teams


def _members(world: World) -> defaultdict[int, list[Row]]:
    """Return the survivors of each team; numbers are texts here, as ASV has them."""
    table = world.survivors
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row, team in enumerate(_teams(world)):
        found[team].append(
            {
                "ign": table.names[row],
                "lvl": str(table.level[row]),
                "playerid": str(table.player_id[row]),
                "playername": table.platform_names[row],
                "steamid": table.accounts[row],
            }
        )
    return found


def _active(save: ArchivedSave) -> dict[int, str]:
    """Return when a survivor of each team was last seen; a time after the save is of another map's clock."""
    table, latest = save.world.survivors, save.saved_at.timestamp() + 1
    real = to_real(table.last_seen_time, game_time=save.world.game_time, saved_at=save.saved_at)
    found: dict[int, float] = {}
    for team, seconds in zip(_teams(save.world), real.tolist(), strict=True):
        if seconds <= latest:
            found[team] = max(seconds, found.get(team, seconds))
    instants = {team: to_instant(seconds) for team, seconds in found.items()}
    return {team: iso(instant) for team, instant in instants.items() if instant is not None}
