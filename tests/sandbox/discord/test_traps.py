"""The traps of real discord.py against a stand-in, each where it once bit."""

from __future__ import annotations

import io
import json
from pathlib import Path

import aiohttp
import discord
import pytest

from sandbox.discord.human import Human
from sandbox.discord.limits import Limits, Window
from sandbox.discord.server import DiscordStandIn, open_discord
from tests.sandbox.discord.bot import ExampleBot, Panel, running, token_of
from tests.sandbox.discord.rest import open_rest, open_socket


async def test_the_content_type_of_answers_is_exactly_json(discord_server: DiscordStandIn) -> None:
    async with open_rest(discord_server.seed(), "admin") as rest:
        _, _, headers = await rest.call("GET", "/users/@me")

    assert headers["Content-Type"] == "application/json"


async def test_a_429_has_the_header_that_makes_discord_py_wait(tmp_path: Path) -> None:
    limits = Limits(messages=Window(calls=1, seconds=30))
    async with (
        open_discord(port=0, data=tmp_path, limits=limits) as server,
        open_rest(server.seed(), "stats") as rest,
    ):
        path = f"/channels/{server.seed()['channel_id']}/messages"
        first = await rest.call("POST", path, {"content": "one"})
        status, body, headers = await rest.call("POST", path, {"content": "two"})

    assert first[0] == 200
    assert first[2]["X-RateLimit-Remaining"] == "0"
    assert status == 429
    assert headers["Via"]
    assert 29 < body["retry_after"] < 31
    assert body["global"] is False
    assert {"X-RateLimit-Limit", "X-RateLimit-Reset", "X-RateLimit-Reset-After", "X-RateLimit-Bucket"} <= set(
        headers
    )


async def test_a_callback_gives_the_interaction_and_its_message(
    bot: ExampleBot, alice: Human, traffic: Path
) -> None:
    await (await alice.slash("hello", text="callback")).reply()

    lines = [json.loads(line) for line in traffic.read_text().splitlines()]
    answers = [line["r"] for line in lines if line["p"].endswith("/callback") and line["b"]["type"] == 4]
    latest = answers[-1]
    assert latest["interaction"]["response_message_id"] == latest["resource"]["message"]["id"]
    assert latest["resource"]["type"] == 4


async def test_a_string_select_keeps_its_values(bot: ExampleBot, alice: Human) -> None:
    await bot.text_channel("welcome").send("Values", view=Panel())
    panel = await alice.sees("welcome", "Values")

    reply = await (await alice.select(panel, "panel:map", "Ragnarok")).reply()

    assert reply.content == "You chose Ragnarok."


async def test_no_event_that_a_thread_a_reaction_or_a_direct_message_makes_ends_the_client(
    bot: ExampleBot, bob: Human
) -> None:
    """Absent is not null: each of these once raised inside discord.py's ``poll_event``."""
    since = len(bot.heard)
    message = await bot.text_channel("welcome").send("for a thread")
    thread = await message.create_thread(name="from a message")
    await bob.react(await bob.sees("welcome", "for a thread"), "🦖")
    direct = await (await bot.fetch_user(int(bob.id))).send("psst")
    await bob.say(await bob.direct_channel(str(bot.user.id)), "what?")  # type: ignore[union-attr]  # logged in

    (reaction, _) = await bot.hears("reaction_add", since=since)
    await bot.hears("message", lambda m: m.content == "what?", since=since)

    assert reaction.emoji == "🦖"
    assert thread.parent_id == message.channel.id
    assert direct.guild is None
    assert not bot.is_closed()


async def test_an_invalid_session_makes_the_client_identify_again(discord_server: DiscordStandIn) -> None:
    async with running(ExampleBot(), token_of(discord_server.seed(), "decay")) as it:
        since = len(it.heard)
        discord_server.invalidate("decay")

        # discord.py waits five seconds before it identifies anew.
        await it.hears("ready", since=since, within=12)


async def test_plain_text_is_spoken_whatever_compression_is_asked_for(discord_server: DiscordStandIn) -> None:
    seed = discord_server.seed()
    address = seed["gateway"] + "/?v=10&encoding=json&compress=zstd-stream"
    async with aiohttp.ClientSession() as http, http.ws_connect(address) as socket:
        hello = await socket.receive(timeout=5)

    assert hello.type is aiohttp.WSMsgType.TEXT
    assert json.loads(hello.data)["op"] == 10


async def test_a_webhook_address_is_one_that_discord_py_accepts(bot: ExampleBot, alice: Human) -> None:
    made = await bot.text_channel("status").create_webhook(name="bridge")

    async with aiohttp.ClientSession() as http:
        hook = discord.Webhook.from_url(made.url, session=http)
        message = await hook.send("from a webhook", username="Rexana", wait=True)
    await made.delete()

    assert made.token is not None
    assert len(made.token) >= 60
    assert message.author.name == "Rexana"
    assert (await alice.sees("status", "from a webhook")).author == "Rexana"


async def test_ids_sent_as_numbers_are_understood(bot: ExampleBot, alice: Human) -> None:
    member = bot.guild.get_member(int(alice.id))
    assert member is not None
    first = await bot.text_channel("welcome").send("reply to me")

    allowed = discord.AllowedMentions(users=[member], replied_user=False)
    reply = await first.reply(f"{member.mention}", allowed_mentions=allowed)

    assert reply.reference is not None
    assert reply.reference.message_id == first.id
    assert [user.id for user in reply.mentions] == [member.id]


async def test_allowed_mentions_of_users_alone_still_pings_everyone(bot: ExampleBot, alice: Human) -> None:
    member = bot.guild.get_member(int(alice.id))
    assert member is not None
    channel = bot.text_channel("welcome")

    loud = await channel.send("@everyone", allowed_mentions=discord.AllowedMentions(users=[member]))
    quiet = await channel.send(
        "@everyone <@" + alice.id + ">", allowed_mentions=discord.AllowedMentions.none()
    )

    assert loud.mention_everyone
    assert not quiet.mention_everyone
    assert quiet.mentions == []


async def test_an_edit_of_a_deferred_answer_and_a_followup_are_two_messages(
    bot: ExampleBot, alice: Human
) -> None:
    """After ``@original`` was filled in by an edit, a follow-up is a message of its own."""
    first, second = await _slow_replies(alice)

    assert first != second


async def _slow_replies(alice: Human) -> tuple[str, str]:
    asked = await alice.slash("slow", seconds=0.01)
    return (await asked.reply()).id, (await asked.reply(1)).id


async def test_a_file_shown_in_an_embed_can_be_read_by_the_bot(bot: ExampleBot) -> None:
    card = discord.Embed(title="chart").set_image(url="attachment://a.bin")
    sent = await bot.text_channel("status").send(embed=card, file=discord.File(io.BytesIO(b"12345"), "a.bin"))

    fetched = await bot.text_channel("status").fetch_message(sent.id)
    assert fetched.embeds[0].image.url is not None
    async with aiohttp.ClientSession() as http, http.get(fetched.embeds[0].image.url) as response:
        body = await response.read()

    assert body == b"12345"
    assert fetched.attachments == []


async def test_after_a_wrong_token_login_fails(discord_server: DiscordStandIn) -> None:
    with pytest.raises(discord.LoginFailure):
        async with running(ExampleBot(), "MTIz.abcdef.wrong"):
            pass


async def test_a_missing_privileged_intent_is_said_so(discord_server: DiscordStandIn) -> None:
    mask = discord.Intents.all().value & ~discord.Intents(message_content=True).value
    discord_server.set_privileged("activity_points", mask)

    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with running(ExampleBot(), token_of(discord_server.seed(), "activity_points")):
            pass

    discord_server.set_privileged("activity_points", discord.Intents.all().value)


async def test_a_wrong_token_closes_the_socket_with_4004(discord_server: DiscordStandIn) -> None:
    async with open_socket(discord_server.seed()) as socket:
        await socket.send(2, {"token": "wrong", "properties": {}, "intents": 0})

        assert await socket.close_code() == 4004
