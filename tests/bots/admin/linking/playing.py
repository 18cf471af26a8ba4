"""A map that people play on while its saves are decoded and stored as the parser does it, and the bot reads them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from bots.admin.linking.disputes.service import Disputes
from bots.admin.linking.save_proofs import SaveProofs
from bots.admin.linking.upkeep import Upkeep
from parser_service.storing.merging import SaveToStore, StoredSave, store_save
from parser_service.storing.preparing import prepare
from sandbox.ark.life.settle import settle
from sandbox.ark.world import Creature, Game, Survivor
from sandbox.ark.world import World as Ark
from sandbox.ark.writer import profile_file, tribe_file, write_save
from sandbox.ark.writer.profiles import profile_name
from shared.domain.link_codes import name_of_code
from shared.domain.permissions import Actor
from shared.ids import GuildId, ServerId
from shared.store.links import list_links
from tests.bots.admin.world import GUILD, START, World
from tests.parser_service.storing.worlds import job


@dataclass(slots=True, kw_only=True)
class Map:
    """A map of one of the community's servers, with tribes of two; nobody is on. ``gone``: who left for another map."""

    world: World
    server_id: ServerId
    ark: Ark
    folder: Path
    saves: int = 0
    gone: set[int] = field(default_factory=set)

    def tribe(self, number: int) -> list[Survivor]:
        """Return the members of a tribe."""
        tribe = list(self.ark.tribes.values())[number]
        return [self.ark.survivors[player] for player in tribe.member_ids]

    def join(self, *survivors: Survivor) -> None:
        """Let survivors come on."""
        self.ark.online |= dict.fromkeys((survivor.player_id for survivor in survivors), None)

    def leave(self, survivor: Survivor) -> None:
        """Let a survivor go off; the body stays."""
        del self.ark.online[survivor.player_id]
        self.ark.survivors[survivor.player_id] = replace(survivor, last_seen_time=self.ark.game_time)

    def name_tame(self, owner: Survivor, name: str) -> None:
        """Give a tame of somebody's tribe a name."""
        own = [
            number
            for number, one in self.ark.creatures.items()
            if one.is_tame and one.team == owner.team and not one.in_cryopod
        ]
        number = own[0] if own else self.add_tame(owner, name)
        self.ark.creatures[number] = replace(self.ark.creatures[number], name=name)

    def add_tame(self, owner: Survivor, name: str) -> int:
        """Give somebody's tribe one more tame, and return its number."""
        number = self.ark.take_number()
        like = next(iter(self.ark.creatures.values()))
        self.ark.creatures[number] = Creature(
            number=number,
            id1=900_000 + number,
            id2=1,
            species=like.species,
            level=10,
            place=owner.place,
            is_female=True,
            team=owner.team,
            name=name,
            tamer=owner.name,
            tamed_time=self.ark.game_time,
        )
        return number

    def name_box(self, owner: Survivor, name: str, *, is_locked: bool) -> None:
        """Give a box of somebody's tribe a name."""
        number, box = next(
            (number, one)
            for number, one in self.ark.structures.items()
            if "box" in one.kind and self.ark.bases[one.base_id].team == owner.team
        )
        self.ark.structures[number] = replace(box, name=name, is_locked=is_locked)

    async def save(self, *, minutes: int = 10, back_hours: int = 0) -> StoredSave | None:
        """Let time pass, and the server save; or restore what it was some hours ago. Then the bot reads."""
        self.saves += 1
        saved = await self.store(minutes=minutes, back_hours=back_hours)
        await settle_proofs(self.world)
        return saved

    async def store(self, *, minutes: int, back_hours: int = 0) -> StoredSave | None:
        """Let time pass, and the server save."""
        self.world.clock.advance(timedelta(minutes=minutes))
        self.ark.game_time += minutes * 60 - back_hours * 3600
        now = self.world.clock.now()
        here = self.ark.picture()
        for player in self.gone:
            del here.survivors[player]
        path = write_save(here, self.folder / f"{self.server_id}")
        write_people(self.ark, path.parent, gone=self.gone)
        return await store_save(
            self.world.db,
            SaveToStore(
                server_id=self.server_id,
                content_hash=f"{self.saves}",
                saved_at=now - timedelta(hours=back_hours),
                decoded_at=now,
                prepared=prepare(replace(job(path), saved_at=now - timedelta(hours=back_hours))),
                folder=self.folder / f"history {self.server_id}",
            ),
        )


def write_people(ark: Ark, folder: Path, *, gone: set[int]) -> None:
    """Write tribes and profiles beside the world, as servers of both games do."""
    for path in (*folder.glob("*.arktribe"), *folder.glob("*.arkprofile")):
        path.unlink()
    for tribe in ark.tribes.values():
        (folder / f"{tribe.tribe_id}.arktribe").write_bytes(tribe_file(ark, tribe))
    for survivor in ark.survivors.values():
        if survivor.player_id not in gone:
            (folder / profile_name(ark, survivor)).write_bytes(profile_file(ark, survivor))


def open_map(world: World, folder: Path, game: Game = Game.ASA) -> Map:
    """Return a map with six tribes."""
    name = "TheIsland_WP" if game is Game.ASA else "Ragnarok"
    ark = settle(game=game, map_name=name, seed=7, now=START)
    server_id = world.island if game is Game.ASA else world.ragnarok
    return Map(world=world, server_id=server_id, ark=ark, folder=folder)


async def settle_proofs(world: World) -> None:
    """Let the bot read what saves show."""
    await SaveProofs(world.db, world.wakeups, world.clock).settle()


def disputes(world: World) -> Disputes:
    """Return the disputes."""
    return Disputes(world.db, world.clock)


def upkeep(world: World) -> Upkeep:
    """Return what keeps ties true."""
    return Upkeep(world.db, world.clock)


async def ask(world: World, who: Actor, claimed: Survivor | str) -> str:
    """Let a member ask for a code to prove a survivor with, and return the name to give."""
    name = claimed if isinstance(claimed, str) else claimed.name
    return name_of_code((await world.linking.start(who, name)).code)


async def players_of(world: World, who: Actor, guild_id: GuildId = GUILD) -> list[str]:
    """Return the players that are tied to a member."""
    async with world.db.connection() as conn:
        return sorted(link.player for link in await list_links(conn, guild_id, who.member_id))


async def told(world: World, who: Actor) -> list[str]:
    """Return what a member is told in private."""
    async with world.db.connection() as conn:
        rows = await conn.fetch(
            "SELECT title, text FROM admin.link_notices WHERE member_id = $1 ORDER BY id", who.member_id
        )
    return [f"{row['title']}: {row['text']}" for row in rows]
