"""Log lines: every shape written is one that was captured, and every claim of a shape rests on a captured line."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from sandbox.ark.life import hunts
from sandbox.ark.life.chance import dice
from sandbox.ark.life.pulse import Pulse
from sandbox.ark.lines import Channel, Language, Line, Voice
from sandbox.ark.logfile import BOM, LogFile
from sandbox.ark.replay import Replay
from sandbox.ark.world import Game, World
from shared.clock import FrozenClock
from tests.sandbox.ark.conftest import NOW, make_world
from tests.sandbox.ark.shapes import (
    ENGINE_LINES,
    GAME_LINES,
    TEXTS,
    TRIBE_LINES,
    all_patterns,
    captured_patterns,
    tribe_pattern,
)


def facts(shared_data: Path) -> list[str]:
    lines = []
    for path in sorted((shared_data / "ark").glob("*.txt")):
        lines += path.read_text(encoding="utf-8").splitlines()
    return lines


def test_each_shape_is_that_of_a_captured_line(shared_data: Path) -> None:
    lines = facts(shared_data)

    for name, pattern in captured_patterns().items():
        # Some lines of the 2026 builds were quoted without stamps, or with a counter that is not padded.
        bare = re.compile(r"(\[\S+\]\[\d+\])?(" + (GAME_LINES | ENGINE_LINES)[name] + ")")
        assert any(pattern.fullmatch(line) or bare.fullmatch(line) for line in lines), name
    entries = [re.sub(r"^Day \d+, \S+: ", "", line) for line in lines]
    for name, (colour, text) in TRIBE_LINES.items():
        body = text if colour is None else rf'<RichColor Color="{re.escape(colour)}">{text}</>'
        whole, entry = re.compile(".*" + tribe_pattern(colour, text)), re.compile(body)
        assert any(whole.fullmatch(line) for line in lines) or any(
            entry.fullmatch(line) for line in entries
        ), name
    for name, (_, text) in TEXTS.items():
        assert any(re.fullmatch(text, line.rstrip(")")) for line in lines), name


def live(game: Game, language: Language, tmp_path: Path, *, minutes: int) -> list[str]:
    clock = FrozenClock(NOW)
    log = LogFile(tmp_path, clock)
    log.rotate()
    world = make_world(game)
    pulse = Pulse(world, Voice(game=game, language=language), dice(1), NOW, speed=20)
    for _ in range(minutes * 60):
        clock.advance(timedelta(seconds=1))
        log.append(pulse.step(clock.now()))
    return log.path.read_bytes().decode("utf-8-sig").splitlines()


def shapes_of(lines: list[str]) -> set[str]:
    patterns = all_patterns()
    found = set()
    for line in lines:
        names = [name for name, pattern in patterns.items() if pattern.fullmatch(line)]
        assert names, line
        found.add(names[0])
    return found


def test_life_writes_nothing_but_known_shapes_and_most_of_them(tmp_path: Path) -> None:
    asa = shapes_of(live(Game.ASA, Language.EN, tmp_path / "asa", minutes=20))
    ase = shapes_of(live(Game.ASE, Language.EN, tmp_path / "ase", minutes=5))
    german = shapes_of(live(Game.ASE, Language.DE, tmp_path / "german", minutes=5))

    expected = set(TRIBE_LINES) - {"tribe merged", "tribe pet killed by survivor", "tribe destroyed by"}
    assert expected - asa == set()
    assert {"joined asa", "left asa", "left asa without id", "chat", "admin asa 2026", "tamed", "died"} <= asa
    assert {"killed by wild", "killed by survivor", "joined tribe", "left tribe", "text decayed"} <= asa
    assert {"joined ase", "left ase", "chat"} <= ase
    assert {"joined german", "left german", "killed german"} <= german
    assert not {"joined asa", "joined ase"} & german


def test_a_replay_writes_nothing_but_known_shapes_and_what_nobody_knows(tmp_path: Path) -> None:
    replay = Replay(tmp_path, seed=2, begin=NOW)
    replay.write(2000)

    known = [line for line in replay.truth.texts if "Something nobody has seen" not in line]

    assert set(TRIBE_LINES) - shapes_of(known) == set()


def test_the_lines_of_one_death_are_milliseconds_apart_on_asa(world: World, tmp_path: Path) -> None:
    scene = Pulse(world, Voice(game=world.game), dice(1), NOW).scene
    victim, killer = list(world.survivors.values())[:2]
    log = LogFile(tmp_path, FrozenClock(NOW))
    log.rotate()

    written = log.append(hunts.survivor_dies(scene, victim, killer))

    assert [line[1:24] for line in written] == [
        f"2026.05.04-12.00.00:{milliseconds:03}"
        for milliseconds in ((0, 8, 16) if world.game is Game.ASA else (0, 0, 0))
    ]
    assert [" was killed by " in line for line in written] == [True, False, True]
    assert "Your Tribe killed" in written[1]


def test_stamps_are_utc_and_the_counter_counts_frames(tmp_path: Path) -> None:
    clock = FrozenClock(NOW)
    log = LogFile(tmp_path, clock)
    log.rotate()
    clock.advance(timedelta(seconds=2, milliseconds=34))
    log.append([Line("a"), Line("b", Channel.ENGINE, after_ms=5)])

    text = log.path.read_bytes()

    assert text.startswith(BOM + b"[2026.05.04-12.00.00:000][  0]Log file open, ")
    assert text.endswith(
        b"[2026.05.04-12.00.02:034][ 61]2026.05.04_12.00.02: a\n[2026.05.04-12.00.02:039][ 61]b\n"
    )


def test_a_log_does_not_go_back_in_time(tmp_path: Path) -> None:
    stamps = [line[1:24] for line in live(Game.ASA, Language.EN, tmp_path, minutes=5)]

    assert stamps == sorted(stamps)


def test_a_torn_line_is_completed_by_the_next(tmp_path: Path) -> None:
    log = LogFile(tmp_path, FrozenClock(NOW))
    log.rotate()

    log.tear(Line("Tarkhan Vey (Vey): half of this"))
    torn = log.path.read_bytes()
    log.append([Line("next")])

    assert not torn.endswith(b"\n")
    lines = log.path.read_text(encoding="utf-8-sig").splitlines()
    assert [line.rpartition("12.00.00: ")[2] for line in lines[1:]] == [
        "Tarkhan Vey (Vey): half of this",
        "next",
    ]


def test_rotation_keeps_every_line(tmp_path: Path) -> None:
    log = LogFile(tmp_path, FrozenClock(NOW))
    for number in range(3):
        log.rotate()
        log.append([Line(f"run {number}")])

    backups = sorted(tmp_path.glob("ShooterGame-backup-2026.05.04-12.00.00*.log"))

    assert [path.read_text(encoding="utf-8").count("run") for path in backups] == [1, 1]
    assert "run 2" in log.path.read_text(encoding="utf-8")


def test_awkward_names_take_part(world: World) -> None:
    names = {survivor.platform_name for survivor in make_world(Game.ASA).survivors.values()}
    names |= {survivor.platform_name for survivor in make_world(Game.ASE).survivors.values()}

    assert {"Unavailable name", "Dr. Nova, PhD", "Wander--Lust", "ミナモ", "[YT] OrchardKeeper"} <= names
    assert len({survivor.account for survivor in world.survivors.values()}) == len(world.survivors)
