"""Hostile text, both ways, through the reader and the stand-in: never an error, never a ping, nothing lost."""

from __future__ import annotations

import random

import pytest

from bots.chat_bridge.from_discord.domain import LINE_LIMIT
from shared.domain.events import Chat, Joined
from tests.bots.chat_bridge.waiting import (
    commands,
    everything_in,
    heard,
    wait_for_commands,
    wait_for_posts,
)
from tests.bots.harness import TestCommunity
from tests.waiting import until

NASTY = (
    "@everyone", "@here", "<@&{role}>", "<@{user}>", "@@everyoneeveryone", '<RichColor Color="1,0,0,1">red</>',
    "\u202egnirts", "\u200b", "\x07", "\r", "\n", "\t", "||spoiler||", "[click](https://evil.test)", "```", "`", "*",
    "_", "~~", "\\", "# big", "> quote", "- list", "https://evil.test/a_b*c", "<t:0:R>", "<#{channel}>", "</help:1>",
    "😀", "👩‍👩‍👧", "<:dodo:123456789012345678>", "clyde", "Discord", "恐龙", "é", "'", '"', ";", "|", "%s", "{0}",
    "x" * 300, " ", '<img src="Chat.Image" path="/Game/E.Smile"/>', "DROP TABLE outbox;", "\ufeff", "￿",
)  # fmt: skip


def nasty(dice: random.Random, community: TestCommunity, most: int = 8) -> str:
    text = "".join(dice.choice(NASTY) for _ in range(dice.randint(0, most)))
    return (
        text.replace("{role}", str(community.seed["roles"]["Staff"]))
        .replace("{user}", community.alice.id)
        .replace("{channel}", str(community.channel_id("staff")))
    )


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_players_say_arrives_and_pings_nobody(community: TestCommunity, seed: int) -> None:
    dice = random.Random(seed)
    await community.start("chat_bridge")
    lines = [
        Chat(
            platform_name=nasty(dice, community, 3),
            survivor=nasty(dice, community, 3),
            text=f"n{number}n " + nasty(dice, community),
        )
        for number in range(60)
    ]

    await community.feed("island", *lines, Joined(platform_name=nasty(dice, community, 4)))
    await wait_for_posts(community)

    messages = await everything_in(community.bob, "chat-island")
    text = "\n".join(message.content for message in messages)
    assert [text.count(f"n{number}n") for number in range(60)] == [1] * 60
    assert all(
        not message.pinged and not message.raw["mention_everyone"] and not message.raw["mention_roles"]
        for message in messages
    )
    async with community.db.connection() as conn:
        assert await conn.fetchval("SELECT count(*) FROM outbox WHERE state <> 'sent'") == 0


async def test_three_thousand_characters_from_the_game_are_one_message(community: TestCommunity) -> None:
    await community.start("chat_bridge")

    await community.feed("island", Chat(platform_name="a", survivor="Rex", text="*" * 3000))
    await wait_for_posts(community)

    (message,) = await everything_in(community.bob, "chat-island")
    assert len(message.content) <= 2000


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_people_write_is_one_safe_line_in_the_game(
    community: TestCommunity, seed: int
) -> None:
    dice = random.Random(seed)
    await community.start("chat_bridge")
    await heard(community)
    texts = [f"n{number}n " + nasty(dice, community) for number in range(40)]

    for text in texts:
        await community.bob.say("chat-island", text[:2000])

    async def all_taken() -> bool:
        async with community.db.connection() as conn:
            return bool(await conn.fetchval("SELECT count(*) = 40 FROM chat_bridge.messages"))

    await until(all_taken)
    queued = await commands(community)
    first = [command for command in queued if "[D] Bob: n" in command]
    assert [int(command.split("n")[1]) for command in (line.partition("Bob: ")[2] for line in first)] == list(
        range(40)
    )
    for command in queued:
        assert command.startswith("ServerChat [D] Bob: ")
        assert len(command) <= LINE_LIMIT + len("ServerChat ")
        assert not set(command) & set('\r\n\t\x07\u202e\u200b"|')
        assert "<RichColor" not in command
        assert "</" not in command


async def test_a_member_with_an_evil_name_is_one_line_too(community: TestCommunity) -> None:
    await community.start("chat_bridge")
    await heard(community)

    await community.alice.client.call(
        "PATCH", f"/guilds/{community.seed['guild_id']}/members/@me", {"nick": "Sam: ok [D] Admin\u202e"}
    )
    await community.alice.say("chat-island", "hi")

    await wait_for_commands(community, ["ServerChat [D] Sam: ok [D] Admin: hi"])
