"""A guild with servers, events, and logs made at random for the tests of the points."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

from hypothesis import strategies as st

from shared.db import Connection, Database
from shared.domain.events import (
    Chat,
    Claimed,
    Creature,
    Demolished,
    Fighter,
    FighterKind,
    GameEvent,
    Joined,
    Killed,
    Left,
    ServerLine,
    ServerStarted,
    ServerTopic,
    Structure,
    SurvivorId,
    Tamed,
    TribeStamp,
    Unclaimed,
    WorldSaved,
)
from shared.ids import GuildId, PlatformId, ServerId, TribeId
from shared.store.events import NewEvent, add_events
from shared.store.servers import CommunityRow, set_community, set_server

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
OTTER, HERON = PlatformId("00020000000000000000000000000a01"), PlatformId("00020000000000000000000000000b02")
STAMP = TribeStamp(tribe="Reed Court", tribe_id=TribeId(1_500_000_001), day=4, time="10:00:00")

_guilds = count(7000)


async def add_server(
    db: Database, *, game: str = "asa", guild_id: GuildId | None = None
) -> tuple[GuildId, ServerId]:
    """Add a guild of the test's own, unless one is given, and a server."""
    number = next(_guilds)
    guild_id = guild_id or GuildId(number)
    async with db.transaction() as conn:
        await set_community(
            conn, CommunityRow(guild_id=guild_id, name="Wetlands", staff_roles=(), owner_roles=())
        )
        server_id = await set_server(
            conn,
            guild_id,
            key=f"map-{number}",
            name="Marsh",
            game=game,
            map_name="TheIsland_WP",
            cluster="main",
        )
    return guild_id, server_id


Line = tuple[GameEvent, datetime]


async def append(db: Database, server_id: ServerId, lines: Sequence[Line]) -> None:
    """Append events to the log, as the parser does."""
    new = [NewEvent(occurred_at=at, event=event, raw="") for event, at in lines]
    async with db.transaction() as conn:
        await add_events(conn, server_id, "test", new)


def after(minutes: float) -> datetime:
    """Return an instant so many minutes after the start."""
    return START + timedelta(minutes=minutes)


def joined(name: str, platform_id: PlatformId | None) -> Joined:
    return Joined(platform_name=name, platform_id=platform_id)


def left(name: str, platform_id: PlatformId | None) -> Left:
    return Left(platform_name=name, platform_id=platform_id)


def chat(name: str, survivor: str, text: str, platform_id: PlatformId | None = None) -> Chat:
    return Chat(platform_name=name, survivor=survivor, text=text, platform_id=platform_id)


def survivor(name: str, tribe: str | None = None, survivor_id: int | None = None) -> Fighter:
    return Fighter(
        name=name,
        kind=FighterKind.SURVIVOR,
        level=50,
        tribe=tribe,
        survivor_id=SurvivorId(survivor_id) if survivor_id else None,
    )


def creature(name: str, tribe: str | None = None) -> Fighter:
    return Fighter(name=name, kind=FighterKind.CREATURE, level=20, species="Raptor", tribe=tribe)


def tamed(who: str, name: str = "Dodo", *, stamp: TribeStamp | None = None) -> Tamed:
    return Tamed(survivor=who, tribe="Reed Court", creature=Creature(name=name, level=5), stamp=stamp)


async def ledger_of(conn: Connection, guild_id: GuildId) -> list[tuple[object, ...]]:
    """Return everything that was booked, without what a database makes up: numbers and the time of booking."""
    rows = await conn.fetch(
        """
        SELECT a.owner, e.amount, t.rule, t.at, t.seq, t.text, split_part(t.dedupe_key, ':', 2) AS what
        FROM activity_points.entries e
        JOIN activity_points.transactions t ON t.id = e.transaction_id
        JOIN activity_points.accounts a ON a.id = e.account_id
        WHERE t.guild_id = $1
        ORDER BY t.at, t.seq, a.owner, t.rule, t.dedupe_key
        """,
        guild_id,
    )
    return [tuple(row.values()) for row in rows]


_ACCOUNTS = (
    ("Otter", OTTER),
    ("Heron", HERON),
    ("Otter", PlatformId("")),
    ("Null", PlatformId("0000")),
    ("Pike", None),
)
_SURVIVORS = ("Nia", "Bo", "Otter", "")


_KNOWN: tuple[GameEvent, ...] = (
    joined("Otter", OTTER),
    joined("Heron", HERON),
    chat("Otter", "Nia", "hello"),
    chat("Heron", "Bo", "hello"),
)


def _events() -> st.SearchStrategy[GameEvent]:
    account = st.sampled_from(_ACCOUNTS)
    name = st.sampled_from(_SURVIVORS)
    text = st.sampled_from(("hi", "no", "!points", "."))
    tribe = st.sampled_from(("Reed Court", "Mud Guild", None))
    number = st.sampled_from((None, 11, 12))
    beast = st.builds(Creature, name=st.sampled_from(("Dodo", "Rex")), level=st.just(5))
    person = st.builds(survivor, name, tribe, number)
    being = st.one_of(person, st.builds(creature, st.sampled_from(("Rex", "Baby Rex")), tribe))
    stamp = st.sampled_from((None, STAMP))
    return st.one_of(
        account.map(lambda who: joined(*who)),
        account.map(lambda who: left(*who)),
        st.builds(lambda who, s, t: chat(who[0], s, t, who[1]), account, name, text),
        st.builds(lambda who, s, t: chat(who[0], s, t), account, name, text),
        st.builds(Tamed, creature=beast, survivor=name, stamp=stamp),
        st.builds(Claimed, survivor=name, creature=beast, stamp=st.just(STAMP)),
        st.builds(Unclaimed, survivor=name, creature=beast, stamp=st.just(STAMP)),
        st.builds(
            Demolished, survivor=name, structure=st.just(Structure(name="Stone Wall")), stamp=st.just(STAMP)
        ),
        st.builds(
            Killed, victim=being, killer=st.one_of(st.none(), being), killer_survivor_id=number, stamp=stamp
        ),
        st.just(WorldSaved()),
        st.just(ServerStarted(name="Marsh")),
        st.just(ServerLine(topic=ServerTopic.STARTUP, text="up")),
    )


def logs() -> st.SearchStrategy[list[Line]]:
    """Return logs in which time mostly passes a little, now and then leaps, and sometimes goes back."""
    step = st.one_of(
        st.integers(0, 240).map(float),
        st.sampled_from((0.0, 299.5, 900.0, 2_000.0, 20_000.0, 90_000.0, -30.0, -7_200.0)),
    )

    def timed(is_known: bool, steps: list[tuple[GameEvent, float]]) -> list[Line]:
        lines: list[Line] = [(event, START) for event in _KNOWN] if is_known else []
        at = START
        for event, seconds in steps:
            at += timedelta(seconds=seconds)
            lines.append((event, at))
        return lines

    return st.builds(timed, st.booleans(), st.lists(st.tuples(_events(), step), min_size=8, max_size=60))
