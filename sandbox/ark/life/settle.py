"""The first day: a world with people, tribes, bases of every material, tames and wild creatures.

Everything comes from the seed. Bases are left in every state a decay watch must tell: fresh, days left,
minutes left, long due.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from sandbox.ark.kinds import SPECIES
from sandbox.ark.life.build import BaseShape, build_base
from sandbox.ark.life.chance import dice
from sandbox.ark.life.creatures import add_wild, spot, tame_new
from sandbox.ark.life.people import NAMES, TRIBES, Name
from sandbox.ark.world import CLOCK_START, Game, Survivor, Tribe, World

# How long the worlds have run when we first see them.
AGE = timedelta(days=45)
DAY = 86_400.0

WILD_CREATURES = 40
TRIBE_COUNT = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A base to be: whose (index into the tribes, or ``None`` for a loner), its shape, how long unvisited."""

    tribe: int | None
    shape: BaseShape
    unvisited_days: float


def _plot(tribe: int | None, tier: str, size: tuple[int, int, int], unvisited_days: float) -> Plot:
    width, depth, floors = size
    shape = BaseShape(tier=tier, width=width, depth=depth, floors=floors)
    return Plot(tribe=tribe, shape=shape, unvisited_days=unvisited_days)


# Official decay times are 4, 8, 12, 16 and 20 days for thatch to tek (ark.wiki.gg, Building).
PLOTS: tuple[Plot, ...] = (
    _plot(0, "metal", (8, 6, 2), 0.01),
    _plot(0, "stone", (3, 3, 1), 11.98),
    _plot(1, "stone", (6, 5, 2), 2.4),
    _plot(1, "thatch", (2, 2, 1), 3.99),
    _plot(2, "tek", (5, 5, 3), 0.2),
    _plot(2, "wood", (4, 3, 1), 7.8),
    _plot(3, "wood", (5, 4, 2), 1.1),
    _plot(4, "metal", (4, 4, 1), 17.5),
    _plot(5, "stone", (4, 4, 2), 13.6),
    _plot(None, "thatch", (3, 2, 1), 6.0),
    _plot(None, "wood", (2, 2, 1), 0.6),
)


def settle(*, game: Game, map_name: str, seed: int, now: datetime) -> World:
    """Return a new world that has already seen some weeks."""
    rng = dice(seed, map_name)
    world = World(game=game, map_name=map_name, seed=seed, game_time=CLOCK_START[game] + AGE.total_seconds())
    world.save_count = int(AGE / timedelta(minutes=15))
    people = _people(world, rng)
    loners = _form_tribes(world, rng, people)
    tribes = list(world.tribes.values())
    for number, plot in enumerate(PLOTS):
        owner = loners[number % len(loners)] if plot.tribe is None else tribes[plot.tribe]
        _settle_plot(world, rng, plot, owner, now)
    for _ in range(WILD_CREATURES):
        add_wild(world, rng)
    for survivor in list(world.survivors.values()):
        for _ in range(rng.randrange(3)):
            tame_new(world, rng, survivor, rng.choice(list(SPECIES)))
    return world


def account_id(game: Game, rng: Random) -> str:
    """Return an invented account: 32 hex digits for ASA (EOS), a SteamID64 for ASE."""
    if game is Game.ASA:
        # The EOS ids of real logs begin with 0002.
        return f"0002{rng.getrandbits(112):028x}"
    # Individual SteamID64s begin at this number (Valve); the lowest accounts of all are not used here.
    return str(76_561_197_960_265_728 + 1_700_000_000 + rng.randrange(90_000_000))


def _people(world: World, rng: Random) -> list[Survivor]:
    """Add the map's own people; each map of the cluster has others, but for a few that both know."""
    half = len(NAMES) // 2
    names = NAMES[: half + 2] if world.game is Game.ASA else NAMES[half - 2 :]
    people = [_survivor(world, rng, name, is_admin=number == 0) for number, name in enumerate(names)]
    world.survivors = {survivor.player_id: survivor for survivor in people}
    return people


def _survivor(world: World, rng: Random, name: Name, *, is_admin: bool) -> Survivor:
    player_id = rng.randrange(100_000_000, 900_000_000)
    return Survivor(
        player_id=player_id,
        name=name.survivor,
        platform_name=name.platform,
        account=account_id(world.game, rng),
        level=rng.randrange(18, 132),
        place=spot(world, rng),
        team=player_id,
        is_female=rng.random() < 0.5,
        is_admin=is_admin,
        last_seen_time=world.game_time - rng.uniform(0.1, 6) * DAY,
    )


def _form_tribes(world: World, rng: Random, people: list[Survivor]) -> list[Survivor]:
    """Put people into tribes and return the last two, who stay alone: their things bear a player's id."""
    joiners, loners = people[:-2], people[-2:]
    for number in range(TRIBE_COUNT):
        members = joiners[number::TRIBE_COUNT]
        # Real tribe ids lie between 1.0e9 and 2.0e9.
        tribe_id = rng.randrange(1_010_000_000, 1_990_000_000)
        world.tribes[tribe_id] = Tribe(
            tribe_id=tribe_id,
            name=TRIBES[(number + (world.game is Game.ASE)) % len(TRIBES)],
            owner_id=members[0].player_id,
            member_ids=tuple(member.player_id for member in members),
            admin_ids=(members[0].player_id,),
        )
        for member in members:
            world.survivors[member.player_id] = replace(member, tribe_id=tribe_id, team=tribe_id)
    return loners


def _settle_plot(world: World, rng: Random, plot: Plot, owner: Tribe | Survivor, now: datetime) -> None:
    unvisited = plot.unvisited_days * DAY
    team, placers = (
        (owner.tribe_id, owner.member_ids)
        if isinstance(owner, Tribe)
        else (owner.player_id, (owner.player_id,))
    )
    build_base(
        world,
        rng,
        plot.shape,
        place=spot(world, rng),
        team=team,
        owner_name=owner.name,
        placers=placers,
        last_ally_time=world.game_time - unvisited,
        now=now - timedelta(seconds=unvisited),
    )
