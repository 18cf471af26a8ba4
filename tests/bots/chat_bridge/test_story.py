"""The bridge through real discord.py: both ways, over restarts and lost connections, exactly once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shared.domain.events import Chat, Joined, ServerChat
from shared.store.servers import remove_servers_except
from tests.bots.chat_bridge.waiting import (
    SECONDS,
    commands,
    heard,
    settle,
    wait_for_commands,
    wait_for_reactions,
)
from tests.bots.harness import TestCommunity
from tests.waiting import until


async def test_game_chat_appears_under_the_players_name(community: TestCommunity) -> None:
    await community.start("chat_bridge")

    await community.feed("island", Chat(platform_name="otter99", survivor="Rex", text="anyone on?"))
    await community.feed("island", Joined(platform_name="lynx"))

    message = await community.bob.sees("chat-island", "anyone on?")
    assert message.author == "Rex (otter99)"
    assert message.raw["webhook_id"]
    joined = await community.bob.sees("chat-island", "joined")
    assert (joined.author, joined.content) == ("The Island", "→ **lynx** joined")


async def test_what_people_type_reaches_the_game_with_a_receipt(community: TestCommunity) -> None:
    await community.start("chat_bridge")
    await heard(community)

    await community.alice.say("chat-island", "hello game")
    await wait_for_commands(community, ["ServerChat [D] Alice: hello game"])
    await settle(community, "confirmed")

    await wait_for_reactions(community.alice, "hello game", ["✅"])


async def test_a_slow_server_is_told_and_then_a_failure_with_its_reason(community: TestCommunity) -> None:
    await community.start("chat_bridge")
    await heard(community)

    await community.bob.say("chat-island", "hello")
    await wait_for_commands(community, ["ServerChat [D] Bob: hello"])
    await wait_for_reactions(community.bob, "hello", ["⏳"])
    await settle(community, "expired", "the server was down")

    await wait_for_reactions(community.bob, "hello", ["⚠️"])
    reply = await (await community.bob.slash("bridge status")).reply()
    assert reply.is_ephemeral
    assert "the server was down" in reply.text


async def test_mentions_replies_and_pictures_read_well_in_the_game(community: TestCommunity) -> None:
    await community.start("chat_bridge")
    await heard(community)

    first = await community.alice.say("chat-island", f"<@{community.bob.id}> look <:dodo:123456789012345678>")
    await community.bob.say("chat-island", "nice", files=[("base.png", b"\x89PNG")], reply_to=first)

    await wait_for_commands(
        community,
        ["ServerChat [D] Alice: @Bob look :dodo:", "ServerChat [D] Bob: ↩ Alice: nice [picture]"],
    )


async def test_channels_without_a_server_are_private(community: TestCommunity) -> None:
    await community.start("chat_bridge")
    await heard(community)

    await community.alice.say("staff", "secret")
    await community.alice.say("chat-island", "public")

    await wait_for_commands(community, ["ServerChat [D] Alice: public"])


async def test_what_was_said_while_the_bot_was_away_is_taken_once_and_in_order(
    community: TestCommunity,
) -> None:
    await community.start("chat_bridge")
    await heard(community)
    await community.alice.say("chat-island", "before")
    await wait_for_commands(community, ["ServerChat [D] Alice: before"])

    await community.kill("chat_bridge")
    for number in range(5):
        await community.alice.say("chat-island", f"away {number}")
    await community.start("chat_bridge")
    await community.alice.say("chat-island", "after")

    texts = ["before", *(f"away {number}" for number in range(5)), "after"]
    await wait_for_commands(community, [f"ServerChat [D] Alice: {text}" for text in texts])


async def test_a_lost_connection_loses_and_doubles_nothing(community: TestCommunity) -> None:
    await community.start("chat_bridge")
    await heard(community)

    for number in range(12):
        if number in {3, 6}:
            community.discord.drop("chat_bridge")
        if number == 9:
            community.discord.invalidate("chat_bridge")
        await community.alice.say("chat-island", f"line {number}")

    await wait_for_commands(community, [f"ServerChat [D] Alice: line {number}" for number in range(12)])


async def test_the_history_of_a_channel_is_not_said_when_the_bridge_is_new(community: TestCommunity) -> None:
    await community.alice.say("chat-island", "long before")
    await community.start("chat_bridge")
    await heard(community)

    await community.alice.say("chat-island", "now")

    await wait_for_commands(community, ["ServerChat [D] Alice: now"])


async def test_more_than_can_be_caught_up_with_is_told_as_a_gap(community: TestCommunity) -> None:
    await community.start("chat_bridge")
    await heard(community)
    await community.stop("chat_bridge")
    for number in range(205):
        await community.alice.say("chat-island", f"line {number}")

    await community.start("chat_bridge")

    gap = await community.bob.sees("chat-island", "While I was away", within=SECONDS)
    assert "at least 1 message " in gap.content

    async def look() -> bool:
        return len(await commands(community)) == 200

    await until(look)
    assert (await commands(community))[-1] == "ServerChat [D] Alice: line 204"


async def test_an_echo_of_our_own_line_is_not_posted(community: TestCommunity) -> None:
    await community.start("chat_bridge")
    await heard(community)
    await community.alice.say("chat-island", "hello")
    await wait_for_commands(community, ["ServerChat [D] Alice: hello"])

    await community.feed(
        "island", ServerChat(text="[D] Alice: hello"), ServerChat(text="Restart soon, save your tames")
    )

    await community.bob.sees("chat-island", "Restart soon")
    assert [m.content for m in await community.bob.history("chat-island")] == [
        "hello",
        "Restart soon, save your tames",
    ]


async def test_pause_and_resume(community: TestCommunity) -> None:
    await community.start("chat_bridge")
    await heard(community)

    refused = await (await community.bob.slash("bridge pause")).reply()
    assert "Only staff" in refused.text
    await (await community.sam.slash("bridge pause", reason="event")).reply()
    await community.bob.sees("chat-island", "paused")
    await community.feed("island", Chat(platform_name="a", survivor="Rex", text="not carried"))
    await community.alice.say("chat-island", "not carried either")
    await wait_for_reactions(community.alice, "not carried either", ["⏸️"])
    status = await (await community.bob.slash("bridge status")).reply()
    assert "Paused by Sam" in status.text
    await (await community.sam.slash("bridge resume")).reply()

    notice = await community.bob.sees("chat-island", "carries again")
    assert "1 line from the game and 1 line from here" in notice.content
    assert await commands(community) == []


async def test_without_a_server_the_status_says_what_to_do(community: TestCommunity) -> None:
    async with community.db.transaction() as conn:
        await remove_servers_except(conn, community.guild_id, [])
    await community.start("chat_bridge")

    reply = await (await community.bob.slash("bridge status")).reply()

    assert "No game server is set up yet" in reply.text


async def test_late_lines_show_their_time(community: TestCommunity) -> None:
    await community.start("chat_bridge")
    await community.feed("island", Chat(platform_name="a", survivor="Rex", text="first"))

    at = datetime.now(UTC) - timedelta(minutes=20)
    await community.feed("island", Chat(platform_name="a", survivor="Rex", text="late"), at=at)

    message = await community.bob.sees("chat-island", "late")
    assert message.content == f"late · <t:{int(at.timestamp())}:t>"


async def test_what_could_not_be_stored_is_taken_when_the_database_works_again(
    community: TestCommunity,
) -> None:
    await community.start("chat_bridge")
    await heard(community)
    async with community.db.connection() as conn:
        await conn.execute("ALTER TABLE chat_bridge.messages RENAME TO away")
    await community.alice.say("chat-island", "one")
    await community.alice.say("chat-island", "two")
    async with community.db.connection() as conn:
        await conn.execute("ALTER TABLE chat_bridge.away RENAME TO messages")

    await community.alice.say("chat-island", "three")

    await wait_for_commands(community, [f"ServerChat [D] Alice: {text}" for text in ("one", "two", "three")])


async def test_an_outage_of_discord_only_delays(community: TestCommunity) -> None:
    await community.start("chat_bridge")
    await heard(community)
    community.discord.outage(503)
    community.discord.drop("chat_bridge")
    await community.alice.say("chat-island", "said during the outage")
    await community.feed("island", Chat(platform_name="a", survivor="Rex", text="heard during the outage"))

    community.discord.outage(None)

    await wait_for_commands(community, ["ServerChat [D] Alice: said during the outage"])
    await community.bob.sees("chat-island", "heard during the outage", within=SECONDS)
    texts = [message.content for message in await community.bob.history("chat-island")]
    assert texts.count("heard during the outage") == 1
