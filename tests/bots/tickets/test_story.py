"""Tickets through real discord.py, from the button to the transcript."""

from __future__ import annotations

import hashlib
import re

from tests.bots.harness import TestCommunity
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

PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)


async def test_from_the_button_to_the_transcript(community: TestCommunity) -> None:
    await community.start(BOT)
    thread = await open_ticket(
        community.bob, server="island", happened="at noon", text="Taken by <script>alert(1)</script>"
    )
    place = {"id": thread["id"]}
    top = await header(community.bob, thread, "Waiting on staff")
    assert "#1 · Lost my raptor" in top.text
    assert "The Island" in top.text
    assert top.buttons == ["Claim", "Close", "Add person"]

    desk = await community.sam.sees("transcripts", "Ticket #1")
    claimed = await (await community.sam.click(desk, "Claim")).reply()
    assert "is yours" in claimed.text
    await community.sam.thread("#1")
    await community.sam.say(place, "Where was it?", files=[("spot.png", PNG)])
    await header(community.bob, thread, "Waiting on player")
    said = await community.bob.say(place, "At the obelisk & the river")
    await header(community.bob, thread, "Waiting on staff")
    await community.bob.edit(said, "At the green obelisk")
    wrong = await community.bob.say(place, "never mind <b>this</b>")
    await community.bob.delete(wrong)

    form = await (await community.sam.click(await header(community.sam, thread), "Close")).modal()
    answer = await (await community.sam.submit(form, {"reason": "Given back"})).reply()
    assert "#1 is closed" in answer.text
    page = await html_of(await transcript(community.sam, 1))

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page
    assert "At the green obelisk" in page
    assert "At the obelisk &amp; the river" in page
    assert "never mind &lt;b&gt;this&lt;/b&gt;" in page
    assert "data:image/png;base64," in page
    assert "Given back" in page
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy.startswith("default-src 'none'")
    await header(community.bob, thread, "Closed")
    locked = await community.bob.client.call("GET", f"/channels/{thread['id']}")
    await until(lambda: _is_put_away(community))
    locked = await community.bob.client.call("GET", f"/channels/{thread['id']}")
    assert locked["thread_metadata"]["locked"]
    assert locked["thread_metadata"]["archived"]


async def _is_put_away(community: TestCommunity) -> bool:
    found = await rows(
        community,
        "SELECT 1 FROM tickets.tickets WHERE put_away = closings AND closings > 0 AND version = shown_version",
    )
    return bool(found)


async def test_the_opener_gets_a_copy_and_rates_the_help(community: TestCommunity) -> None:
    await community.start(BOT)
    thread = await open_ticket(community.bob)
    await (await community.bob.slash("ticket close", place={"id": thread["id"]}, reason="found it")).reply()
    await transcript(community.sam, 1)
    (copy,) = await direct_messages(community, community.bob)
    assert copy.attachments[0]["filename"] == "ticket-0001.html"
    assert "found it" in copy.text

    await community.kill(BOT)
    await community.start(BOT)
    thanked = await (await community.bob.click(copy, "4 ★")).update()

    assert "★★★★☆" in thanked.text
    assert thanked.buttons == []
    await community.sam.sees("transcripts", "★★★★☆")


async def test_direct_messages_that_are_refused_are_no_failure(community: TestCommunity) -> None:
    community.discord.set_accepts_dms("bob", accepts=False)
    await community.start(BOT)
    thread = await open_ticket(community.bob)

    await (await community.alice.slash("ticket close", place={"id": thread["id"]}, reason="done")).reply()

    message = await transcript(community.sam, 1)
    assert "takes no direct messages" in message.text or "take no direct messages" in message.text
    await until(lambda: _is_put_away(community))


async def test_the_buttons_of_before_a_restart_still_work(community: TestCommunity) -> None:
    await community.start(BOT)
    before = await panel(community.bob)
    form = await (await community.bob.click(before, "Open a ticket")).modal()
    await community.kill(BOT)
    await community.start(BOT)

    answer = await (await community.bob.submit(form, {"subject": "Lost my raptor"})).reply()

    assert "Your ticket is #1" in answer.text
    assert len([m for m in await community.bob.history("tickets") if m.buttons]) == 1


async def test_a_form_sent_twice_and_a_second_press_open_one_ticket(community: TestCommunity) -> None:
    await community.start(BOT)
    form = await (await community.bob.click(await panel(community.bob), "Open a ticket")).modal()

    first = await community.bob.submit(form, {"subject": "Lost my raptor"})
    second = await community.bob.submit(form, {"subject": "Lost my raptor"})
    answers = [(await first.reply()).text, (await second.reply()).text]
    again = await send_form(community.bob)

    assert all("Your ticket is #1" in answer for answer in answers)
    assert "You have an open ticket for this already: #1" in again
    assert len(await rows(community, "SELECT id FROM tickets.tickets")) == 1
    threads = [c for c in community.bob.client.channels.values() if "thread_metadata" in c]
    assert len(threads) == 1


async def test_three_open_tickets_are_the_limit_and_numbers_have_no_holes(community: TestCommunity) -> None:
    await community.start(BOT)
    for button in ("Open a ticket", "Report a player", "Lost something"):
        assert "Your ticket is" in await send_form(community.bob, button)

    refused = await send_form(community.bob, "Appeal a ban")
    other = await send_form(community.sam, "Appeal a ban")

    assert "3 is the limit" in refused
    assert "Your ticket is #4" in other


async def test_people_are_added_and_removed(community: TestCommunity) -> None:
    await community.start(BOT)
    thread = await open_ticket(community.sam)
    place = {"id": thread["id"]}
    top = await header(community.sam, thread)
    assert not community.bob.sees_channel(place)

    form = await (await community.sam.click(top, "Add person")).modal()
    added = await (await community.sam.submit(form, {"member": community.bob.id})).reply()
    assert "is in ticket #1" in added.text
    await community.bob.thread("#1")
    refused = await (await community.bob.slash("ticket remove", place=place, member="bob")).reply()
    assert "not a ticket's thread" in refused.text
    removed = await (await community.alice.slash("ticket remove", number=1, member="bob")).reply()

    assert "is out of ticket #1" in removed.text
    await until(lambda: _cannot_see(community, place))


async def _cannot_see(community: TestCommunity, place: dict[str, str]) -> bool:
    return not community.bob.sees_channel(place)


async def test_what_only_staff_may_do_is_refused_to_the_opener(community: TestCommunity) -> None:
    await community.start(BOT)
    thread = await open_ticket(community.bob)

    pressed = await (await community.bob.click(await header(community.bob, thread), "Claim")).reply()
    removed = await (await community.bob.slash("ticket remove", number=1, member="sam")).reply()
    reopened = await (await community.bob.slash("ticket reopen", number=1)).reply()

    assert all("Only staff" in answer.text for answer in (pressed, removed, reopened))


async def test_members_see_their_own_tickets_only(community: TestCommunity) -> None:
    await community.start(BOT)
    await open_ticket(community.bob)
    await send_form(community.alice, "Report a player", subject="A secret matter")

    own = await (await community.bob.slash("ticket list")).reply()
    everything = await (await community.sam.slash("ticket list", which="unclaimed")).reply()
    staff_only = await (await community.bob.slash("ticket list", which="waiting")).reply()
    foreign = await (await community.bob.slash("ticket close", number=2, reason="mine now")).reply()
    offered = await community.bob.autocomplete("ticket close", "number", "", reason="x")

    assert "#1" in own.text
    assert "secret" not in own.text
    assert "secret" in everything.text
    assert "Only staff" in staff_only.text
    assert "There is no ticket #2" in foreign.text
    assert [choice["value"] for choice in offered] == [1]


async def test_a_reopened_ticket_gets_a_second_transcript(community: TestCommunity) -> None:
    await community.start(BOT)
    thread = await open_ticket(community.bob)
    await (await community.alice.slash("ticket close", number=1, reason="done")).reply()
    await transcript(community.sam, 1)
    await until(lambda: _is_put_away(community))

    reopened = await (await community.sam.slash("ticket reopen", number=1)).reply()
    assert "open again" in reopened.text
    await header(community.bob, thread, "Waiting on staff")
    await community.bob.say({"id": thread["id"]}, "one more thing")
    await (await community.alice.slash("ticket close", number=1, reason="really done")).reply()

    page = await html_of(await transcript(community.sam, 1, times=2))
    assert "one more thing" in page


async def test_files_are_copied_when_they_come(community: TestCommunity) -> None:
    await community.start(BOT)
    thread = await open_ticket(community.bob)

    await community.bob.say({"id": thread["id"]}, "", files=[("proof.png", PNG)])

    sha256 = hashlib.sha256(PNG).hexdigest()

    async def is_kept() -> bool:
        found = await rows(community, "SELECT state, sha256 FROM tickets.attachments")
        return found == [{"state": "kept", "sha256": sha256}]

    await until(is_kept)
    assert (community.settings.data / "tickets" / sha256).read_bytes() == PNG


async def test_everything_that_is_done_is_on_record(community: TestCommunity) -> None:
    await community.start(BOT)
    await open_ticket(community.bob)
    await (await community.sam.slash("ticket claim", number=1)).reply()
    await (await community.sam.slash("ticket close", number=1, reason="done")).reply()

    found = await rows(community, "SELECT action, actor_name, target, reason FROM audit_log ORDER BY id")

    assert [(row["action"], row["actor_name"], row["target"], row["reason"]) for row in found] == [
        ("ticket.open", "Bob", "#1", ""),
        ("ticket.claim", "Sam", "#1", ""),
        ("ticket.close", "Sam", "#1", "done"),
    ]
