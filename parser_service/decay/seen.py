"""When anyone of each tribe was last seen in the game."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from parser_service.saves.columns import Float64Array, Int64Array, Members, Survivors

# ASE writes its clock in single precision: half a second, and more on very old worlds.
CLOCK_SLACK: Final = 60.0
"""Seconds by which a time may be later than the world's clock and still be believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TribesSeen:
    """When anyone of each tribe was last seen, as its survivors tell it.

    Attributes
    ----------
    tribe_id : ndarray of shape (n,), int64
        Ascending, unique. A player without a tribe owns things under the player's id, so those ids are here too.
    time : ndarray of shape (n,), float64
        Seconds of the world's own clock.
    """

    tribe_id: Int64Array
    time: Float64Array

    def __post_init__(self) -> None:
        if len(self.tribe_id) != len(self.time):
            message = "columns of unequal length"
            raise ValueError(message)

    def of(self, tribe_id: Int64Array) -> Float64Array:
        """Return when each of these tribes was last seen; NaN where no survivor tells."""
        if not len(self.tribe_id):
            return np.full(len(tribe_id), np.nan)
        row = np.minimum(np.searchsorted(self.tribe_id, tribe_id), len(self.tribe_id) - 1)
        return np.where(self.tribe_id[row] == tribe_id, self.time[row], np.nan)


def tribes_seen(survivors: Survivors, members: Members, *, game_time: float) -> TribesSeen:
    """Return when anyone of each tribe was last seen, by its survivors' logins and bodies.

    A survivor counts for the tribe that the profile names, and for those whose lists have the player as a member.
    Times later than the world's clock are those of other maps' clocks, and are not believed.
    """
    known = survivors.last_seen_time <= game_time + CLOCK_SLACK
    player, tribe, time = (
        survivors.player_id[known],
        survivors.tribe_id[known],
        survivors.last_seen_time[known],
    )
    own = _latest(player, time)
    in_tribe = tribe != 0
    listed = own.of(members.player_id)
    in_list = ~np.isnan(listed)
    return _latest(
        np.concatenate((player, tribe[in_tribe], members.tribe_id[in_list])),
        np.concatenate((time, time[in_tribe], listed[in_list])),
    )


def _latest(ids: Int64Array, times: Float64Array) -> TribesSeen:
    """Return each id once, ascending, with the latest of its times."""
    unique, row = np.unique(ids, return_inverse=True)
    latest = np.full(len(unique), -np.inf)
    np.maximum.at(latest, row, times)
    return TribesSeen(tribe_id=unique, time=latest)
