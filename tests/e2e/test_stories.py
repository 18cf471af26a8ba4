"""One story per bot, on the whole of Helena with its sandbox, as people live it."""

from __future__ import annotations

import re
from datetime import datetime

from tests.e2e.conftest import Story
from tests.waiting import until


async def test_chat_goes_both_ways(story: Story) -> None:
    await story.bob.say("chat-island", "is anyone near the *volcano*? @everyone")

    async def arrived() -> bool:
        return any("volcano" in line for line in await story.screen("island"))

    await until(arrived)
    player = await story.a_player("island")
    await story.act("island", "say", who=player["name"], text="coming over, bring <RichColor> @here")

    message = await story.bob.sees("chat-island", "coming over")
    assert not message.pinged
    assert player["name"] in message.raw["author"]["username"] + message.text


async def test_a_message_gets_a_receipt(story: Story) -> None:
    said = await story.bob.say("chat-island", "does this arrive?")

    async def marked() -> bool:
        newest = next(message for message in await story.bob.history("chat-island") if message.id == said.id)
        return any(reaction["emoji"]["name"] == "✅" for reaction in newest.raw.get("reactions", []))

    await until(marked, within=20)


async def test_status_shows_every_server_with_source_and_age(story: Story) -> None:
    reply = await (await story.bob.slash("status")).reply()

    assert "The Island" in reply.text
    assert "Ragnarok" in reply.text
    panel = await story.bob.sees("status", "The Island")
    assert panel.embeds


async def test_the_players_curve_is_a_picture(story: Story) -> None:
    pictures: list[str] = []

    async def drawn() -> bool:
        reply = await (await story.bob.slash("graph players")).reply()
        pictures[:] = [embed["image"]["url"] for embed in reply.embeds if "image" in embed]
        return bool(pictures)

    await until(drawn, within=90, every=3)
    response = await story.helena.http.get(pictures[0])
    assert response.content.startswith(b"\x89PNG")


async def test_decay_and_bases_speak_of_decoded_worlds(story: Story) -> None:
    async def decoded() -> bool:
        return "structures" in (await (await story.sam.slash("bases", server="island")).reply()).text

    await until(decoded, within=60, every=3)
    listed = await (await story.sam.slash("decay list")).reply()

    assert re.search(r"<t:\d+:R>", listed.text), listed.text


async def test_members_see_no_positions(story: Story) -> None:
    reply = await (await story.bob.slash("bases", server="island")).reply()

    assert not re.search(r"\b(lat|lon)\b", reply.text, re.IGNORECASE), reply.text


async def test_a_player_links_and_sees_their_points(story: Story) -> None:
    answer = await (await story.alice.slash("link")).reply()
    code = re.search(r"!link \S+", answer.text)
    assert code is not None, answer.text
    assert answer.is_ephemeral
    player = await story.a_player("island")

    await story.act("island", "say", who=player["name"], text=code[0])

    async def linked() -> bool:
        balance = await (await story.alice.slash("points balance")).reply()
        return "/link" not in balance.text

    await until(linked, within=30, every=3)
    top = await (await story.alice.slash("points top")).reply()
    assert top.text


async def test_a_ticket_from_button_to_transcript(story: Story) -> None:
    panel = await story.bob.sees("tickets", lambda message: message.buttons)
    form = await (await story.bob.click(panel, panel.buttons[0])).modal()
    await story.bob.submit(form, {next(iter(form.fields)): "Lost my raptor"})
    thread = {"id": (await story.bob.thread("Lost my raptor"))["id"]}
    assert not story.sam.sees_channel(thread)

    await story.bob.say(thread, "It was near the green obelisk.")
    notice = await story.sam.sees("transcripts", lambda message: "Claim" in message.buttons)
    await (await story.sam.click(notice, "Claim")).reply()
    await story.sam.sees(thread, "green obelisk")
    await (await story.sam.slash("ticket close", place=thread, reason="found it")).reply()

    transcript = await story.sam.sees("transcripts", lambda message: message.attachments, within=30)
    assert transcript.attachments[0]["filename"].endswith(".html")
    page = await story.helena.http.get(transcript.attachments[0]["url"])
    assert "green obelisk" in page.text


async def test_staff_broadcast_save_and_everything_is_on_record(story: Story) -> None:
    await (await story.sam.slash("server broadcast", server="island", text="Restart in ten minutes")).reply()

    async def shown() -> bool:
        return any("Restart in ten minutes" in line for line in await story.screen("island"))

    await until(shown, within=30)
    refused = await (await story.bob.slash("server broadcast", server="island", text="free stuff")).reply()
    assert "staff" in refused.text.lower()
    audit = await (await story.sam.slash("audit")).reply()
    assert "broadcast" in audit.text.lower()


async def test_the_dashboard_and_the_health_page_answer(story: Story) -> None:
    http = story.helena.http

    overview = (await http.get(f"http://127.0.0.1:{story.helena.port + 2}/api/v1/overview")).json()
    health = await http.get(f"{story.helena.url}/health")

    assert datetime.fromisoformat(overview["at"]).tzinfo is not None
    assert {server["key"] for server in overview["communities"][0]["servers"]} == {"island", "ragnarok"}
    assert (health.status_code, health.text.strip()) == (200, "OK")
    assert "helena_" in (await http.get(f"{story.helena.url}/metrics")).text
