"""From the event log to posts, other maps and answers, exactly once."""

from __future__ import annotations

from datetime import timedelta

from shared.domain.events import Joined, Left, ServerChat, ServerStarted
from shared.ids import ChannelId, ServerId
from shared.store.servers import remove_servers_except
from tests.bots.chat_bridge.world import GUILD, ISLAND_CHANNEL, RAGNAROK_CHANNEL, World, chat, route


async def test_chat_is_posted_under_the_players_name(world: World) -> None:
    await world.feed(world.island, chat("one"), chat("two"))

    assert await world.posts() == [("Rex (otter99)", "one"), ("Rex (otter99)", "two")]


async def test_joins_leaves_and_starts_are_told_by_the_server(world: World) -> None:
    await world.feed(
        world.island, Joined(platform_name="lynx"), Left(platform_name="lynx"), ServerStarted(name="x")
    )

    assert await world.posts() == [
        ("The Island", "→ **lynx** joined"),
        ("The Island", "← **lynx** left"),
        ("The Island", "🟢 The server has started."),
    ]


async def test_reading_the_same_events_again_posts_nothing(world: World) -> None:
    await world.feed(world.island, chat("one"))
    async with world.db.transaction() as conn:
        await conn.execute("UPDATE event_cursors SET seq = 0")

    await world.read()

    assert await world.posts() == [("Rex (otter99)", "one")]
    assert await world.commands(world.ragnarok) == ["ServerChat [The Island] Rex: one"]


async def test_other_maps_of_the_cluster_hear_players_in_plain_letters_where_needed(world: World) -> None:
    await world.feed(world.island, chat("Grüße"))
    await world.feed(world.ragnarok, chat("Grüße"))

    assert await world.commands(world.ragnarok) == ["ServerChat [The Island] Rex: Grusse"]
    assert await world.commands(world.island) == ["ServerChat [Ragnarok] Rex: Grüße"]


async def test_what_came_from_here_does_not_come_back(world: World) -> None:
    await world.feed(world.island, chat("Grüße"))

    await world.feed(world.ragnarok, ServerChat(text="[The Island] Rex: Grusse"))

    assert await world.posts(RAGNAROK_CHANNEL) == []
    assert await world.commands(world.island) == []


async def test_what_the_server_says_itself_is_posted_and_not_relayed(world: World) -> None:
    await world.feed(world.island, ServerChat(text="Restart in 5 minutes"))

    assert await world.posts() == [("The Island", "Restart in 5 minutes")]
    assert await world.commands(world.ragnarok) == []


async def test_the_history_of_an_old_log_is_not_posted(world: World) -> None:
    await world.feed(world.island, chat("years ago"), age=timedelta(hours=2))
    await world.feed(world.island, chat("just now"))

    assert await world.posts() == [("Rex (otter99)", "just now")]


async def test_late_lines_say_when_and_are_not_said_on_other_maps(world: World) -> None:
    await world.feed(world.island, chat("late"), age=timedelta(minutes=30))

    ((_, content),) = await world.posts()
    assert content.startswith("late · <t:")
    assert await world.commands(world.ragnarok) == []


async def test_a_server_without_a_channel_is_read_and_goes_nowhere(world: World) -> None:
    async with world.db.transaction() as conn:
        await conn.execute("DELETE FROM routes WHERE server_id = $1", world.island)

    await world.feed(world.island, chat("hello"))

    assert await world.posts() == []


async def test_a_removed_server_is_silent(world: World) -> None:
    async with world.db.transaction() as conn:
        await remove_servers_except(conn, GUILD, ["ragnarok"])

    await world.feed(world.island, chat("hello"))

    assert await world.posts() == []
    assert await world.commands(world.ragnarok) == []


async def test_in_a_shared_channel_names_say_which_server(world: World) -> None:
    await route(world, [(world.ragnarok, ISLAND_CHANNEL)])

    await world.feed(world.ragnarok, chat("hello"))

    assert await world.posts() == [("Rex (otter99) · Ragnarok", "hello")]


async def test_the_communitys_channel_serves_servers_without_their_own(world: World) -> None:
    async with world.db.transaction() as conn:
        await conn.execute("DELETE FROM routes WHERE server_id = $1", world.ragnarok)
    await route(world, [(ServerId(0), ChannelId(300))])

    await world.feed(world.ragnarok, chat("hello"))

    assert await world.posts(ChannelId(300)) == [("Rex (otter99)", "hello")]


async def test_a_question_in_the_game_is_answered_to_the_player_alone(world: World) -> None:
    await world.feed(world.island, chat("!players"))

    assert await world.commands(world.island) == [
        'ServerChatToPlayer "Rex" On now - The Island: not known yet; Ragnarok: not known yet'
    ]
    assert await world.commands(world.ragnarok) == []


async def test_a_question_of_long_ago_is_not_answered(world: World) -> None:
    await world.feed(world.island, chat("!help"), age=timedelta(minutes=2))

    assert await world.commands(world.island) == []
