from __future__ import annotations

from pathlib import Path

import pytest

from parser_service.grammar.facts import Fact, group_facts
from parser_service.grammar.lines import ParsedLine, parse_game_line, parse_line
from shared.domain.events import (
    Fighter,
    FighterKind,
    Killed,
    SurvivorId,
    Tamed,
    TribeJoined,
)
from shared.ids import TribeId

MOSS = "Tribe Moss, ID 11: Day 3, 01:02:03: "
FERN = "Tribe Fern, ID 22: Day 3, 01:02:03: "
KILL = [
    f"{MOSS}Tribemember Ada - Lvl 12 was killed by Ben - Lvl 79 (Fern)!)",
    f"{FERN}Your Tribe killed Ada - Lvl 12 (Moss)!)",
    "Ada - Lvl 12 (Moss) was killed by Ben - Lvl 79 (Fern)! [KillerSID: 55]",
]


def told(texts: list[str], *, frames: list[int] | None = None, step_ms: int = 4) -> list[ParsedLine]:
    frames = frames or [7] * len(texts)
    return [
        parse_line(
            f"[2026.03.01-10.20.30:{100 + number * step_ms:03d}][{frame:3d}]2026.03.01_10.20.30: {text}",
            game="asa",
        )
        for number, (text, frame) in enumerate(zip(texts, frames, strict=True))
    ]


def facts(lines: list[ParsedLine]) -> list[Fact]:
    return list(group_facts(lines))


def test_the_three_lines_of_a_kill_are_one_fact_that_knows_what_all_of_them_know() -> None:
    lines = told(KILL)

    (fact,) = facts(lines)

    assert fact.lines == tuple(lines)
    assert fact.event == Killed(
        victim=Fighter(name="Ada", kind=FighterKind.SURVIVOR, level=12, tribe="Moss"),
        killer=Fighter(name="Ben", kind=FighterKind.SURVIVOR, level=79, tribe="Fern"),
        killer_survivor_id=SurvivorId(55),
    )


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 0, 1], [1, 2, 0]])
def test_the_order_of_a_facts_lines_does_not_matter(order: list[int]) -> None:
    (fact,) = facts(told([KILL[number] for number in order]))
    (expected,) = facts(told(KILL))

    assert fact.event == expected.event


def test_two_kills_of_one_frame_are_two_facts_however_their_lines_are_mixed() -> None:
    other = [text.replace("Ada - Lvl 12", "Cy - Lvl 3") for text in KILL]
    mixed = told([text for pair in zip(KILL, other, strict=True) for text in pair])

    assert [[line.event for line in fact.lines] for fact in facts(mixed)] == [
        [line.event for line in mixed[0::2]],
        [line.event for line in mixed[1::2]],
    ]


def test_two_creatures_of_one_name_that_die_in_one_frame_are_two() -> None:
    assert len(facts(told(["Pip - Lvl 1 (Dodo) (Moss) was killed!"] * 2))) == 2


def test_lines_of_different_frames_or_far_apart_are_different_facts() -> None:
    assert len(facts(told(KILL, frames=[7, 8, 9]))) == 3
    assert len(facts(told(KILL, step_ms=150))) == 3


def test_without_brackets_lines_of_one_second_are_one_fact() -> None:
    lines = [parse_game_line(f"2026.03.01_10.20.30: {text}", game="asa") for text in KILL]

    assert len(facts(lines)) == 1


def test_a_tame_and_a_new_member_are_one_fact_each() -> None:
    lines = told(
        [
            f"{MOSS}Ada Tamed a Rex - Lvl 40 (Rex)!)",
            "Ada of Tribe Moss Tamed a Rex - Lvl 40 (Rex)!",
            f"{MOSS}Cy was added to the Tribe by Ada!)",
            "Player Cy with ID 5 joined tribe Moss with ID 11 Invited by Player Ada with ID 6.",
        ]
    )

    tame, member = facts(lines)

    assert isinstance(tame.event, Tamed)
    assert tame.event.stamp is None
    assert member.event == TribeJoined(
        survivor="Cy",
        survivor_id=SurvivorId(5),
        tribe="Moss",
        tribe_id=TribeId(11),
        by="Ada",
        by_id=SurvivorId(6),
    )


def test_no_line_is_lost_or_told_twice(shared_data: Path) -> None:
    lines = [
        parse_line(line, game="asa")
        for line in sorted((shared_data / "ark" / "asa_kills.txt").read_text(encoding="utf-8").splitlines())
        if line and not line.startswith("#")
    ]

    found = facts(lines)

    assert sorted(id(line) for fact in found for line in fact.lines) == sorted(map(id, lines))
    # a person counted the kills that the sample tells with two and three lines
    assert sorted(len(fact.lines) for fact in found if len(fact.lines) > 1) == [2, 2, 2, 2, 3]
