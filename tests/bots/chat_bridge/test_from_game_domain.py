"""How the game reads in Discord and on other maps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.chat_bridge.domain import build_bridge
from bots.chat_bridge.from_game.domain import (
    answer_to,
    author_of,
    command_in,
    for_other_map,
    is_for_bots,
    is_history,
    line_of,
    with_time,
)
from shared.discord_kit.folding import render
from shared.domain.event_parts import Fighter
from shared.domain.events import Chat, GameEvent, Joined, Killed, Left, ServerChat, ServerStarted
from shared.ids import ChannelId, GuildId, ServerId
from shared.store.outbox import WaitingPost
from shared.store.servers import GameServer, Route
from shared.store.states import ServerState

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
ISLAND = GameServer(
    id=ServerId(1),
    guild_id=GuildId(10),
    key="island",
    name="The Island",
    game="asa",
    map="TheIsland_WP",
    cluster="main",
)
RAGNAROK = GameServer(
    id=ServerId(2),
    guild_id=GuildId(10),
    key="ragnarok",
    name="Ragnarok",
    game="ase",
    map="Ragnarok",
    cluster="main",
)


def chat(text: str = "hello", survivor: str = "Rex Hunter", platform_name: str = "otter99") -> Chat:
    return Chat(platform_name=platform_name, survivor=survivor, text=text)


@pytest.mark.parametrize(
    ("survivor", "platform_name", "is_shared", "expected"),
    [
        ("Rex", "otter99", False, "Rex (otter99)"),
        ("Rex", "REX", False, "Rex"),
        ("Rex", "otter99", True, "Rex (otter99) · The Island"),
        ("", "otter99", False, "otter99"),
        ("", "", False, "Nameless survivor"),
        ("Clyde", "", False, "Cly·de"),
        ("everyone", "", False, "every·one"),
        ("[Admin] Rex", "otter99", False, "[Admin] Rex (otter99)"),
        ("A\rB\u202e", "", False, "A B"),
    ],
)
def test_a_line_bears_the_name_of_who_said_it(
    survivor: str, platform_name: str, is_shared: bool, expected: str
) -> None:
    name = author_of(chat(survivor=survivor, platform_name=platform_name), ISLAND, is_shared=is_shared)

    assert name == expected


def test_a_long_name_leaves_room_for_the_server() -> None:
    name = author_of(chat(survivor="x" * 100), ISLAND, is_shared=True)

    assert len(name) == 80
    assert name.endswith("… · The Island")


@pytest.mark.parametrize(
    ("event", "author", "content"),
    [
        (chat("gg *all*"), "Rex Hunter (otter99)", "gg \\*all\\*"),
        (chat("@everyone look"), "Rex Hunter (otter99)", "@everyone look"),
        (chat('<RichColor Color="1,0,0,1">red</>'), "Rex Hunter (otter99)", "red"),
        (chat("\u202e"), "Rex Hunter (otter99)", "(nothing readable)"),
        (Joined(platform_name="ot*ter"), "The Island", "→ **ot\\*ter** joined"),
        (Left(platform_name="otter"), "The Island", "← **otter** left"),
        (ServerStarted(name="x"), "The Island", "🟢 The server has started."),
        (ServerChat(text="Restart soon"), "The Island", "Restart soon"),
    ],
)
def test_events_become_lines(event: GameEvent, author: str, content: str) -> None:
    line = line_of(event, ISLAND, is_shared=False)

    assert line is not None
    assert (line.author, line.content) == (author, content)


def test_what_is_nobodys_business_becomes_no_line() -> None:
    assert line_of(Killed(victim=Fighter(name="Rex")), ISLAND, is_shared=False) is None


def test_a_late_line_says_when_it_was_said() -> None:
    assert with_time("hi", NOW - timedelta(minutes=9), NOW) == "hi"
    assert with_time("hi", NOW - timedelta(minutes=11), NOW) == "hi · <t:1777636140:t>"


def test_lines_of_an_old_log_are_history() -> None:
    assert is_history(NOW - timedelta(hours=1, seconds=1), NOW)
    assert not is_history(NOW - timedelta(minutes=59), NOW)


def test_other_maps_read_who_said_it_and_where() -> None:
    line = for_other_map(chat('say "hi" <RichColor'), ISLAND, ascii_only=False)

    assert line == "[The Island] Rex Hunter: say 'hi' < RichColor"


@pytest.mark.parametrize(
    ("text", "expected"), [("!points", True), ("!pay Bob 5", True), ("!!!", False), ("hi!", False)]
)
def test_words_to_bots_stay_on_their_map(text: str, expected: bool) -> None:
    assert is_for_bots(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("!players", "!players"), (" !HELP ", "!help"), ("!points", None), ("!players?", None)],
)
def test_the_bridge_answers_its_own_commands_only(text: str, expected: str | None) -> None:
    assert command_in(text) == expected


def test_players_are_told_by_map_with_the_age_of_the_look() -> None:
    states = [
        ServerState(
            server_id=ISLAND.id,
            is_up=True,
            since=NOW,
            players=("otter99", "lynx"),
            source="rcon",
            observed_at=NOW - timedelta(seconds=12),
            problem=None,
        )
    ]

    text = answer_to("!players", community="Ark", servers=[ISLAND, RAGNAROK], states=states, now=NOW)

    assert text == "On now - The Island: 2 (otter99, lynx), 12 s ago; Ragnarok: not known yet"


def test_a_server_without_a_route_of_its_own_uses_the_communitys() -> None:
    def route(server_id: int, channel: int, purpose: str = "chat") -> Route:
        return Route(
            guild_id=GuildId(10),
            purpose=purpose,
            server_id=ServerId(server_id),
            channel_id=ChannelId(channel),
        )

    bridge = build_bridge(
        GuildId(10), "Ark", [ISLAND, RAGNAROK], [route(1, 100), route(0, 200), route(2, 300, "status")]
    )

    assert bridge.channels == {ISLAND.id: 100, RAGNAROK.id: 200}
    assert bridge.crowd_name(ChannelId(100)) == "The Island"


def test_without_a_route_chat_goes_nowhere() -> None:
    assert build_bridge(GuildId(10), "Ark", [ISLAND], []).channel_of(ISLAND) is None


@given(st.text(max_size=300), st.text(max_size=120), st.text(max_size=120), st.booleans())
def test_whatever_is_said_by_whomever_can_be_posted(
    text: str, survivor: str, platform_name: str, is_shared: bool
) -> None:
    line = line_of(chat(text, survivor, platform_name), ISLAND, is_shared=is_shared)

    assert line is not None
    assert 1 <= len(line.author.encode("utf-16-le")) // 2 <= 80
    assert line.content.strip()
    assert len(line.content) <= 2000


def test_a_name_in_a_folded_message_is_no_markup() -> None:
    def waiting(number: int, author: str) -> WaitingPost:
        return WaitingPost(id=number, author=author, content="hi", embeds=[], created_at=NOW)

    message = render([waiting(1, "[gift](https://evil.test)"), waiting(2, "Rex")], crowd_name="The Island")

    assert message.content.startswith("**\\[gift\\]")
