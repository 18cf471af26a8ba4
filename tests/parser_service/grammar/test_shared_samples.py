"""Every real line beside the checkout, kind by kind; the lines themselves stay outside the project."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from parser_service.grammar.lines import Game, parse_game_line, parse_line, read_message
from parser_service.grammar.replies import parse_game_log
from parser_service.grammar.tribe_log import read_tribe_entry, read_tribe_text
from shared.domain.events import (
    AdminCommand,
    Chat,
    Demolished,
    GameEvent,
    Joined,
    Killed,
    Left,
    Tamed,
    TribeAction,
    TribeLine,
    TribeStamp,
    Unknown,
)
from shared.ids import TribeId

# what a person counted in each file
LOGS: dict[str, dict[str, int]] = {
    "asa_admincmd.txt": {"admin_command": 17},
    "asa_chat.txt": {"chat": 22, "server_chat": 10},
    "asa_joins_leaves.txt": {"joined": 9, "left": 9},
    "asa_kills.txt": {"killed": 54},
    "asa_lifecycle.txt": {"server_line": 12, "server_chat": 1, "world_saved": 1, "server_started": 5},
    "asa_structures.txt": {"structure_destroyed": 12, "demolished": 10, "killed": 2},
    "asa_tames_claims.txt": {
        "tamed": 10, "claimed": 5, "unclaimed": 3, "transferred": 8, "frozen": 10, "starved": 4, "tribe": 1
    },
    "asa_tribe_membership.txt": {"tribe_joined": 12, "tribe_left": 8, "tribe": 8},
    "ase_german_log.txt": {
        "joined": 4, "left": 4, "killed": 30, "tribe_joined": 2, "chat": 1, "server_line": 9, "server_started": 1
    },
    "ase_startup_other.txt": {"server_line": 25, "server_started": 3},
}  # fmt: skip
ENTRIES: dict[str, dict[str, int]] = {
    "tribelog_de.txt": {"tribe_joined": 2, "killed": 28},
    "tribelog_en_asa_saves.txt": {
        "tribe": 24, "demolished": 2, "tribe_joined": 4, "tamed": 12, "unclaimed": 3, "claimed": 3, "killed": 11,
        "structure_destroyed": 1, "starved": 1,
    },
    "tribelog_en_ase_saves.txt": {
        "tamed": 12, "claimed": 5, "unclaimed": 5, "demolished": 9, "structure_destroyed": 12, "tribe": 18, "frozen": 7,
        "transferred": 8, "killed": 29, "tribe_joined": 5, "tribe_left": 3, "starved": 3,
    },
    "tribelog_es.txt": {
        "tamed": 5, "claimed": 5, "demolished": 5, "structure_destroyed": 1, "killed": 16, "frozen": 4, "starved": 3,
        "tribe_joined": 1,
    },
    "tribelog_fr.txt": {
        "tamed": 6, "killed": 11, "structure_destroyed": 1, "demolished": 6, "tribe_joined": 5, "tribe_left": 2, "tribe": 1,
        "claimed": 5, "frozen": 3, "starved": 2,
    },
    "tribelog_ru.txt": {"killed": 27, "tamed": 11, "demolished": 3, "frozen": 5, "tribe": 1, "tribe_joined": 1},
}  # fmt: skip


def lines_of(path: Path) -> list[str]:
    return [
        line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
    ]


def game_of(path: Path) -> Game:
    return "ase" if path.name.startswith("ase") else "asa"


@pytest.mark.parametrize("name", LOGS)
def test_every_real_line_of_a_log_is_typed(shared_data: Path, name: str) -> None:
    path = shared_data / "ark" / name

    events = [parse_line(line, game=game_of(path)) for line in lines_of(path)]

    assert Counter(parsed.event.kind.value for parsed in events) == LOGS[name]
    assert all(parsed.occurred_at is not None for parsed in events)


@pytest.mark.parametrize("name", ENTRIES)
def test_every_real_entry_of_a_tribes_log_is_typed(shared_data: Path, name: str) -> None:
    entries = lines_of(shared_data / "ark" / name)

    events = [read_tribe_entry(entry, tribe="T", tribe_id=None) for entry in entries]

    assert Counter(event.kind.value for event in events) == ENTRIES[name]
    assert not [
        event for event in events if isinstance(event, TribeLine) and event.action is TribeAction.OTHER
    ]


# how the lines of the quotes begin that stand in a tribe's log, and are quoted as players read them: without the head
TRIBAL = ("Your ", "Tribemember ", "C4 Charge", "Human with ID", "Shiki with ID", "Anti-meshing")
# the two that were cut by whoever quoted them, and one that was written from memory
UNTYPED = [
    "Anti-meshing destroyed 'Human - Lvl 131' at X=...",
    "Shiki with ID 24175312 was demoted from Tribe Admin by ...",
    "Your Tribe killed FEEDER -Lvl 323(Maeguana) (WINNING)!",
]
QUOTED = {
    "joined": 3, "left": 2, "server_line": 7, "admin_command": 2, "decayed": 1, "tribe": 4, "killed": 13,
    "structure_destroyed": 1,
}  # fmt: skip
MOSS = TribeStamp(tribe="Moss", tribe_id=TribeId(1), day=1, time="00:00:00")


def read_quoted(line: str) -> GameEvent:
    """Return the event of a line that somebody quoted, in the place it was taken from."""
    if line.startswith(TRIBAL):
        return read_tribe_text(line.removesuffix(")"), MOSS)
    # some were quoted without the stamps that stand before every line
    if line.startswith("["):
        return parse_line(line, game="asa").event
    return parse_game_line(f"2026.01.01_00.00.00: {line}", game="asa").event


def is_typed(event: GameEvent) -> bool:
    if isinstance(event, TribeLine):
        return event.action is not TribeAction.OTHER
    return not isinstance(event, Unknown)


def test_lines_that_others_quoted_are_typed_where_they_are_whole(shared_data: Path) -> None:
    quoted = lines_of(shared_data / "ark" / "asa_examples_2025_2026.txt")
    events = [read_quoted(line) for line in quoted]

    assert [line for line, event in zip(quoted, events, strict=True) if not is_typed(event)] == UNTYPED
    assert Counter(event.kind.value for event in events) == QUOTED


def test_bodies_of_rcons_answers_are_typed(shared_data: Path) -> None:
    lines = [
        line.partition("] ")[2].strip() for line in lines_of(shared_data / "ark" / "rcon_chat_gamelog.txt")
    ]

    parsed = [
        parse_line(line, game="asa")
        if line.startswith("[20")
        else parse_game_log(line, game="asa")[0]
        if line[:1].isdigit()
        else None
        for line in lines
    ]
    events = [
        item.event if item else read_message(line, game="asa")
        for item, line in zip(parsed, lines, strict=True)
    ]

    assert Counter(event.kind.value for event in events) == {
        "chat": 2, "server_chat": 1, "joined": 3, "left": 2, "server_line": 4,
    }  # fmt: skip


def test_of_a_thousand_real_lines_at_most_five_are_not_typed(shared_data: Path) -> None:
    folder = shared_data / "ark"
    logs = [
        parse_line(line, game=game_of(folder / name)).event
        for name in LOGS
        for line in lines_of(folder / name)
    ]
    entries = [
        read_tribe_entry(line, tribe="T", tribe_id=None)
        for name in ENTRIES
        for line in lines_of(folder / name)
    ]
    quoted = [read_quoted(line) for line in lines_of(folder / "asa_examples_2025_2026.txt")]

    typed = Counter(map(is_typed, [*logs, *entries, *quoted]))

    assert typed[True] / typed.total() >= 0.995


def names_in(event: GameEvent) -> list[str]:
    match event:
        case Killed():
            fighters = [event.victim] + ([event.killer] if event.killer else [])
            return [fighter.name for fighter in fighters] + [
                fighter.tribe for fighter in fighters if fighter.tribe
            ]
        case Tamed():
            return [event.creature.name, *([event.survivor] if event.survivor else [])]
        case Demolished():
            return [event.survivor, event.structure.name]
        case Joined() | Left():
            return [event.platform_name, *([event.platform_id] if event.platform_id else [])]
        case _:
            return []


@pytest.mark.parametrize("name", LOGS)
def test_what_is_typed_stands_in_the_line_and_is_cut_out_whole(shared_data: Path, name: str) -> None:
    path = shared_data / "ark" / name

    for line in lines_of(path):
        event = parse_line(line, game=game_of(path)).event
        if isinstance(event, Chat):
            assert line.endswith(f": {event.platform_name} ({event.survivor}): {event.text}")
        elif isinstance(event, AdminCommand):
            assert f"AdminCmd: {event.command} " in line
            assert f"(PlayerName: {event.platform_name}, ARKID: {event.survivor_id}, " in line
        for written in names_in(event):
            assert written in line
            assert not any(mark in written for mark in (" - Lvl ", " - Level ", "RichColor", " was ", "!"))
