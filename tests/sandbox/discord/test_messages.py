"""Messages: limits, nonces, mentions, edits, reactions, pins, files."""

from __future__ import annotations

import asyncio
import io
from datetime import timedelta

import aiohttp
import discord
import pytest

from sandbox.discord.human import Human, RefusedError
from sandbox.discord.server import DiscordStandIn
from tests.sandbox.discord.bot import PIXEL, ExampleBot
from tests.sandbox.discord.rest import open_rest


async def test_an_enforced_nonce_makes_a_message_once(bot: ExampleBot, alice: Human) -> None:
    channel = bot.text_channel("audit")

    first = await channel.send("booked", nonce="outbox-17")
    again = await channel.send("booked, sent again", nonce="outbox-17")

    assert again.id == first.id
    assert again.content == "booked"
    assert [m.content for m in await alice.history("audit")].count("booked") == 1


async def test_the_same_nonce_counts_per_author_and_channel(
    bot: ExampleBot, discord_server: DiscordStandIn
) -> None:
    first = await bot.text_channel("audit").send("one", nonce="shared")
    elsewhere = await bot.text_channel("staff").send("two", nonce="shared")
    async with open_rest(discord_server.seed(), "stats") as rest:
        path = f"/channels/{first.channel.id}/messages"
        body = {"content": "three", "nonce": "shared", "enforce_nonce": True}
        _, other, _ = await rest.call("POST", path, body)

    assert len({first.id, elsewhere.id, int(other["id"])}) == 3


async def test_without_enforcement_a_nonce_is_only_echoed(discord_server: DiscordStandIn) -> None:
    async with open_rest(discord_server.seed(), "stats") as rest:
        path = f"/channels/{discord_server.seed()['channels']['audit']}/messages"
        answers = [(await rest.call("POST", path, {"content": "x", "nonce": 5}))[1] for _ in range(2)]

    assert answers[0]["id"] != answers[1]["id"]
    assert answers[0]["nonce"] == 5


async def test_the_nonce_is_enforced_under_concurrency(bot: ExampleBot) -> None:
    channel = bot.text_channel("audit")

    made = await asyncio.gather(*(channel.send("burst", nonce="burst-1") for _ in range(10)))

    assert len({m.id for m in made}) == 1


@pytest.mark.parametrize(
    ("body", "place", "code"),
    [
        ({"content": "x" * 2001}, "content", "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"title": "x" * 257}]}, "embeds/0/title", "BASE_TYPE_MAX_LENGTH"),
        (
            {"embeds": [{"fields": [{"name": "", "value": "x"}]}]},
            "embeds/0/fields/0/name",
            "BASE_TYPE_REQUIRED",
        ),
        (
            {"embeds": [{"description": "x" * 3100}, {"description": "x" * 3100}]},
            "embeds",
            "MAX_EMBED_SIZE_EXCEEDED",
        ),
        ({"embeds": [{"title": "x"}] * 11}, "embeds", "BASE_TYPE_MAX_LENGTH"),
        ({"content": "x", "nonce": "n" * 26}, "nonce", "BASE_TYPE_MAX_LENGTH"),
        ({"content": 5}, "content", "BASE_TYPE_BAD_TYPE"),
        (
            {
                "components": [
                    {"type": 1, "components": [{"type": 2, "style": 1, "label": "x" * 81, "custom_id": "a"}]}
                ]
            },
            "components/label",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (
            {"components": [{"type": 1, "components": [{"type": 2, "style": 1, "custom_id": "a"}] * 2}]},
            "components",
            "COMPONENT_CUSTOM_ID_DUPLICATED",
        ),
        (
            {"content": "x", "flags": 1 << 15, "components": [{"type": 10, "content": "y"}]},
            "content",
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        ),
    ],
)
async def test_what_is_too_much_is_refused_with_its_place(
    discord_server: DiscordStandIn, body: object, place: str, code: str
) -> None:
    async with open_rest(discord_server.seed(), "admin") as rest:
        path = f"/channels/{discord_server.seed()['channel_id']}/messages"
        status, answer, _ = await rest.call("POST", path, body)

    assert (status, answer["code"]) == (400, 50035)
    fault = answer["errors"]
    for part in place.split("/"):
        fault = fault[part]
    assert fault["_errors"][0]["code"] == code


async def test_an_empty_message_is_refused(alice: Human) -> None:
    with pytest.raises(RefusedError) as refused:
        await alice.say("welcome", "  \n ")

    assert refused.value.discord_code == 50006


async def test_who_may_not_ping_everyone_pings_nobody(bob: Human, bot: ExampleBot) -> None:
    said = await bob.say("welcome", "@everyone <@&" + str(bot.guild.roles[1].id) + ">")

    assert said.raw["mention_everyone"] is False
    assert said.raw["mention_roles"] == []


async def test_an_edit_marks_the_message_and_keeps_what_it_does_not_name(
    bot: ExampleBot, alice: Human
) -> None:
    card = discord.Embed(title="kept")
    sent = await bot.text_channel("status").send("before", embed=card)

    await sent.edit(content="after")
    seen = await alice.sees("status", "after")

    assert seen.raw["edited_timestamp"] is not None
    assert seen.embeds[0]["title"] == "kept"


async def test_nobody_edits_anothers_words(alice: Human, bob: Human) -> None:
    said = await bob.say("welcome", "mine")

    with pytest.raises(RefusedError) as refused:
        await alice.edit(said, "yours")

    assert refused.value.discord_code == 50005


async def test_staff_delete_others_messages_and_members_do_not(sam: Human, bob: Human, alice: Human) -> None:
    of_alice = await alice.say("welcome", "to be deleted")

    with pytest.raises(RefusedError):
        await bob.delete(of_alice)
    await sam.delete(of_alice)

    assert of_alice.id not in {m.id for m in await bob.history("welcome")}


async def test_reactions_are_counted_and_say_which_are_mine(
    bot: ExampleBot, alice: Human, bob: Human
) -> None:
    said = await alice.say("welcome", "react to me")
    await alice.react(said, "🦕")
    await bob.react(said, "🦕")
    await bob.react(said, "🦕")

    (reaction,) = (await bob.history("welcome"))[-1].raw["reactions"]
    (for_bot,) = (await bot.text_channel("welcome").fetch_message(int(said.id))).reactions

    assert (reaction["count"], reaction["me"]) == (2, True)
    assert (for_bot.count, for_bot.me) == (2, False)


async def test_a_pin_is_listed_and_announced(bot: ExampleBot, alice: Human) -> None:
    channel = bot.text_channel("decay-watch")
    sent = await channel.send("the list")

    await sent.pin()
    pins = [m async for m in channel.pins()]
    await sent.unpin()

    assert [m.id for m in pins] == [sent.id]
    assert (await alice.history("decay-watch"))[-1].raw["type"] == 6


async def test_pinning_needs_its_own_permission(discord_server: DiscordStandIn, alice: Human) -> None:
    """Since 2026-02-23 MANAGE_MESSAGES is not enough."""
    said = await alice.say("chat-island", "pin me")
    async with open_rest(discord_server.seed(), "chat_bridge") as rest:
        status, answer, _ = await rest.call("PUT", f"/channels/{said.channel_id}/messages/pins/{said.id}")

    assert (status, answer["code"]) == (403, 50013)


async def test_many_messages_are_deleted_at_once(bot: ExampleBot, alice: Human) -> None:
    channel = bot.text_channel("transcripts")
    sent = [await channel.send(f"line {number}") for number in range(3)]

    await channel.delete_messages(sent)

    assert not {str(m.id) for m in sent} & {m.id for m in await alice.history("transcripts")}


async def test_history_is_paged_in_every_direction(bot: ExampleBot) -> None:
    channel = bot.text_channel("transcripts")
    sent = [await channel.send(f"page {number}") for number in range(6)]

    before = [m.id async for m in channel.history(limit=2, before=sent[3])]
    after = [m.id async for m in channel.history(limit=2, after=sent[3])]
    around = [m.id async for m in channel.history(limit=3, around=sent[3])]

    assert before == [sent[2].id, sent[1].id]
    assert after == [sent[4].id, sent[5].id]
    assert set(around) == {sent[2].id, sent[3].id, sent[4].id}


async def test_a_file_is_served_as_it_came_until_its_address_is_changed(bot: ExampleBot) -> None:
    sent = await bot.text_channel("status").send(file=discord.File(io.BytesIO(PIXEL), "my chart.png"))
    (attachment,) = sent.attachments
    async with aiohttp.ClientSession() as http:
        async with http.get(attachment.url) as good:
            body, kind = await good.read(), good.content_type
        async with http.get(attachment.url.partition("?")[0]) as unsigned:
            refused = unsigned.status

    assert (body, kind) == (PIXEL, "image/png")
    assert (attachment.width, attachment.height) == (1, 1)
    assert attachment.filename == "my_chart.png"
    assert refused == 404


async def test_an_attachment_can_be_replaced_by_an_edit(bot: ExampleBot) -> None:
    channel = bot.text_channel("status")
    sent = await channel.send(file=discord.File(io.BytesIO(b"old"), "old.txt"))

    edited = await sent.edit(attachments=[discord.File(io.BytesIO(b"newer"), "new.txt")])

    assert [a.filename for a in edited.attachments] == ["new.txt"]
    assert await edited.attachments[0].read() == b"newer"


async def test_direct_messages_are_refused_by_who_takes_none(
    bot: ExampleBot, discord_server: DiscordStandIn, bob: Human
) -> None:
    user = await bot.fetch_user(int(bob.id))
    discord_server.set_accepts_dms("bob", accepts=False)

    with pytest.raises(discord.Forbidden) as refused:
        await user.send("hello?")
    discord_server.set_accepts_dms("bob", accepts=True)

    assert refused.value.code == 50007


async def test_a_webhook_may_not_call_itself_discord(bot: ExampleBot) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await bot.text_channel("status").create_webhook(name="My Discord bridge")

    assert refused.value.code == 50035


async def test_a_deleted_webhook_answers_404(bot: ExampleBot) -> None:
    hook = await bot.text_channel("status").create_webhook(name="short-lived")
    await hook.delete()

    with pytest.raises(discord.NotFound) as missing:
        await hook.send("anyone?")

    assert missing.value.code == 10015


async def test_a_webhook_writes_into_a_thread_below_its_channel(bot: ExampleBot) -> None:
    channel = bot.text_channel("status")
    hook = await channel.create_webhook(name="threaded")
    thread = await (await channel.send("start")).create_thread(name="below")

    message = await hook.send("inside", thread=thread, wait=True)
    await hook.delete()

    assert message.channel.id == thread.id


async def test_a_poll_is_sent_whole(bot: ExampleBot) -> None:
    poll = discord.Poll("Which map next?", timedelta(hours=2))
    poll.add_answer(text="The Island")

    sent = await bot.text_channel("welcome").send(poll=poll)

    assert sent.poll is not None
    assert [a.text for a in sent.poll.answers] == ["The Island"]
