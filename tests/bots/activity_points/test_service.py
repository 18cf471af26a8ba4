from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from random import Random

import asyncpg
import pytest

from bots.activity_points import queries
from bots.activity_points.domain import AccountId, PaymentOrder, Period, Posting, Source
from bots.activity_points.ledger import book
from bots.activity_points.service import RANKS, PointsService
from shared.clock import FrozenClock
from shared.db import Database
from shared.domain.permissions import Actor, Level
from shared.errors import ForbiddenError, InvalidInputError, NotFoundError, UserError
from shared.ids import GuildId, MemberId
from shared.store.audit import list_audit
from shared.store.links import Link, add_link
from tests.bots.activity_points.builders import START, add_server, after

ALICE, BOB = MemberId(501), MemberId(502)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(after(60))


@pytest.fixture
def service(db: Database, clock: FrozenClock) -> PointsService:
    return PointsService(db, clock)


@pytest.fixture(autouse=True)
async def _ledger_adds_up(db: Database) -> AsyncIterator[None]:
    yield
    async with db.connection() as conn:
        assert await queries.list_mismatches(conn) == []


@pytest.fixture
async def guild_id(db: Database) -> GuildId:
    guild_id, _ = await add_server(db)
    await give(db, guild_id, ALICE, "otter", 500)
    await give(db, guild_id, BOB, "heron", 20)
    return guild_id


async def give(db: Database, guild_id: GuildId, member_id: MemberId, player: str, points: int) -> AccountId:
    """Tie a player to a member and let them have earned points."""
    async with db.transaction() as conn:
        await add_link(
            conn, guild_id, Link(player=player, member_id=member_id, name=player.title(), linked_at=START)
        )
        await queries.add_accounts(conn, guild_id, {player: player.title()})
        account = (await queries.lock_players(conn, guild_id, [player]))[player]
        source = await queries.add_source(conn, guild_id, Source.REWARDS)
        posting = Posting(
            dedupe_key=f"test:{player}", at=after(0), rule="tame", source=source, target=account.id, amount=points,
            text="tamed a Dodo on Marsh",
        )  # fmt: skip
        await book(conn, guild_id, [posting] if points else [])
    return account.id


def actor(guild_id: GuildId, member_id: MemberId = ALICE, level: Level = Level.MEMBER) -> Actor:
    return Actor(guild_id=guild_id, member_id=member_id, name="Alice", level=level, reference="REF")


def order(
    guild_id: GuildId, amount: int, *, key: int = 1, payer: MemberId = ALICE, payee: MemberId = BOB
) -> PaymentOrder:
    return PaymentOrder(guild_id=guild_id, payer_id=payer, payee_id=payee, amount=amount, key=key)


async def balances(db: Database, guild_id: GuildId, *players: str) -> list[int]:
    async with db.connection() as conn:
        return [account.balance for account in await queries.list_accounts(conn, guild_id, players)]


async def test_a_payment_moves_points_once_however_often_it_is_ordered(
    service: PointsService, db: Database, guild_id: GuildId
) -> None:
    receipts = [await service.pay(actor(guild_id), order(guild_id, 30)) for _ in range(3)]

    assert await balances(db, guild_id, "otter", "heron") == [470, 50]
    assert {receipt.balance for receipt in receipts} == {470}


async def test_amounts_that_cannot_be_paid_are_refused(
    service: PointsService, db: Database, guild_id: GuildId
) -> None:
    for amount in (0, -5, 501, 10**18):
        with pytest.raises(InvalidInputError):
            await service.pay(actor(guild_id), order(guild_id, amount))

    assert await balances(db, guild_id, "otter", "heron") == [500, 20]


async def test_nobody_pays_themselves(service: PointsService, guild_id: GuildId) -> None:
    with pytest.raises(InvalidInputError, match="yourself"):
        await service.pay(actor(guild_id), order(guild_id, 5, payee=ALICE))


async def test_a_payment_is_ordered_by_who_pays(service: PointsService, guild_id: GuildId) -> None:
    with pytest.raises(ForbiddenError):
        await service.pay(actor(guild_id, BOB), order(guild_id, 5))


async def test_a_confirmation_expires(service: PointsService, guild_id: GuildId, clock: FrozenClock) -> None:
    ordered_at = clock.now()
    clock.advance(timedelta(minutes=16))

    with pytest.raises(InvalidInputError, match="again"):
        await service.pay(actor(guild_id), order(guild_id, 200), ordered_at=ordered_at)


async def test_who_is_not_linked_is_told_how(service: PointsService, guild_id: GuildId) -> None:
    with pytest.raises(NotFoundError, match="/link"):
        await service.balance(actor(guild_id, MemberId(9)), None)
    with pytest.raises(NotFoundError, match="/link"):
        await service.pay(actor(guild_id), order(guild_id, 5, payee=MemberId(9)))


async def test_who_has_linked_and_earned_nothing_yet_can_be_paid(
    service: PointsService, db: Database, guild_id: GuildId
) -> None:
    carol = MemberId(503)
    async with db.transaction() as conn:
        await add_link(conn, guild_id, Link(player="pike", member_id=carol, name="Pike", linked_at=START))
    assert (await service.balance(actor(guild_id, carol), None)).accounts == ()

    await service.pay(actor(guild_id), order(guild_id, 5, payee=carol))

    assert [
        account.balance for account in (await service.balance(actor(guild_id, carol), None)).accounts
    ] == [5]


async def test_64_payments_at_once_between_8_wallets_conserve_the_total(
    db: Database, clock: FrozenClock
) -> None:
    guild_id, _ = await add_server(db)
    members = [MemberId(900 + n) for n in range(8)]
    for n, member in enumerate(members):
        await give(db, guild_id, member, f"wallet{n}", 40)
    chance = Random(8)

    async def pay(key: int) -> bool:
        payer, payee = chance.sample(members, 2)
        wanted = order(guild_id, chance.randint(1, 60), key=key, payer=payer, payee=payee)
        # each order arrives twice, as from an impatient finger
        results = await asyncio.gather(
            *(PointsService(db, clock).pay(actor(guild_id, payer), wanted) for _ in range(2)),
            return_exceptions=True,
        )
        unexpected = [
            each for each in results if isinstance(each, Exception) and not isinstance(each, UserError)
        ]
        assert unexpected == []
        return not any(isinstance(each, Exception) for each in results)

    paid = await asyncio.gather(*(pay(key) for key in range(64)))

    held = await balances(db, guild_id, *(f"wallet{n}" for n in range(8)))
    async with db.connection() as conn:
        booked = await conn.fetchval("SELECT count(*) FROM activity_points.transactions WHERE rule = 'pay'")
    assert sum(held) == 8 * 40
    assert min(held) >= 0
    assert sum(paid) <= booked <= 64
    assert booked > 16


async def test_an_adjustment_is_for_staff_and_on_record(
    service: PointsService, db: Database, guild_id: GuildId
) -> None:
    with pytest.raises(ForbiddenError):
        await service.adjust(actor(guild_id), "Heron", 100, "because", key=1)

    staff = actor(guild_id, level=Level.STAFF)
    for _ in range(2):
        receipt = await service.adjust(staff, "heron", -15, "  won by\nmistake ", key=2)

    assert receipt.balance == 5
    async with db.connection() as conn:
        entries = await list_audit(conn, guild_id, limit=5)
    assert [
        (each.action, each.reason, each.arguments["before"], each.arguments["after"]) for each in entries
    ] == [("points.adjust", "won by mistake", "20", "5")]


async def test_an_adjustment_below_zero_or_without_reason_is_refused(
    service: PointsService, guild_id: GuildId
) -> None:
    for amount, reason in [(0, "x"), (-21, "x"), (5, "  ")]:
        with pytest.raises(InvalidInputError):
            await service.adjust(actor(guild_id, level=Level.STAFF), "Heron", amount, reason, key=3)


async def test_the_explanation_tells_each_entry_with_its_other_side(
    service: PointsService, guild_id: GuildId
) -> None:
    await service.pay(actor(guild_id), order(guild_id, 30))

    mine = await service.explain(actor(guild_id), None)

    assert [(line.amount, line.rule, line.others) for line in mine.lines] == [
        (-30, "pay", "Heron"),
        (500, "tame", "rewards"),
    ]


async def test_staff_may_look_into_anybodys_entries_and_it_is_on_record(
    service: PointsService, db: Database, guild_id: GuildId
) -> None:
    with pytest.raises(ForbiddenError):
        await service.explain(actor(guild_id), "Heron")

    await service.explain(actor(guild_id, level=Level.STAFF), "Heron")

    async with db.connection() as conn:
        entries = await list_audit(conn, guild_id, limit=5)
    assert [(each.action, each.target) for each in entries] == [("points.why", "Heron (heron)")]


async def test_the_leaderboard_of_a_time_counts_what_was_earned_in_it(
    service: PointsService, db: Database, guild_id: GuildId, clock: FrozenClock
) -> None:
    await service.pay(actor(guild_id), order(guild_id, 300))

    richest = await service.top(actor(guild_id), Period.ALL)
    earners = await service.top(actor(guild_id), Period.DAY)
    clock.advance(timedelta(days=2))
    later = await service.top(actor(guild_id), Period.DAY)

    assert [(rank.place, rank.name, rank.points) for rank in richest.ranks] == [
        (1, "Heron", 320),
        (2, "Otter", 200),
    ]
    assert [rank.name for rank in richest.own] == ["Otter"]
    assert [(rank.name, rank.points) for rank in earners.ranks] == [("Otter", 500), ("Heron", 20)]
    assert later.ranks == ()


async def test_ones_own_place_is_told_also_below_the_end_of_the_list(
    service: PointsService, db: Database, guild_id: GuildId
) -> None:
    async with db.transaction() as conn:
        await conn.execute(
            """
            INSERT INTO activity_points.accounts (guild_id, kind, owner, name, balance)
            SELECT $1, 'player', 'crowd' || n, 'Crowd', 21 FROM generate_series(1, $2) n
            """,
            guild_id,
            RANKS,
        )

    board = await service.top(actor(guild_id, BOB), Period.ALL)

    async with db.transaction() as conn:
        await conn.execute("DELETE FROM activity_points.accounts WHERE name = 'Crowd'")
    assert len(board.ranks) == RANKS
    assert [(rank.place, rank.name) for rank in board.own] == [(RANKS + 2, "Heron")]


async def test_namesakes_are_told_apart_by_picking_from_the_list(
    service: PointsService, db: Database, guild_id: GuildId
) -> None:
    second = await give(db, guild_id, MemberId(7), "HERON", 1)

    with pytest.raises(InvalidInputError, match="2 players"):
        await service.balance(actor(guild_id), "heron")

    picked = await service.balance(actor(guild_id), str(second))
    assert [account.balance for account in picked.accounts] == [1]
    with pytest.raises(NotFoundError, match="Nobody Special"):
        await service.balance(actor(guild_id), "Nobody Special")


async def test_accounts_of_another_guild_cannot_be_seen_by_their_number(
    service: PointsService, db: Database, guild_id: GuildId
) -> None:
    foreign_guild, _ = await add_server(db)
    foreign = await give(db, foreign_guild, BOB, "crane", 7)

    with pytest.raises(NotFoundError):
        await service.balance(actor(guild_id), str(foreign))


LEDGER_BREAKERS: dict[str, list[tuple[str, int]]] = {
    "an overdraft": [("otter", -501), ("heron", 501)],
    "a transaction that sums to one": [("otter", -1), ("heron", 2)],
    "a transaction with one side": [("otter", -1)],
    "an entry of nothing": [("otter", 0), ("heron", 0)],
    "both sides the same": [("otter", -1), ("otter", 1)],
    "a payer who receives": [("otter", 5), ("heron", -5)],
    "no entries": [],
}


async def book_by_hand(db: Database, guild_id: GuildId, sides: list[tuple[str, int]]) -> None:
    async with db.transaction() as conn:
        ids = {
            each.player: each.id for each in await queries.list_accounts(conn, guild_id, ["otter", "heron"])
        }
        posting = Posting(
            dedupe_key="by hand", at=after(0), rule="pay", source=ids["otter"], target=ids["heron"], amount=1, text="",
            is_payment=True,
        )  # fmt: skip
        number = (await queries.add_transactions(conn, guild_id, [posting]))["by hand"]
        await queries.add_entries(conn, guild_id, [(number, ids[player], amount) for player, amount in sides])


async def test_the_database_refuses_a_ledger_that_does_not_add_up(db: Database, guild_id: GuildId) -> None:
    for case, sides in LEDGER_BREAKERS.items():
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await book_by_hand(db, guild_id, sides)
        assert await balances(db, guild_id, "otter", "heron") == [500, 20], case

    await book_by_hand(db, guild_id, [("otter", -1), ("heron", 1)])

    assert await balances(db, guild_id, "otter", "heron") == [499, 21]


async def test_the_past_cannot_be_changed(db: Database, guild_id: GuildId) -> None:
    for change in ("UPDATE {} SET guild_id = guild_id", "DELETE FROM {}", "TRUNCATE {} CASCADE"):
        for table in ("entries", "transactions"):
            with pytest.raises(asyncpg.RestrictViolationError):
                await execute(db, change.format(f"activity_points.{table}"))


async def test_an_account_belongs_to_somebody(db: Database, guild_id: GuildId) -> None:
    for nobody in ("", "0", "0000", "null", "name:"):
        with pytest.raises(asyncpg.CheckViolationError):
            await open_account(db, guild_id, nobody)


async def execute(db: Database, statement: str) -> None:
    async with db.transaction() as conn:
        await conn.execute(statement)


async def open_account(db: Database, guild_id: GuildId, player: str) -> None:
    async with db.transaction() as conn:
        await queries.add_accounts(conn, guild_id, {player: "Nobody"})
