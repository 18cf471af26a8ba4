"""What people do with the points bot, through Discord."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from bots.activity_points.earning.fold import Earner, slot_start
from bots.activity_points.earning.people import People
from bots.activity_points.queries import list_accounts, list_mismatches
from shared.domain.events import Chat, Creature, GameEvent, Joined, Tamed, WorldSaved
from shared.domain.sessions import SessionBook
from shared.ids import MemberId, PlatformId
from shared.store.events import NewEvent, add_events
from shared.store.links import Link, add_link
from tests.bots.harness import TestCommunity

OTTER = PlatformId("00020000000000000000000000000a01")
HERON = PlatformId("00020000000000000000000000000b02")
AWKWARD = "He*ron @everyone"
WITHIN_SECONDS = 10.0


async def link(community: TestCommunity, person: str, player: str, name: str) -> None:
    member_id = MemberId(int(community.seed["users"][person]["id"]))
    async with community.db.transaction() as conn:
        await add_link(
            conn,
            community.guild_id,
            Link(player=player, member_id=member_id, name=name, linked_at=datetime.now(UTC)),
        )


async def until_counted(community: TestCommunity, seq: int) -> None:
    """Wait until the bot has read up to an event of the island."""
    async with asyncio.timeout(WITHIN_SECONDS):
        while True:
            async with community.db.connection() as conn:
                read = await conn.fetchval(
                    "SELECT max(seq) FROM event_cursors WHERE reader = 'activity_points' AND server_id = $1",
                    community.servers["island"],
                )
            if (read or 0) >= seq:
                return
            await asyncio.sleep(0.02)


async def play(community: TestCommunity) -> None:
    """Let Otter tame twelve creatures an hour ago, and both be on for a quarter of an hour."""
    then = slot_start(datetime.now(UTC) - timedelta(hours=1))
    await community.feed(
        "island",
        Joined(platform_name="Otter", platform_id=OTTER),
        Joined(platform_name=AWKWARD, platform_id=HERON),
        Chat(platform_name="Otter", survivor="Nia", text="hello", platform_id=OTTER),
        Chat(platform_name=AWKWARD, survivor="Bo", text="hello", platform_id=HERON),
        *(
            Tamed(survivor="Nia", tribe="Reed Court", creature=Creature(name=f"Do_do_{n}", level=n))
            for n in range(1, 13)
        ),
        at=then,
    )
    await until_counted(
        community, await community.feed("island", WorldSaved(), at=then + timedelta(minutes=15))
    )


async def test_points_are_earned_looked_at_explained_and_paid(community: TestCommunity) -> None:
    await community.start("activity_points")
    await play(community)
    await link(community, "alice", OTTER, "Otter")
    await link(community, "bob", HERON, "Heron")

    own = await (await community.alice.slash("points balance")).reply()
    why = await (await community.alice.slash("points why")).reply()
    top = await (await community.bob.slash("points top", period="day")).reply()

    # fifteen active minutes, and tames up to the day's cap
    assert own.is_ephemeral
    assert "115 points" in own.text
    assert "counted up to" in own.text
    assert why.is_ephemeral
    assert r"tamed a Do\_do\_10 (level 10) on The Island" in why.text
    assert "1. **Otter** — 115" in top.text
    # the first slot lacks the millisecond before Heron joined
    assert r"2. **He\*ron @everyone** — 14" in top.text
    assert "Your place: 2." in top.text
    assert top.pinged == []

    small = await (await community.alice.slash("points pay", member="bob", amount=7)).reply()
    large = await (await community.alice.slash("points pay", member="bob", amount=101)).reply()

    assert "Paid 7 points" in small.text
    assert "nothing has been paid yet" in large.text

    # the button outlives the process that made it, and works once
    await community.kill("activity_points")
    await community.start("activity_points")
    pressed = await community.alice.click(large, "Pay 101 points")
    assert "Paid 101 points" in (await pressed.update()).text

    received = await (await community.bob.slash("points balance")).reply()
    assert "122 points" in received.text
    async with community.db.connection() as conn:
        assert await list_mismatches(conn) == []


async def test_refusals_say_what_to_do(community: TestCommunity) -> None:
    await community.start("activity_points")

    unknown = await (await community.bob.slash("points balance")).reply()
    stranger = await (await community.bob.slash("points balance", player="Nobody @everyone")).reply()
    top = await (await community.bob.slash("points top")).reply()
    adjust = await (
        await community.bob.slash("points adjust", player="Otter", amount=5, reason="please")
    ).reply()
    why = await (await community.bob.slash("points why", player="Otter")).reply()
    rules = await (await community.bob.slash("points rules")).reply()

    assert "/link" in unknown.text
    assert "Pick one from the list" in stranger.text
    assert stranger.pinged == []
    assert "Nobody has earned points" in top.text
    assert "Only staff" in adjust.text
    assert "Only staff" in why.text
    assert "for taming a creature" in rules.text


async def test_staff_adjust_by_picking_a_name_and_the_player_sees_why(community: TestCommunity) -> None:
    await community.start("activity_points")
    await play(community)
    await link(community, "bob", HERON, "Heron")

    choices = await community.sam.autocomplete("points adjust", "player", "he*", amount=1, reason="x")
    adjusted = await (
        await community.sam.slash(
            "points adjust", player=choices[0]["value"], amount=-4, reason="for @everyone"
        )
    ).reply()
    why = await (await community.bob.slash("points why")).reply()

    assert choices[0]["name"].startswith(AWKWARD)
    assert "10 points" in adjusted.text
    assert "adjusted: for @everyone" in why.text
    assert "`-4`" in why.text


async def test_who_asks_in_the_game_is_answered_alone(community: TestCommunity) -> None:
    await community.start("activity_points")
    await play(community)

    await community.feed(
        "island",
        Chat(platform_name="Otter", survivor="Nia Reed", text="!points", platform_id=OTTER),
        Chat(platform_name="Stranger", survivor="Who", text="!POINTS"),
    )
    # what was asked long ago is not answered
    old = datetime.now(UTC) - timedelta(minutes=5)
    asked_long_ago = Chat(platform_name="Otter", survivor="Nia", text="!points", platform_id=OTTER)
    seq = await community.feed("island", asked_long_ago, at=old)
    await until_counted(community, seq)

    async with community.db.connection() as conn:
        commands = [
            row["command"] for row in await conn.fetch("SELECT command FROM rcon_commands ORDER BY id")
        ]
    # of the 45 silent minutes before the question, 30 count, at a tenth
    assert commands[0].startswith('ServerChatToPlayer "Nia Reed" You have 118 points.')
    assert commands[1].startswith('ServerChatToPlayer "Who" The log does not tell')
    assert len(commands) == 2


async def test_a_bot_that_is_killed_again_and_again_books_what_the_log_says_and_no_more(
    community: TestCommunity,
) -> None:
    then = slot_start(datetime.now(UTC) - timedelta(days=1))
    lines: list[tuple[GameEvent, datetime]] = [(Joined(platform_name="Otter", platform_id=OTTER), then)]
    said = [
        Chat(platform_name="Otter", survivor="Nia", text=f"line {n}", platform_id=OTTER) for n in range(3000)
    ]
    lines = [*lines, *((event, then + timedelta(seconds=10 * n)) for n, event in enumerate(said, start=1))]
    async with community.db.transaction() as conn:
        new = [NewEvent(occurred_at=at, event=event, raw="") for event, at in lines]
        seq = await add_events(conn, community.servers["island"], "test", new)

    for _ in range(4):
        await community.start("activity_points")
        await community.kill("activity_points")
    await community.start("activity_points")
    await until_counted(community, seq)

    expected = Earner(
        server_id=community.servers["island"],
        server_name="The Island",
        people=People(is_ase=False),
        sessions=SessionBook(),
    )
    for number, (event, at) in enumerate(lines, start=1):
        expected.apply(number, event, at)
    async with community.db.connection() as conn:
        rows = await conn.fetch("SELECT dedupe_key FROM activity_points.transactions ORDER BY id")
        account = (await list_accounts(conn, community.guild_id, [OTTER]))[0]
    assert [row["dedupe_key"] for row in rows] == [each.dedupe_key for each in expected.earnings]
    assert account.balance == sum(each.amount for each in expected.earnings) == 500
