"""Tickets when things are killed, deleted, missing or away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bots.tickets.domain import Form, Kind
from bots.tickets.service import TicketService
from sandbox.discord.limits import Limits
from shared.discord_kit.bot import HelenaBot
from shared.domain.permissions import Actor, Level
from shared.ids import ChannelId, MemberId, ServerId
from shared.store.servers import Purpose, Route, set_route
from tests.bots.harness import TestCommunity, open_test_community
from tests.bots.tickets.people import (
    BOT,
    direct_messages,
    header,
    html_of,
    open_ticket,
    panel,
    rows,
    send_form,
    transcript,
)
from tests.waiting import until


async def strike(bot: HelenaBot, name: str) -> None:
    """Let a clock strike."""
    (loop,) = [loop for loop in bot._loops if loop.name == name]
    await loop.run()


async def is_settled(community: TestCommunity) -> bool:
    return not await rows(community, "SELECT 1 FROM tickets.tickets WHERE version > shown_version")


async def test_a_thread_that_was_made_and_not_recorded_is_found(community: TestCommunity) -> None:
    await community.start(BOT)
    thread = await open_ticket(community.bob)
    await header(community.bob, thread)
    await community.kill(BOT)
    async with community.db.transaction() as conn:
        # as a crash between Discord's answer and the note of it leaves the row
        await conn.execute(
            "UPDATE tickets.tickets SET state = 'opening', thread_id = NULL, version = 1, shown_version = 0"
        )

    await community.start(BOT)
    await until(lambda: is_settled(community))

    (row,) = await rows(community, "SELECT state, thread_id FROM tickets.tickets")
    assert row == {"state": "opened", "thread_id": int(thread["id"])}
    threads = [c for c in community.alice.client.channels.values() if "thread_metadata" in c]
    assert len(threads) == 1


async def test_a_ticket_that_was_only_put_on_record_gets_its_thread(community: TestCommunity) -> None:
    actor = Actor(
        guild_id=community.guild_id,
        member_id=MemberId(int(community.bob.id)),
        name="Bob",
        level=Level.MEMBER,
        reference="REF",
    )
    service = TicketService(community.db, community.resources.clock)
    await service.open(actor, Kind.HELP, Form(subject="Lost my raptor"), form_key=1)

    await community.start(BOT)

    thread = await community.bob.thread("#1", within=15)
    await header(community.bob, thread, "Waiting on staff")


@pytest.mark.parametrize("milliseconds", [0, 4, 8, 16, 32, 64])
async def test_killed_at_any_moment_a_ticket_has_one_thread_and_one_transcript(
    community: TestCommunity, milliseconds: int
) -> None:
    await community.start(BOT)
    form = await (await community.bob.click(await panel(community.bob), "Open a ticket")).modal()
    await community.bob.submit(form, {"subject": "Lost my raptor"})
    await until(lambda: _is_on_record(community))
    # not a wait for something: the moment of the kill is what differs from case to case
    await asyncio.sleep(milliseconds / 1000)
    await community.kill(BOT)
    await community.start(BOT)
    await until(lambda: is_settled(community))

    await community.alice.slash("ticket close", number=1, reason="done")
    await until(lambda: _is_closed(community))
    await asyncio.sleep(milliseconds / 1000)
    await community.kill(BOT)
    await community.start(BOT)
    await until(lambda: is_settled(community))

    (row,) = await rows(community, "SELECT number, thread_id, put_away FROM tickets.tickets")
    thread = await community.alice.client.call("GET", f"/channels/{row['thread_id']}")
    threads = [c for c in community.alice.client.channels.values() if "thread_metadata" in c]
    shown = await community.alice.history({"id": thread["id"]})
    assert (row["number"], row["put_away"], len(threads)) == (1, 1, 1)
    assert thread["thread_metadata"]["locked"]
    assert len([m for m in shown if m.embeds]) == 1
    assert len([m for m in await community.sam.history("transcripts") if m.attachments]) == 1
    assert len(await direct_messages(community, community.bob)) == 1


async def _is_on_record(community: TestCommunity) -> bool:
    return bool(await rows(community, "SELECT 1 FROM tickets.tickets"))


async def _is_closed(community: TestCommunity) -> bool:
    return bool(await rows(community, "SELECT 1 FROM tickets.tickets WHERE state = 'closed'"))


async def test_what_is_said_while_the_bot_is_away_is_kept(community: TestCommunity) -> None:
    await community.start(BOT)
    thread = await open_ticket(community.bob)
    place = {"id": thread["id"]}
    await community.bob.say(place, "before")
    gone = await community.bob.say(place, "gone meanwhile")
    await until(lambda: _has(community, "gone meanwhile"))
    await community.kill(BOT)

    await community.bob.say(place, "meanwhile", files=[("note.txt", b"evidence")])
    await community.bob.delete(gone)
    await community.start(BOT)

    await until(lambda: _has(community, "meanwhile"))
    await (await community.alice.slash("ticket close", number=1, reason="done")).reply()
    page = await html_of(await transcript(community.alice, 1))
    assert page.index("before") < page.index("gone meanwhile") < page.index(">meanwhile")
    assert "deleted</span>" in page
    assert "note.txt" in page


async def _has(community: TestCommunity, text: str) -> bool:
    return bool(await rows(community, "SELECT 1 FROM tickets.messages WHERE content = $1", text))


async def test_a_thread_deleted_by_hand_closes_the_ticket_and_loses_nothing(community: TestCommunity) -> None:
    await community.start(BOT)
    thread = await open_ticket(community.bob)
    await community.bob.say({"id": thread["id"]}, "my only words")
    await until(lambda: _has(community, "my only words"))

    await community.alice.client.call("DELETE", f"/channels/{thread['id']}")

    message = await transcript(community.sam, 1)
    assert "my only words" in await html_of(message)
    assert "The thread was deleted in Discord" in message.text
    assert "Your ticket is #2" in await send_form(community.bob)


async def test_a_thread_deleted_while_the_bot_is_away_is_noticed(community: TestCommunity) -> None:
    await community.start(BOT)
    thread = await open_ticket(community.bob)
    await header(community.bob, thread)
    await community.kill(BOT)

    await community.alice.client.call("DELETE", f"/channels/{thread['id']}")
    await community.start(BOT)

    assert "deleted" in (await transcript(community.sam, 1)).text


async def test_a_ticket_whose_thread_is_gone_is_reopened_in_a_new_one(community: TestCommunity) -> None:
    await community.start(BOT)
    thread = await open_ticket(community.bob)
    await community.alice.client.call("DELETE", f"/channels/{thread['id']}")
    await transcript(community.sam, 1)
    await until(lambda: is_settled(community))

    answer = await (await community.alice.slash("ticket reopen", number=1)).reply()

    again = await community.bob.thread("#1")
    assert again["id"] != thread["id"]
    assert again["id"] in answer.text


async def test_without_a_channel_for_transcripts_staff_are_told_and_it_waits(
    community: TestCommunity,
) -> None:
    async with community.db.transaction() as conn:
        await conn.execute("DELETE FROM routes WHERE purpose = 'transcripts'")
    bot = await community.start(BOT)
    thread = await open_ticket(community.bob)

    await (await community.alice.slash("ticket close", number=1, reason="done")).reply()
    await community.alice.sees({"id": thread["id"]}, "The transcript waits")
    await until(lambda: is_settled(community))
    async with community.db.transaction() as conn:
        route = Route(
            guild_id=community.guild_id,
            purpose=Purpose.TRANSCRIPTS,
            server_id=ServerId(0),
            channel_id=ChannelId(community.channel_id("transcripts")),
        )
        await set_route(conn, route)
    await strike(bot, "tickets reconcile")
    await strike(bot, "tickets reconcile")

    await transcript(community.sam, 1)
    assert len([m for m in await community.sam.history("transcripts") if m.attachments]) == 1
    assert len(await direct_messages(community, community.bob)) == 1


@pytest.fixture
async def forgetful(tmp_path: Path, database_url: str, redis_url: str) -> AsyncIterator[TestCommunity]:
    """Return a community whose Discord knows no nonce, as after a crash that lasted longer than some minutes."""
    limits = replace(Limits.generous(), nonce_seconds=0.0)
    opening = open_test_community(
        data=tmp_path, database_url=database_url, redis_url=redis_url, limits=limits
    )
    async with opening as opened:
        yield opened


async def test_a_transcript_that_arrived_before_a_crash_is_not_sent_again(forgetful: TestCommunity) -> None:
    community = forgetful
    await community.start(BOT)
    await open_ticket(community.bob)
    await (await community.alice.slash("ticket close", number=1, reason="done")).reply()
    await transcript(community.sam, 1)
    await until(lambda: is_settled(community))
    await community.kill(BOT)
    async with community.db.transaction() as conn:
        # as a crash between Discord's answers and the notes of them leaves the rows
        await conn.execute("UPDATE tickets.deliveries SET state = 'sending', message_id = NULL")
        await conn.execute("UPDATE tickets.tickets SET put_away = 0, shown_version = 0")

    await community.start(BOT)
    await until(lambda: is_settled(community))

    assert len([m for m in await community.sam.history("transcripts") if m.attachments]) == 1
    assert len(await direct_messages(community, community.bob)) == 1
    states = await rows(community, "SELECT state FROM tickets.deliveries")
    assert states == [{"state": "sent"}, {"state": "sent"}]


async def test_a_channel_for_transcripts_that_is_closed_to_the_bot_gets_them_later(
    community: TestCommunity,
) -> None:
    bot = await community.start(BOT)
    thread = await open_ticket(community.bob)
    await header(community.bob, thread)
    overwrite = (
        f"/channels/{community.channel_id('transcripts')}/permissions/{bot.user.id if bot.user else 0}"
    )
    sending, viewing = 1 << 11, 1 << 10
    closed = {"type": 1, "allow": str(viewing), "deny": str(sending)}
    await community.alice.client.call("PUT", overwrite, closed)

    await (await community.alice.slash("ticket close", number=1, reason="done")).reply()
    await community.alice.sees({"id": thread["id"]}, "The transcript waits")
    await until(lambda: is_settled(community))
    opened = {"type": 1, "allow": str(viewing | sending), "deny": "0"}
    await community.alice.client.call("PUT", overwrite, opened)
    await strike(bot, "tickets reconcile")

    await transcript(community.sam, 1)


async def test_without_the_permission_for_threads_the_ticket_is_on_record_and_opened_later(
    community: TestCommunity,
) -> None:
    bot = await community.start(BOT)
    await panel(community.bob)
    overwrite = f"/channels/{community.channel_id('tickets')}/permissions/{bot.user.id if bot.user else 0}"
    private_threads = 1 << 36
    await community.alice.client.call(
        "PUT", overwrite, {"type": 1, "allow": "0", "deny": str(private_threads)}
    )

    answer = await send_form(community.bob)
    await community.alice.client.call("DELETE", overwrite)
    await community.kill(BOT)
    await community.start(BOT)

    assert "Create Private Threads" in answer
    assert "on record" in answer
    await community.bob.thread("#1", within=15)


async def test_a_deleted_panel_comes_back(community: TestCommunity) -> None:
    bot = await community.start(BOT)
    first = await panel(community.bob)

    await community.alice.delete(first)
    again = await community.bob.sees("tickets", lambda m: m.buttons and m.id != first.id)
    await community.kill(BOT)
    await community.alice.delete(again)
    bot = await community.start(BOT)
    await strike(bot, "tickets panel check")
    await strike(bot, "tickets panel")

    shown = [m for m in await community.bob.history("tickets") if m.buttons]
    assert len(shown) == 1
