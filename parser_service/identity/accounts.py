"""Which account plays which survivor, and which accounts cannot be one person's."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

import numpy as np

from parser_service.saves.columns import SurvivorSource, World
from parser_service.storable import storable
from shared.domain.accounts import read_platform_id
from shared.ids import PlatformId, TribeId
from shared.store.survivor_accounts import SurvivorAccount

# The game bounds names to some dozens of characters; a file may say anything.
_NAME_LIMIT: Final = 200
# No server has seen nearly so many survivors; a damaged file may claim to.
_MOST: Final = 100_000


def read_accounts(world: World) -> tuple[SurvivorAccount, ...]:
    """Return the survivors whose account is known; ids that identify nobody are left out."""
    survivors = world.survivors
    columns = zip(
        survivors.accounts,
        survivors.player_id.tolist(),
        survivors.names,
        survivors.platform_names,
        survivors.tribe_id.tolist(),
        strict=True,
    )
    found = {
        (account, player_id): SurvivorAccount(
            account=account,
            player_id=player_id,
            survivor=game_name(name),
            platform_name=game_name(platform_name),
            tribe_id=TribeId(tribe_id),
        )
        for text, player_id, name, platform_name, tribe_id in columns
        if (account := read_platform_id(text)) is not None
    }
    return tuple(found.values())[:_MOST]


def shared_accounts(world: World) -> tuple[PlatformId, ...]:
    """Return the accounts of two or more survivors who live at once: the game gives an account one on each map.

    A survivor lives where a body of theirs does; profiles of those who died may lie about for years.
    """
    survivors = world.survivors
    lives = ~np.isnan(survivors.x) & ~survivors.is_dead
    bodies: defaultdict[PlatformId, set[int]] = defaultdict(set)
    for row in np.flatnonzero(lives).tolist():
        account = read_platform_id(survivors.accounts[row])
        if account is not None and survivors.sources[row] is not SurvivorSource.PAWN:
            bodies[account].add(int(survivors.player_id[row]))
    return tuple(sorted(account for account, players in bodies.items() if len(players) > 1))


def game_name(text: str) -> str:
    """Return a name as it is stored."""
    return storable(text[:_NAME_LIMIT]).strip()
