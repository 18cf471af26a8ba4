"""Threads: private ones are private, archived ones wake up, locked ones do not."""

from __future__ import annotations

import discord
import pytest

from sandbox.discord.human import Human, RefusedError
from tests.sandbox.discord.bot import ExampleBot


async def private_thread(bot: ExampleBot, name: str) -> discord.Thread:
    return await bot.text_channel("tickets").create_thread(
        name=name, type=discord.ChannelType.private_thread, invitable=False
    )


async def test_a_private_thread_appears_only_for_those_added(bot: ExampleBot, bob: Human, sam: Human) -> None:
    thread = await private_thread(bot, "private matters")
    await thread.add_user(discord.Object(int(bob.id)))

    seen = await bob.thread("private matters")
    await thread.send("between us")
    await bob.sees(seen, "between us")

    assert not sam.sees_channel(str(thread.id))
    with pytest.raises(RefusedError):
        await sam.history(str(thread.id))


async def test_who_leaves_a_private_thread_loses_sight_of_it(bot: ExampleBot, bob: Human) -> None:
    thread = await private_thread(bot, "short visit")
    await thread.add_user(discord.Object(int(bob.id)))
    await bob.thread("short visit")

    await thread.remove_user(discord.Object(int(bob.id)))
    await bob.wait_for(lambda e: e.name == "THREAD_DELETE" and e.data["id"] == str(thread.id))

    with pytest.raises(RefusedError):
        await bob.history(str(thread.id))


async def test_pinging_somebody_in_a_thread_lets_them_in(bot: ExampleBot, bob: Human, sam: Human) -> None:
    thread = await private_thread(bot, "called for help")

    await thread.send(f"<@{sam.id}> please look")
    await thread.send(f"<@{bob.id}> not you", allowed_mentions=discord.AllowedMentions.none())

    assert (await sam.thread("called for help"))["id"] == str(thread.id)
    assert {member.id for member in await thread.fetch_members()} == {bot.guild.me.id, int(sam.id)}
    assert not bob.sees_channel(str(thread.id))


async def test_a_message_wakes_an_archived_thread(bot: ExampleBot, bob: Human) -> None:
    channel = bot.text_channel("welcome")
    thread = await channel.create_thread(name="quiet", type=discord.ChannelType.public_thread)
    await thread.edit(archived=True)

    await bob.say(str(thread.id), "hello again")
    fetched = await bot.fetch_channel(thread.id)

    assert isinstance(fetched, discord.Thread)
    assert not fetched.archived


async def test_a_locked_thread_takes_words_from_moderators_alone(bot: ExampleBot, bob: Human) -> None:
    channel = bot.text_channel("welcome")
    thread = await channel.create_thread(name="closed", type=discord.ChannelType.public_thread)
    await thread.edit(archived=True, locked=True)

    with pytest.raises(RefusedError) as refused:
        await bob.say(str(thread.id), "one more thing")
    await thread.send("closed by staff")

    assert refused.value.discord_code == 50083


async def test_archived_threads_are_listed_by_kind(bot: ExampleBot) -> None:
    channel = bot.text_channel("decay-watch")
    public = await channel.create_thread(name="public", type=discord.ChannelType.public_thread)
    private = await channel.create_thread(name="private", type=discord.ChannelType.private_thread)
    await public.edit(archived=True)
    await private.edit(archived=True)

    listed_public = [t.id async for t in channel.archived_threads()]
    listed_private = [t.id async for t in channel.archived_threads(private=True)]

    assert listed_public == [public.id]
    assert listed_private == [private.id]


async def test_active_threads_are_listed(bot: ExampleBot) -> None:
    thread = await bot.text_channel("decay-watch").create_thread(
        name="active", type=discord.ChannelType.public_thread
    )

    assert thread.id in {t.id for t in await bot.guild.active_threads()}


async def test_a_deleted_channel_takes_its_threads_and_webhooks_along(bot: ExampleBot) -> None:
    channel = await bot.guild.create_text_channel("Short Lived", reason="a test")
    hook = await channel.create_webhook(name="gone soon")
    thread = await channel.create_thread(name="gone too", type=discord.ChannelType.public_thread)

    await channel.delete()

    assert channel.name == "short-lived"
    with pytest.raises(discord.NotFound):
        await bot.fetch_channel(thread.id)
    with pytest.raises(discord.NotFound):
        await hook.send("hello?")
