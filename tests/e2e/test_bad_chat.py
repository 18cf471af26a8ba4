"""Hostile chat through the whole of Helena, both ways: shown harmless, never a ping, never an error, nothing lost."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import AsyncIterator

import pytest

from sandbox.ark.server import ArkServer
from sandbox.discord.human_values import SeenMessage
from tests.e2e.outside import Day, messages_in, open_day, reactions_of
from tests.waiting import until

OVERRIDES = "\u202eesrever\u202c \u2066isolated\u2069 \u200fmark"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
RICH = '<RichColor Color="1, 0, 0, 1">RED</>'
TEXTS = (
    "@everyone and @here, free loot!",
    "<@&{role}> <@{alice}> <@!{alice}> <#{channel}> <t:0:R> </ban:1>",
    f"{RICH} and <RichColor> and </>",
    "bell \x07 escape \x1b[31m delete \x7f next \x85 form \x0c end",
    OVERRIDES,
    "long " + "x" * 3_000,
    f"{FAMILY} \U0001f3f3\ufe0f\u200d\U0001f308 \U0001f996 <:rex:123456789012345678> <a:run:123456789012345678>",
    "**bold** `code` ```block``` ||spoiler|| [click](https://evil.example) https://a.example/_*_|",
    "\u200b\u2060\ufeff",
    "a\u0301\u0302\u0303\u0304" * 20,
    'quote " bar | backslash \\ semicolon ; percent %s {0} $1',
)
NAMES = (
    *("Clyde", "discord", "DISCORD admin cLyDe", "everyone", "@everyone", "here"),
    *("", " ", "\u3164\u3164", "N" * 120, "\U0001f996" * 90, FAMILY, OVERRIDES, RICH),
    *("```", "**Rex**", "<@{alice}>", "a): b", "x (y): z", "SERVER", "Tribe of (One)", "\x07\x1b"),
)
# A line of Discord has at most so many characters in the game, one of another map (a player's own) twice that.
LONGEST_FROM_DISCORD, LONGEST_FROM_MAP = 200, 400
WEBHOOK_NAME = 80


@pytest.fixture(scope="module")
async def day(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Day]:
    """Return one Helena for all hostile chat; its logs are looked through at the end."""
    async with open_day(tmp_path_factory.mktemp("bad-chat"), "chat_bridge") as opened:
        yield opened


async def test_hostile_lines_of_the_game_reach_discord_harmless_and_once(day: Day) -> None:
    lines = [f"platform (Survivor): n{number}n {filled(day, text)}" for number, text in enumerate(TEXTS)]
    lines += [f"{filled(day, name)} (Rex): n{number}n hello" for number, name in enumerate(NAMES, 100)]
    lines += [f"otter ({filled(day, name)}): n{number}n hello" for number, name in enumerate(NAMES, 200)]

    for line in lines:
        day.island.write_line(line)

    kinds = await kinds_of_numbered(day, len(lines))
    said = {number for number, kind in kinds.items() if kind == "chat"}
    posted = await posts_with(day, said)
    assert kinds.keys() == {number_in(line) for line in lines}
    assert len(said) > len(lines) * 0.8
    for message in posted:
        assert_harmless(message)
    await relayed(day.outside.cluster.servers["ragnarok"], said)
    trouble = await (await day.sam.slash("bridge status")).reply()
    assert "Refused by Discord" not in trouble.text


@pytest.mark.parametrize("key", ["island", "ragnarok"])
async def test_hostile_messages_of_discord_reach_the_game_as_plain_lines(day: Day, key: str) -> None:
    server, channel = day.outside.cluster.servers[key], f"chat-{key}"
    said = [
        await person.say(channel, f"m{number}m {filled(day, text)}")
        for number, text in enumerate((*TEXTS, "two\nlines\r\nand \u2028 more"))
        for person in (day.bob, day.eve)
    ]
    said.append(await day.bob.say(channel, "m99m", files=[(f'"{RICH}|\u202e.png', b"\x89PNG")]))

    await all_delivered(day, channel, said)

    shown = [line for line in server.screen.texts if re.search(r"m\d+m", line)]
    assert {number_in(line) for line in shown} == {number_in(message.content) for message in said}
    for line in server.screen.texts:
        assert_plain(line, server)


def filled(day: Day, text: str) -> str:
    """Return a text with ids of the guild in it."""
    seed = day.outside.seed
    ids = {"role": seed["roles"]["Staff"], "alice": day.alice.id, "channel": seed["channels"]["staff"]}
    return re.sub(r"\{(role|alice|channel)\}", lambda found: str(ids[found[1]]), text)


def number_in(text: str) -> int:
    """Return the number that tells a line from all others."""
    found = re.search(r"([nm])(\d+)\1", text)
    assert found is not None, text
    return int(found[2])


async def kinds_of_numbered(day: Day, count: int) -> dict[int, str]:
    """Return what each line was taken for, once all are in the event log; none may be there twice."""
    found: list[tuple[int, str]] = []

    async def stored() -> bool:
        page = await day.api("/servers/island/events?limit=1000")
        found[:] = [
            (number_in(each["raw"]), each["kind"])
            for each in page["events"]
            if re.search(r"n\d+n", each["raw"])
        ]
        return len(found) >= count

    await until(stored, every=0.2)
    assert len(found) == count
    return dict(found)


async def posts_with(day: Day, numbers: set[int]) -> list[SeenMessage]:
    """Return Discord's messages, once each number is there; none may be there twice."""
    found: list[SeenMessage] = []
    seen: list[int] = []

    async def posted() -> bool:
        found[:] = await messages_in(day.alice, "chat-island")
        seen[:] = [int(number) for each in found for number in re.findall(r"n(\d+)n", each.content)]
        return numbers <= set(seen)

    await until(posted, within=30, every=0.2)
    assert sorted(seen) == sorted(numbers)
    return found


async def relayed(server: ArkServer, numbers: set[int]) -> None:
    """Wait until the other map shows each number, once."""
    seen: list[int] = []

    async def shown() -> bool:
        seen[:] = [int(n) for line in server.screen.texts for n in re.findall(r"n(\d+)n", line)]
        return numbers <= set(seen)

    await until(shown, within=30, every=0.2)
    assert sorted(seen) == sorted(numbers)


def assert_harmless(message: SeenMessage) -> None:
    """Check that a message pings nobody, shows no control character, and bears a name that Discord takes."""
    raw, name = message.raw, message.raw["author"]["username"]
    assert (raw["mention_everyone"], raw["mentions"], raw["mention_roles"]) == (False, [], [])
    assert hidden_in(message.content.replace("\n", "") + name) == set()
    assert 1 <= len(name.encode("utf-16-le")) // 2 <= WEBHOOK_NAME
    assert not re.search(r"clyde|discord|^everyone$|^here$", name, re.IGNORECASE)
    assert "<RichColor" not in message.content.replace("\\<", "")


async def all_delivered(day: Day, channel: str, said: list[SeenMessage]) -> None:
    """Wait until each message bears the mark of what has reached the game."""
    wanted = {message.id for message in said}

    async def delivered() -> bool:
        found = await messages_in(day.alice, channel)
        return all(reactions_of(message) == ["✅"] for message in found if message.id in wanted)

    await until(delivered, within=45, every=0.2)


def assert_plain(line: str, server: ArkServer) -> None:
    """Check that a line is one line of characters the game shows and does not obey."""
    line = line.removeprefix("SERVER: ")
    assert len(line) <= (LONGEST_FROM_DISCORD if line.startswith("[D] ") else LONGEST_FROM_MAP)
    assert hidden_in(line) == set()
    assert not re.search(r"<[\w/]|[|\"]", line), line
    if server.quirks.is_ascii_only:
        assert line.isascii(), line


def hidden_in(text: str) -> set[str]:
    """Return the characters that are obeyed rather than shown; the joiners belong to words and emoji."""
    return {
        character
        for character in text
        if unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp", "Cs"}
        and character not in "\u200c\u200d"
    }
