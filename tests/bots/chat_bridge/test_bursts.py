"""A burst over Discord's rate limits: every line once, in order."""

from __future__ import annotations

import random
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.discord.limits import Limits
from shared.domain.events import Chat
from tests.bots.chat_bridge.waiting import everything_in, wait_for_posts
from tests.bots.harness import TestCommunity, open_test_community

LINES = 300


@pytest.fixture
async def limited(tmp_path: Path, database_url: str, redis_url: str) -> AsyncIterator[TestCommunity]:
    """Return a community with Discord's own rate limits."""
    opening = open_test_community(
        data=tmp_path, database_url=database_url, redis_url=redis_url, limits=Limits()
    )
    async with opening as community:
        yield community


def spoken(messages: list[str]) -> list[int]:
    return [int(number) for content in messages for number in re.findall(r"line #(\d+)#", content)]


async def test_a_burst_of_300_lines_arrives_once_and_in_order(limited: TestCommunity) -> None:
    dice = random.Random(1)
    await limited.start("chat_bridge")

    for start in range(0, LINES, 25):
        lines = [
            Chat(
                platform_name="",
                survivor=dice.choice(["Rex", "Otter", "Lynx", "Moth"]),
                text=f"line #{number}#",
            )
            for number in range(start, start + 25)
        ]
        await limited.feed("island", *lines)
    await wait_for_posts(limited, within=40)

    messages = [message.content for message in await everything_in(limited.bob, "chat-island")]
    assert spoken(messages) == list(range(LINES))
    assert len(messages) < LINES / 4


async def test_a_bot_that_is_killed_in_a_burst_posts_every_line_once(community: TestCommunity) -> None:
    dice = random.Random(2)
    number = 0
    for _ in range(4):
        await community.start("chat_bridge")
        for _ in range(dice.randint(5, 15)):
            await community.feed(
                "island",
                *(
                    Chat(platform_name="", survivor=dice.choice(["Rex", "Otter"]), text=f"line #{n}#")
                    for n in range(number, number + 3)
                ),
            )
            number += 3
        await community.kill("chat_bridge")
    await community.start("chat_bridge")
    await wait_for_posts(community)

    messages = [message.content for message in await everything_in(community.bob, "chat-island")]
    assert spoken(messages) == list(range(number))
