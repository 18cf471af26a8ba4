"""The replay: what it says about its lines is so."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from parser_service.grammar.lines import parse_line
from sandbox.ark.lines import Language, Voice
from sandbox.ark.replay import Replay
from sandbox.ark.world import Game
from shared.domain.events import EventKind, Joined, Left
from tests.sandbox.ark.conftest import NOW

VOICES = [
    Voice(game=Game.ASA),
    Voice(game=Game.ASE),
    Voice(game=Game.ASE, language=Language.DE),
]


def lines_of(path: Path) -> list[str]:
    return path.read_bytes().decode("utf-8-sig").splitlines()


def test_every_line_is_in_the_file_once_however_the_writing_is_cut(tmp_path: Path) -> None:
    whole = Replay(tmp_path / "whole", seed=3, begin=NOW)
    whole.write(3000)
    cut = Replay(tmp_path / "cut", seed=3, begin=NOW)
    for count in (1, 999, 0, 1500, 500):
        cut.write(count)

    assert lines_of(whole.path) == whole.truth.texts
    assert lines_of(cut.path) == whole.truth.texts
    assert sum(whole.truth.kinds.values()) == 3001


def test_every_chat_line_is_different_and_sessions_fit_the_joins(tmp_path: Path) -> None:
    replay = Replay(tmp_path, seed=4, begin=NOW)
    replay.write(5000)
    truth = replay.truth

    texts = [text for _, _, text in truth.chats]
    assert len(set(texts)) == len(texts) == truth.kinds[EventKind.CHAT]
    assert len(truth.sessions) == truth.kinds[EventKind.JOINED]
    assert sum(session.left_at is not None for session in truth.sessions) == truth.kinds[EventKind.LEFT]
    played = truth.playtime(replay.now)
    assert all(timedelta() < time <= replay.now - NOW for time in played.values())


def test_a_rotation_loses_nothing(tmp_path: Path) -> None:
    replay = Replay(tmp_path, seed=5, begin=NOW)
    replay.write(50)
    replay.rotate()
    replay.write(50)

    (backup,) = tmp_path.glob("ShooterGame-backup-*.log")
    assert lines_of(backup) + lines_of(replay.path) == replay.truth.texts


@pytest.mark.parametrize("voice", VOICES, ids=["asa", "ase", "german"])
def test_the_parser_understands_every_line_as_it_was_meant(voice: Voice, tmp_path: Path) -> None:
    replay = Replay(tmp_path, seed=6, begin=NOW, voice=voice)
    replay.write(3000)

    read = [parse_line(text, game=voice.game.value) for text in replay.truth.texts]

    assert Counter(line.event.kind for line in read) == replay.truth.kinds
    joins = [line.occurred_at for line in read if isinstance(line.event, Joined)]
    assert joins == [session.joined_at for session in replay.truth.sessions]
    leaves = [line.occurred_at for line in read if isinstance(line.event, Left)]
    assert set(leaves) == {session.left_at for session in replay.truth.sessions} - {None}
