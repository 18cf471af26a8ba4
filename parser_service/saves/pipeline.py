"""One save all the way, in one call: what a worker process runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from parser_service.bases.columns import BaseColumns
from parser_service.bases.summary import label_structures, summarise
from parser_service.bases.union import IndexArray
from parser_service.decay.instants import Decay, decay_of, to_real
from parser_service.decay.policy import DecayPolicy
from parser_service.decay.seen import tribes_seen
from parser_service.saves.columns import Float64Array, World
from parser_service.saves.world import read_world


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedSave:
    """A save as columns: its world, its bases, its decay; cheap to send from one process to another.

    Attributes
    ----------
    saved_at : datetime
        When the world was saved, aware.
    base_of : ndarray of shape (structures,), int64
        Each structure's row in ``bases``, -1 for none.
    first_decay_at, last_decay_at : ndarray of shape (bases,), float64
        Seconds since 1970, UTC; NaN never or unknown. ``decay.to_instant`` makes a datetime of one.
    """

    world: World
    bases: BaseColumns
    base_of: IndexArray
    decay: Decay
    saved_at: datetime
    first_decay_at: Float64Array
    last_decay_at: Float64Array


def decode(
    path: Path,
    *,
    radius: float,
    minimum: int,
    policy: DecayPolicy,
    saved_at: datetime,
    dimensions: int = 3,
    tribe_folder: Path | None = None,
) -> DecodedSave:
    """Return a save as columns; raise ``SaveError`` with the reason where it cannot be read.

    Parameters
    ----------
    path : Path
        The save; it must not change meanwhile.
    radius, minimum, dimensions
        What makes a base: see ``label_structures``. The radius is in Unreal units.
    policy : DecayPolicy
        How structures decay on that server.
    saved_at : datetime
        When the world was saved, aware: the instant that goes with the save's own clock.
    tribe_folder : Path, optional
        Where the tribes' files lie, if not beside the save.
    """
    world = read_world(path, tribe_folder=tribe_folder)
    seen = tribes_seen(world.survivors, world.members, game_time=world.game_time)
    decay = decay_of(world.structures, policy, game_time=world.game_time, seen=seen)
    labels = label_structures(world.structures, radius, minimum=minimum, dimensions=dimensions)
    bases = summarise(world, labels, decay=decay, policy=policy, radius=radius)
    game_time = world.game_time
    return DecodedSave(
        world=world,
        bases=bases,
        base_of=labels,
        decay=decay,
        saved_at=saved_at,
        first_decay_at=to_real(bases.first_decay_time, game_time=game_time, saved_at=saved_at),
        last_decay_at=to_real(bases.last_decay_time, game_time=game_time, saved_at=saved_at),
    )
