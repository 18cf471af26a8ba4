"""The socket protocol, intents, and who hears of what."""

from __future__ import annotations

import json
from pathlib import Path

import discord

from sandbox.discord.human import Human
from sandbox.discord.intents import Intent
from sandbox.discord.limits import Limits
from sandbox.discord.models import Json
from sandbox.discord.server import DiscordStandIn, open_discord
from tests.sandbox.discord.bot import ExampleBot, running, token_of
from tests.sandbox.discord.rest import Socket, open_socket


async def identify(socket: Socket, seed: Json, app: str, intents: int) -> Json:
    """Log in as an application and return READY's data."""
    await socket.send(2, {"token": token_of(seed, app), "properties": {}, "intents": intents})
    ready = await socket.until(0, "READY")
    await socket.until(0, "GUILD_CREATE")
    return ready


async def test_a_heartbeat_is_acknowledged(discord_server: DiscordStandIn) -> None:
    async with open_socket(discord_server.seed()) as socket:
        await socket.send(1, None)

        assert (await socket.until(11))["op"] == 11


async def test_an_unknown_op_closes_with_4001(discord_server: DiscordStandIn) -> None:
    async with open_socket(discord_server.seed()) as socket:
        await socket.send(99, {})

        assert await socket.close_code() == 4001


async def test_what_is_no_json_closes_with_4002(discord_server: DiscordStandIn) -> None:
    async with open_socket(discord_server.seed()) as socket:
        await socket.send_text("{nonsense")

        assert await socket.close_code() == 4002


async def test_a_payload_beyond_4096_bytes_closes_with_4002(discord_server: DiscordStandIn) -> None:
    async with open_socket(discord_server.seed()) as socket:
        await socket.send_text(json.dumps({"op": 1, "d": "x" * 5000}))

        assert await socket.close_code() == 4002


async def test_asking_before_identifying_closes_with_4003(discord_server: DiscordStandIn) -> None:
    async with open_socket(discord_server.seed()) as socket:
        await socket.send(8, {"guild_id": discord_server.seed()["guild_id"], "query": "", "limit": 0})

        assert await socket.close_code() == 4003


async def test_identifying_twice_closes_with_4005(discord_server: DiscordStandIn) -> None:
    seed = discord_server.seed()
    async with open_socket(seed) as socket:
        await identify(socket, seed, "stats", 0)
        await socket.send(2, {"token": token_of(seed, "stats"), "properties": {}, "intents": 0})

        assert await socket.close_code() == 4005


async def test_an_intent_that_was_not_granted_closes_with_4014(discord_server: DiscordStandIn) -> None:
    seed = discord_server.seed()
    discord_server.set_privileged("decay", 0)
    async with open_socket(seed) as socket:
        await socket.send(
            2, {"token": token_of(seed, "decay"), "properties": {}, "intents": int(Intent.GUILD_MEMBERS)}
        )
        code = await socket.close_code()
    discord_server.set_privileged(
        "decay", int(Intent.GUILD_MEMBERS | Intent.MESSAGE_CONTENT | Intent.GUILD_PRESENCES)
    )

    assert code == 4014


async def test_more_than_120_sends_a_minute_close_with_4008(discord_server: DiscordStandIn) -> None:
    async with open_socket(discord_server.seed()) as socket:
        for _ in range(121):
            await socket.send(1, None)

        assert await socket.close_code() == 4008


async def test_a_client_that_misses_its_beat_is_closed_with_4009(tmp_path: Path) -> None:
    limits = Limits(heartbeat_seconds=0.1)
    async with (
        open_discord(port=0, data=tmp_path, limits=limits) as server,
        open_socket(server.seed()) as socket,
    ):
        assert await socket.close_code() == 4009


async def test_a_resumed_session_gets_what_it_missed(discord_server: DiscordStandIn, alice: Human) -> None:
    seed = discord_server.seed()
    intents = int(Intent.GUILDS | Intent.GUILD_MESSAGES | Intent.MESSAGE_CONTENT)
    async with open_socket(seed) as socket:
        ready = await identify(socket, seed, "stats", intents)
        await alice.say("welcome", "before")
        last = (await socket.until(0, "MESSAGE_CREATE"))["s"]
        await socket.close()
    await alice.say("welcome", "while away")

    async with open_socket(seed) as socket:
        session_id = ready["d"]["session_id"]
        await socket.send(6, {"token": token_of(seed, "stats"), "session_id": session_id, "seq": last})
        missed = await socket.until(0, "MESSAGE_CREATE")
        resumed = await socket.until(0, "RESUMED")

    assert missed["d"]["content"] == "while away"
    assert resumed["s"] > missed["s"] == last + 1


async def test_an_unknown_session_is_refused_with_op_9(discord_server: DiscordStandIn) -> None:
    seed = discord_server.seed()
    async with open_socket(seed) as socket:
        await socket.send(6, {"token": token_of(seed, "stats"), "session_id": "gone", "seq": 1})

        assert (await socket.until(9))["d"] is False


async def test_another_applications_session_is_refused(discord_server: DiscordStandIn) -> None:
    seed = discord_server.seed()
    async with open_socket(seed) as socket:
        ready = await identify(socket, seed, "stats", 0)
        await socket.close()
    async with open_socket(seed) as socket:
        session_id = ready["d"]["session_id"]
        await socket.send(6, {"token": token_of(seed, "decay"), "session_id": session_id, "seq": 1})

        assert (await socket.until(9))["op"] == 9


async def test_discord_py_resumes_after_a_dropped_socket_and_after_op_7(
    discord_server: DiscordStandIn,
) -> None:
    async with running(ExampleBot(), token_of(discord_server.seed(), "chat_bridge")) as it:
        since = len(it.heard)
        discord_server.drop("chat_bridge")
        await it.hears("resumed", since=since)

        since = len(it.heard)
        discord_server.reconnect("chat_bridge")
        await it.hears("resumed", since=since)

        assert [name for name, _ in it.heard].count("ready") == 1


async def test_a_bot_hears_only_what_its_intents_name(discord_server: DiscordStandIn, alice: Human) -> None:
    seed = discord_server.seed()
    async with open_socket(seed) as socket:
        await identify(socket, seed, "stats", int(Intent.GUILDS))
        message = await alice.say("welcome", "not for you")
        await alice.react(message, "👍")
        await alice.client.call("PATCH", f"/channels/{seed['channel_id']}", {"topic": "new"})

        assert (await socket.until(0))["t"] == "CHANNEL_UPDATE"


async def test_without_the_content_intent_messages_come_empty_but_for_mentions_and_direct_ones(
    discord_server: DiscordStandIn, alice: Human
) -> None:
    seed = discord_server.seed()
    app_id = next(app["id"] for app in seed["apps"] if app["name"] == "stats")
    intents = int(Intent.GUILDS | Intent.GUILD_MESSAGES | Intent.DIRECT_MESSAGES)
    async with open_socket(seed) as socket:
        await identify(socket, seed, "stats", intents)
        await alice.say("welcome", "hidden", files=[("a.txt", b"x")])
        hidden = await socket.until(0, "MESSAGE_CREATE")
        await alice.say("welcome", f"<@{app_id}> shown")
        shown = await socket.until(0, "MESSAGE_CREATE")
        await alice.say(await alice.direct_channel(app_id), "in private")
        direct = await socket.until(0, "MESSAGE_CREATE")

    assert (hidden["d"]["content"], hidden["d"]["attachments"]) == ("", [])
    assert shown["d"]["content"].endswith("shown")
    assert direct["d"]["content"] == "in private"


async def test_members_are_seen_coming_and_going(discord_server: DiscordStandIn, alice: Human) -> None:
    seed = discord_server.seed()
    app_id = next(app["id"] for app in seed["apps"] if app["name"] == "tickets")

    async def is_seen(status: str) -> None:
        await alice.wait_for(
            lambda e: (
                e.name == "PRESENCE_UPDATE" and (e.data["user"]["id"], e.data["status"]) == (app_id, status)
            )
        )

    async with open_socket(seed) as socket:
        await identify(socket, seed, "tickets", 0)
        await is_seen("online")
    await is_seen("offline")


async def test_members_can_be_asked_for_by_id_and_by_name(bot: ExampleBot, bob: Human) -> None:
    by_id = await bot.guild.query_members(user_ids=[int(bob.id), 1])
    by_name = await bot.guild.query_members("bo")

    assert [m.name for m in by_id] == ["bob"]
    assert "bob" in [m.name for m in by_name]


async def test_a_bot_without_the_member_intent_sees_itself_alone(discord_server: DiscordStandIn) -> None:
    intents = discord.Intents.default()
    async with running(ExampleBot(intents=intents), token_of(discord_server.seed(), "decay")) as it:
        assert [m.id for m in it.guild.members] == [it.guild.me.id]
        assert it.guild.member_count is not None
        assert it.guild.member_count > 5
