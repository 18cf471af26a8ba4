"""From Discord into the game, exactly once, with a receipt."""

from __future__ import annotations

from datetime import timedelta

from bots.chat_bridge.from_discord.domain import Receipt
from shared.ids import ChannelId, MessageId
from tests.bots.chat_bridge.world import GUILD, ISLAND_CHANNEL, RAGNAROK_CHANNEL, World, route


async def receipts(world: World) -> list[Receipt | None]:
    owed = await world.from_discord.owed()
    for one in owed:
        await world.from_discord.set_receipt(one)
    return [one.progress.receipt for one in owed]


async def test_a_message_becomes_a_command_that_knows_how_the_log_will_show_it(world: World) -> None:
    await world.from_discord.take(world.spoken("hello"))

    async with world.db.connection() as conn:
        row = await conn.fetchrow("SELECT command, shows_as, expires_at FROM rcon_commands")
    assert row is not None
    assert row["command"] == "ServerChat [D] Alice: hello"
    assert row["shows_as"] == "[D] Alice: hello"
    assert row["expires_at"] == world.clock.now() + timedelta(minutes=5)


async def test_a_message_is_taken_once(world: World) -> None:
    message = world.spoken("hello")

    assert await world.from_discord.take(message)
    assert not await world.from_discord.take(message)
    assert await world.commands(world.island) == ["ServerChat [D] Alice: hello"]


async def test_a_channel_that_carries_no_server_is_ignored(world: World) -> None:
    assert not await world.from_discord.take(world.spoken("hello", channel_id=ChannelId(999)))
    assert await world.from_discord.last_heard(ChannelId(999)) is None


async def test_the_mark_of_a_channel_moves_with_the_message_and_never_back(world: World) -> None:
    first, second = world.spoken("one"), world.spoken("two")

    await world.from_discord.take(second)
    await world.from_discord.take(first)

    assert await world.from_discord.last_heard(ISLAND_CHANNEL) == second.message_id


async def test_a_shared_channel_reaches_all_its_servers(world: World) -> None:
    await route(world, [(world.ragnarok, ISLAND_CHANNEL)])

    await world.from_discord.take(world.spoken("Grüße"))

    assert await world.commands(world.island) == ["ServerChat [D] Alice: Grüße"]
    assert await world.commands(world.ragnarok) == ["ServerChat [D] Alice: Grusse"]


async def test_receipts_go_from_slow_to_delivered(world: World) -> None:
    await world.from_discord.take(world.spoken("hello"))

    assert await receipts(world) == []
    world.clock.advance(timedelta(seconds=4))
    assert await receipts(world) == [Receipt.SLOW]
    assert await receipts(world) == []
    await world.settle("confirmed")
    assert await receipts(world) == [Receipt.DELIVERED]
    assert await receipts(world) == []


async def test_a_message_counts_as_delivered_when_every_server_has_it(world: World) -> None:
    await route(world, [(world.ragnarok, ISLAND_CHANNEL)])
    await world.from_discord.take(world.spoken("hello"))

    await world.settle("confirmed", server_id=world.island)
    assert await receipts(world) == []
    await world.settle("failed", server_id=world.ragnarok)
    assert await receipts(world) == [Receipt.FAILED]


async def test_a_message_with_nothing_to_say_needs_no_receipt(world: World) -> None:
    await world.from_discord.take(world.spoken("\u202e"))

    assert await receipts(world) == [None]
    assert await receipts(world) == []


async def test_a_gap_is_told_once_and_moves_the_mark(world: World) -> None:
    await world.from_discord.begin(GUILD, RAGNAROK_CHANNEL, MessageId(5))

    for _ in range(2):
        await world.from_discord.tell_gap(
            GUILD, RAGNAROK_CHANNEL, after=MessageId(5), count=3, upto=MessageId(9)
        )

    ((author, content),) = await world.posts(RAGNAROK_CHANNEL)
    assert author is None
    assert "at least 3 messages" in content
    assert await world.from_discord.last_heard(RAGNAROK_CHANNEL) == 9


async def test_receipts_of_long_ago_are_forgotten(world: World) -> None:
    await world.from_discord.take(world.spoken("hello"))
    await world.settle("confirmed")
    await receipts(world)
    world.clock.advance(timedelta(days=8))

    await world.from_discord.sweep()

    async with world.db.connection() as conn:
        assert await conn.fetchval("SELECT count(*) FROM chat_bridge.messages") == 0
