"""The outbox against Discord's stand-in: in order, exactly once, whatever is killed or refused when."""

from __future__ import annotations

import asyncio

import discord
import pytest

from sandbox.discord.limits import Limits, Window
from shared.cache.keys import outbox_filled
from shared.store.outbox import Post, add_post, list_waiting, set_sending
from tests.bots.harness import TestCommunity
from tests.waiting import until

BOT = "chat_bridge"


async def _queue(community: TestCommunity, *lines: tuple[str, str], channel: str = "chat-island") -> None:
    async with community.db.transaction() as conn:
        for author, text in lines:
            post = Post(
                guild_id=community.guild_id,
                bot=BOT,
                channel_id=community.channel_id(channel),
                dedupe_key=f"{channel}:{author}:{text}",
                author=author or None,
                content=text,
            )
            await add_post(conn, post)
    await community.resources.wakeups.send(outbox_filled(BOT))


async def _said(community: TestCommunity, channel: str = "chat-island") -> list[str]:
    return [
        line
        for message in await community.bob.history(channel, limit=100)
        for line in message.text.splitlines()
    ]


async def test_a_line_appears_under_the_players_name(community: TestCommunity) -> None:
    await community.start(BOT)

    await _queue(community, ("Mira", "anyone near the volcano?"))

    message = await community.bob.sees("chat-island", "volcano")
    assert message.raw["author"]["username"] == "Mira"


async def test_lines_keep_their_order_and_arrive_once(community: TestCommunity) -> None:
    lines = [(f"P{number % 3}", f"line {number}.") for number in range(60)]
    await _queue(community, *lines)

    await community.start(BOT)

    await community.bob.sees("chat-island", "line 59.")
    said = [line.split(": ")[-1] for line in await _said(community)]
    assert said == [text for _, text in lines]


async def test_nobody_is_pinged_whatever_is_said(community: TestCommunity) -> None:
    await community.start(BOT)

    await _queue(community, ("Mira", f"@everyone @here <@{community.bob.id}>"))

    message = await community.bob.sees("chat-island", "@everyone")
    assert not message.pinged


async def test_what_arrived_before_a_crash_is_not_sent_again(community: TestCommunity) -> None:
    await community.start(BOT)
    await _queue(community, ("Mira", "first"))
    await community.bob.sees("chat-island", "first")
    await community.kill(BOT)
    async with community.db.transaction() as conn:
        await conn.execute("UPDATE outbox SET state = 'sending', message_id = NULL, sent_at = NULL")

    await community.start(BOT)
    await _queue(community, ("Mira", "second"))

    await community.bob.sees("chat-island", "second")
    assert await _said(community) == ["first", "second"]


async def test_what_did_not_arrive_before_a_crash_is_sent_again(community: TestCommunity) -> None:
    await _queue(community, ("Mira", "first"), ("Tarek", "second"))
    async with community.db.transaction() as conn:
        waiting = await list_waiting(conn, BOT, community.channel_id("chat-island"), limit=1)
        await set_sending(conn, [post.id for post in waiting])

    await community.start(BOT)

    await community.bob.sees("chat-island", "second")
    assert await _said(community) == ["first", "second"]


async def test_the_bots_own_posts_are_settled_as_well(community: TestCommunity) -> None:
    await community.start(BOT)
    await _queue(community, ("", "The Island is up again."))
    await community.bob.sees("chat-island", "up again")
    await community.kill(BOT)
    async with community.db.transaction() as conn:
        await conn.execute("UPDATE outbox SET state = 'sending', message_id = NULL, sent_at = NULL")

    await community.start(BOT)
    await _queue(community, ("Mira", "good"))

    await community.bob.sees("chat-island", "good")
    assert await _said(community) == ["The Island is up again.", "good"]


async def test_an_outage_of_discord_delays_posts_and_loses_none(community: TestCommunity) -> None:
    await community.start(BOT)
    community.discord.outage(503)
    await _queue(community, ("Mira", "during the outage"))

    async def tried() -> bool:
        async with community.db.connection() as conn:
            waiting = await conn.fetchval(
                "SELECT count(*) FROM outbox WHERE state = 'sending' OR failure IS NOT NULL"
            )
        return bool(waiting)

    await until(tried)
    community.discord.outage(None)

    await community.bob.sees("chat-island", "during the outage", within=30)
    assert (await _said(community)).count("during the outage") == 1


async def test_a_channel_that_refuses_posts_does_not_stop_the_others(community: TestCommunity) -> None:
    await community.start(BOT)
    async with community.db.transaction() as conn:
        post = Post(
            guild_id=community.guild_id,
            bot=BOT,
            channel_id=community.channel_id("chat-island"),
            dedupe_key="x",
        )
        await add_post(conn, post)
        await conn.execute("UPDATE outbox SET channel_id = 1, author = 'Mira', content = 'nowhere'")
    await _queue(community, ("Mira", "here"))

    await community.bob.sees("chat-island", "here")

    async def reported() -> bool:
        return any(
            "Channel 1 refuses" in problem for problem in community.resources.reporter.report().problems
        )

    await until(reported)


async def test_rate_limits_fold_a_burst_into_few_messages(community: TestCommunity) -> None:
    assert Limits().webhooks == Window(calls=5, seconds=2.0)
    lines = [(f"P{number % 7}", f"burst {number}.") for number in range(200)]
    await _queue(community, *lines)

    await community.start(BOT)

    await community.bob.sees("chat-island", "burst 199.", within=20)
    messages = await community.bob.history("chat-island", limit=100)
    assert len(messages) <= 10


async def test_a_discord_that_hangs_up_is_an_outage_and_no_bug(
    community: TestCommunity, caplog: pytest.LogCaptureFixture
) -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    await community.start(BOT)
    real = discord.http.Route.BASE
    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        discord.http.Route.BASE = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/v10"
        try:
            await _queue(community, ("", "said while Discord hung up"))

            async def tried() -> bool:
                return any("channel" in record.message for record in caplog.records)

            await until(tried)
        finally:
            discord.http.Route.BASE = real

    await community.bob.sees("chat-island", "said while Discord hung up", within=30)
    assert (await _said(community)).count("said while Discord hung up") == 1
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []
