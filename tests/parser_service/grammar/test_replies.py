from __future__ import annotations

from datetime import UTC, datetime

from parser_service.grammar.replies import parse_chat, parse_game_log
from shared.domain.events import Chat, Joined, Left, ServerChat, Unknown


def test_the_games_log_comes_with_the_games_stamp_alone() -> None:
    reply = "2026.03.01_10.20.30: Ada joined this ARK!\n2026.03.01_10.20.31: Ada left this ARK!\n \n "

    lines = parse_game_log(reply, game="ase")

    assert [line.event for line in lines] == [Joined(platform_name="Ada"), Left(platform_name="Ada")]
    assert lines[0].occurred_at == datetime(2026, 3, 1, 10, 20, 30, tzinfo=UTC)
    assert lines[0].raw == "2026.03.01_10.20.30: Ada joined this ARK!"


def test_a_line_without_a_stamp_continues_the_one_before_it() -> None:
    reply = "lost its head\nstill lost\n2026.03.01_10.20.30: ada (Ada): one\ntwo\r\n2026.03.01_10.20.31: Ada left this ARK!"

    events = [line.event for line in parse_game_log(reply, game="ase")]

    assert events == [
        Unknown(text="lost its head"),
        Unknown(text="still lost"),
        Chat(platform_name="ada", survivor="Ada", text="one\ntwo"),
        Left(platform_name="Ada"),
    ]


def test_an_empty_buffer_has_no_lines() -> None:
    assert parse_game_log("Server received, But no response!! \n ", game="asa") == []
    assert parse_chat("Server received, But no response!! \n ") == []
    assert parse_chat("") == []


def test_chat_comes_without_a_time() -> None:
    lines = parse_chat("ada (Ada): hi\nSERVER: hello\nwhat is this from 198.51.100.7\n \n ")

    assert [line.event for line in lines] == [
        Chat(platform_name="ada", survivor="Ada", text="hi"),
        ServerChat(text="hello"),
        Unknown(text="what is this from ***"),
    ]
    assert {line.occurred_at for line in lines} == {None}
