"""Building: foundations on a lattice, walls around, ceilings above, and the things people put inside."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from sandbox.ark.kinds import KINDS
from sandbox.ark.world import Base, Place, Structure, World

# A foundation is 3 m wide, a wall 3 m high: the game's building grid.
GRID_UU = 300.0
# The game's own form of an instant, as in OriginalPlacedTimeStamp of real worlds.
STAMP = "%Y.%m.%d-%H.%M.%S"
FURNITURE = ("bed", "large_box", "small_box", "mortar", "campfire", "forge", "smithy", "fabricator", "turret")
# Pieces were placed one after another, this far apart.
PLACING_SECONDS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseShape:
    """How large a base is, in foundations, and of what material."""

    tier: str
    width: int
    depth: int
    floors: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """One piece in the base's own coordinates."""

    kind: str
    x: float
    y: float
    z: float
    turn: float = 0.0
    floor: int | None = None
    """Position of the foundation below, in the order of the pieces."""
    is_snapped: bool = True


def build_base(
    world: World,
    rng: Random,
    shape: BaseShape,
    *,
    place: Place,
    team: int,
    owner_name: str,
    placers: Sequence[int],
    last_ally_time: float,
    now: datetime,
) -> Base:
    """Add a base to the world, built in the days before its owners were last there, and return it."""
    base = Base(
        base_id=world.take_number(),
        team=team,
        owner_name=owner_name,
        place=place,
        tier=shape.tier,
        last_ally_time=last_ally_time,
    )
    world.bases[base.base_id] = base
    pieces = [*_shell(shape), *_furniture(shape, rng)]
    built = last_ally_time - len(pieces) * PLACING_SECONDS - rng.uniform(0.5, 9) * 86_400
    ids: list[int] = []
    for number, piece in enumerate(pieces):
        moment = built + number * PLACING_SECONDS
        structure = _structure(world, rng, base, piece, moment, placer=rng.choice(placers))
        stamp = (now - timedelta(seconds=last_ally_time - moment)).strftime(STAMP)
        floor = None if piece.floor is None else ids[piece.floor]
        links = (ids[number - 1],) if piece.is_snapped and number else ()
        world.structures[structure.structure_id] = replace(
            structure, placed_stamp=stamp, floor_id=floor, links=links
        )
        ids.append(structure.structure_id)
    return base


def extend_base(world: World, rng: Random, base: Base, *, placer: int, now: datetime) -> Structure:
    """Add one piece beside a base, as somebody who is there builds it."""
    kind = rng.choice(
        [f"{base.tier}_floor", f"{base.tier}_wall", f"{base.tier}_ceiling", "small_box", "pillar"]
    )
    piece = _Piece(
        kind=kind,
        x=rng.randrange(-4, 9) * GRID_UU,
        y=-GRID_UU * rng.randrange(1, 4),
        z=0.0 if kind.endswith("floor") else GRID_UU,
        is_snapped="_" in kind and kind != "small_box",
    )
    structure = replace(
        _structure(world, rng, base, piece, world.game_time, placer=placer),
        placed_stamp=now.strftime(STAMP),
    )
    world.structures[structure.structure_id] = structure
    return structure


def _shell(shape: BaseShape) -> Iterator[_Piece]:
    """Give foundations, then walls and a ceiling for each floor."""
    tier = shape.tier
    cells = [(column, row) for row in range(shape.depth) for column in range(shape.width)]
    for number, (column, row) in enumerate(cells):
        yield _Piece(kind=f"{tier}_floor", x=column * GRID_UU, y=row * GRID_UU, z=0.0, is_snapped=number > 0)
    for level in range(shape.floors):
        height = level * GRID_UU
        for column in range(shape.width):
            below = column if level == 0 else None
            yield _Piece(kind=f"{tier}_wall", x=column * GRID_UU, y=-GRID_UU / 2, z=height, floor=below)
            yield _Piece(kind=f"{tier}_wall", x=column * GRID_UU, y=(shape.depth - 0.5) * GRID_UU, z=height)
        for row in range(shape.depth):
            yield _Piece(kind=f"{tier}_wall", x=-GRID_UU / 2, y=row * GRID_UU, z=height, turn=90.0)
            yield _Piece(
                kind=f"{tier}_wall", x=(shape.width - 0.5) * GRID_UU, y=row * GRID_UU, z=height, turn=90.0
            )
        for column, row in cells:
            yield _Piece(kind=f"{tier}_ceiling", x=column * GRID_UU, y=row * GRID_UU, z=height + GRID_UU)


def _furniture(shape: BaseShape, rng: Random) -> Iterator[_Piece]:
    cells = [(column, row) for row in range(shape.depth) for column in range(shape.width)]
    for number, kind in enumerate(FURNITURE[: 2 + len(cells) // 4]):
        column, row = cells[number % len(cells)]
        yield _Piece(
            kind=kind,
            x=column * GRID_UU + rng.uniform(-90, 90),
            y=row * GRID_UU + rng.uniform(-90, 90),
            z=10.0,
            turn=rng.uniform(-180, 180),
            floor=number % len(cells),
            is_snapped=False,
        )


def _structure(
    world: World, rng: Random, base: Base, piece: _Piece, built_time: float, *, placer: int
) -> Structure:
    kind = KINDS[piece.kind]
    return Structure(
        structure_id=rng.getrandbits(31),
        number=world.take_number(),
        kind=piece.kind,
        base_id=base.base_id,
        placer_id=placer,
        place=_turned(base.place, piece),
        built_time=built_time,
        placed_stamp="",
        health=round(rng.uniform(0.4, 0.95), 3) if rng.random() < 0.06 else 1.0,
        is_locked=kind.is_lockable and rng.random() < 0.8,
        is_snapped=piece.is_snapped,
    )


def _turned(origin: Place, piece: _Piece) -> Place:
    """Return where a piece stands in the world: the base is turned about its first foundation."""
    angle = math.radians(origin.yaw)
    cosine, sine = math.cos(angle), math.sin(angle)
    return Place(
        x=round(origin.x + piece.x * cosine - piece.y * sine, 3),
        y=round(origin.y + piece.x * sine + piece.y * cosine, 3),
        z=round(origin.z + piece.z, 3),
        yaw=round((origin.yaw + piece.turn + 180) % 360 - 180, 3),
    )
