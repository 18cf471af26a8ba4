from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest

from bots.activity_points.earning.domain import PRICES, Earning, Rule
from bots.activity_points.earning.fold import Earner
from bots.activity_points.earning.people import People
from shared.domain.events import (
    Claimed,
    Creature,
    Demolished,
    Fighter,
    GameEvent,
    Killed,
    Position,
    ServerStarted,
    Structure,
    SurvivorId,
    TribeJoined,
    Unclaimed,
    WorldSaved,
)
from shared.domain.sessions import SessionBook
from shared.ids import PlatformId, ServerId
from tests.bots.activity_points.builders import (
    HERON,
    OTTER,
    STAMP,
    Line,
    after,
    chat,
    creature,
    joined,
    left,
    survivor,
    tamed,
)


def fold(lines: Iterable[Line], *, is_ase: bool = False) -> Earner:
    earner = Earner(
        server_id=ServerId(1), server_name="Marsh", people=People(is_ase=is_ase), sessions=SessionBook()
    )
    for number, (event, at) in enumerate(lines, start=1):
        earner.apply(number, event, at)
    return earner


def earn(lines: Iterable[Line], *, is_ase: bool = False) -> list[Earning]:
    return fold(lines, is_ase=is_ase).earnings


def total(earnings: Iterable[Earning], *rules: Rule) -> int:
    return sum(each.amount for each in earnings if not rules or each.rule in rules)


def saves(minutes: int, *, since: int = 0) -> list[Line]:
    """Return the line that a living server writes at least every 15 minutes."""
    return [(WorldSaved(), after(since + minute)) for minute in range(0, minutes + 1, 5)]


def merged(*parts: Iterable[Line]) -> list[Line]:
    """Return lines in order of time."""
    return sorted((line for part in parts for line in part), key=lambda line: line[1])


BOTH_KNOWN: list[Line] = [
    (joined("Otter", OTTER), after(0)),
    (joined("Heron", HERON), after(0)),
    (chat("Otter", "Nia", "hello"), after(0)),
    (chat("Heron", "Bo", "hello"), after(0)),
]


def test_an_active_minute_earns_a_point_and_an_idle_one_a_tenth() -> None:
    lines = merged(
        [(joined("Otter", OTTER), after(0))],
        # something new every ten minutes of the first hour, then nothing for a hundred minutes
        [(chat("Otter", "Nia", f"line {minute}"), after(minute)) for minute in range(0, 60, 10)],
        saves(160),
        [(left("Otter", OTTER), after(160))],
    )

    earnings = earn(lines)

    # the last sign, at 50, holds until 65
    assert total(earnings, Rule.PLAYTIME) == 65
    assert total(earnings, Rule.IDLE) == 9
    assert {each.player for each in earnings} == {OTTER}


def test_who_never_shows_a_sign_earns_at_most_a_tenth() -> None:
    earnings = earn(merged([(joined("Otter", OTTER), after(0))], saves(300)))

    assert total(earnings) == 30
    assert {each.rule for each in earnings} == {Rule.IDLE}


@pytest.mark.parametrize(
    "macro",
    [
        lambda _: chat("Otter", "Nia", "."),
        lambda n: (Claimed if n % 2 else Unclaimed)(
            survivor="Nia", creature=Creature(name="Rex", level=5), stamp=STAMP
        ),
        lambda _: Demolished(survivor="Nia", structure=Structure(name="Stone Wall"), stamp=STAMP),
    ],
    ids=["the same word", "claim and unclaim", "build and demolish"],
)
def test_a_macro_that_repeats_itself_passes_for_idle(macro: object) -> None:
    assert callable(macro)
    doings: list[Line] = [(macro(n), after(60 + n * 5)) for n in range(1, 49)]
    first: list[Line] = [(joined("Otter", OTTER), after(0)), (chat("Otter", "Nia", "hello"), after(0))]

    earnings = earn(merged(first, saves(300), doings))

    # each hour the macro's line counts once: fifteen active minutes out of sixty
    assert total(earnings, Rule.PLAYTIME) <= 15 * 6
    assert {each.rule for each in earnings} <= {Rule.PLAYTIME, Rule.IDLE}


def test_claims_and_demolitions_themselves_earn_nothing() -> None:
    doings: list[Line] = [
        (Claimed(survivor="Nia", creature=Creature(name=f"Rex {n}", level=5), stamp=STAMP), after(1))
        for n in range(9)
    ]
    doings += [
        (
            Demolished(
                survivor="Nia",
                structure=Structure(name="Wall"),
                position=Position(x=n, y=0, z=0),
                stamp=STAMP,
            ),
            after(2),
        )
        for n in range(9)
    ]

    assert earn([*BOTH_KNOWN, *doings]) == []


def test_demolishing_at_different_places_is_activity() -> None:
    doings: list[Line] = [
        (
            Demolished(
                survivor="Nia",
                structure=Structure(name="Wall"),
                position=Position(x=n, y=0, z=0),
                stamp=STAMP,
            ),
            after(n * 5),
        )
        for n in range(1, 12)
    ]

    earnings = earn(merged(BOTH_KNOWN[:1], BOTH_KNOWN[2:3], doings, saves(60)))

    assert total(earnings, Rule.PLAYTIME) == 60


def test_a_session_that_spans_parts_of_slots_counts_its_full_minutes() -> None:
    lines: list[Line] = [
        (joined("Otter", OTTER), after(1)),
        (chat("Otter", "Nia", "hello"), after(1)),
        (left("Otter", OTTER), after(2.5)),
        (joined("Otter", OTTER), after(3)),
        (left("Otter", OTTER), after(4.5)),
        (WorldSaved(), after(6)),
    ]

    earnings = earn(lines)

    assert [(each.rule, each.amount, each.at) for each in earnings] == [(Rule.PLAYTIME, 3, after(5))]


def test_time_while_the_server_was_down_does_not_count() -> None:
    lines = merged(
        [(joined("Otter", OTTER), after(0)), (chat("Otter", "Nia", "hello"), after(0))],
        saves(10),
        [(ServerStarted(name="Marsh"), after(14))],
        saves(60, since=15),
    )

    assert total(earn(lines)) == 10


def test_a_silent_log_counts_for_half_an_hour_at_most() -> None:
    lines: list[Line] = [
        (joined("Otter", OTTER), after(0)),
        (WorldSaved(), after(300)),
        (WorldSaved(), after(305)),
    ]

    # 30 minutes of silence and 5 minutes after it
    assert fold(lines).people.persons[OTTER].idle_minutes + 10 * total(earn(lines)) == 35


def test_a_missing_leave_ends_after_six_hours_without_a_sign() -> None:
    earnings = earn(merged([(joined("Otter", OTTER), after(0))], saves(24 * 60)))

    assert total(earnings) == 36


def test_a_clock_that_is_set_back_books_no_slot_under_another_key() -> None:
    first = [*BOTH_KNOWN[:1], BOTH_KNOWN[2], *saves(30)]
    again = [(event, at - timedelta(hours=3)) for event, at in saves(240)]

    keys = [each.dedupe_key for each in earn([*first, *again]) if each.at in {after(5), after(10)}]

    assert len(keys) == 4
    assert len(set(keys)) == 2


def test_a_stamp_from_the_far_future_does_not_stop_the_clock_for_good() -> None:
    lines = [*BOTH_KNOWN[:1], BOTH_KNOWN[2], (WorldSaved(), after(60 * 24 * 365 * 70)), *saves(30, since=5)]

    earnings = [each for each in earn(lines) if each.at < after(60)]

    assert total(earnings, Rule.PLAYTIME) > 0


def test_a_tame_is_counted_on_the_public_line_alone() -> None:
    earnings = earn([*BOTH_KNOWN, (tamed("Nia", stamp=STAMP), after(1)), (tamed("Nia"), after(1))])

    assert [(each.rule, each.player, each.text) for each in earnings] == [
        (Rule.TAME, OTTER, "tamed a Dodo (level 5) on Marsh")
    ]


def test_caps_hold_for_a_day_and_a_new_day_begins_anew() -> None:
    many: list[Line] = [(tamed("Nia", f"Dodo {n}"), after(n / 10)) for n in range(1, 30)]
    tomorrow: list[Line] = [(tamed("Nia", "Dodo"), after(24 * 60))]

    earnings = earn([*BOTH_KNOWN, *many, *tomorrow])

    by_day = [total([each for each in earnings if each.at.day == day], Rule.TAME) for day in (1, 2)]
    assert by_day == [PRICES[Rule.TAME].daily_cap, PRICES[Rule.TAME].amount]


KILLS: list[tuple[str, Fighter, Fighter | None, Rule | None]] = [
    ("a survivor", survivor("Bo", "Mud Guild"), survivor("Nia", "Reed Court"), Rule.KILL_PLAYER),
    ("a survivor of no tribe", survivor("Bo"), survivor("Nia"), Rule.KILL_PLAYER),
    ("a tame of others", creature("Rex", "Mud Guild"), survivor("Nia", "Reed Court"), Rule.KILL_TAME),
    ("a wild creature", creature("Rex"), survivor("Nia", "Reed Court"), Rule.KILL_WILD),
    ("an unclaimed baby", creature("Baby Rex"), survivor("Nia", "Reed Court"), None),
    ("the own tribe", survivor("Ann", "Reed Court"), survivor("Nia", "Reed Court"), None),
    ("an own tame", creature("Rex", "Reed Court"), survivor("Nia", "Reed Court"), None),
    ("oneself", survivor("Nia"), survivor("Nia"), None),
    ("by a wild creature", survivor("Bo", "Mud Guild"), creature("Nia"), None),
    ("by nobody", survivor("Bo", "Mud Guild"), None, None),
    ("by a survivor nobody knows", survivor("Bo", "Mud Guild"), survivor("Stranger", "Fog"), None),
]


@pytest.mark.parametrize(
    ("victim", "killer", "rule"), [kill[1:] for kill in KILLS], ids=[kill[0] for kill in KILLS]
)
def test_a_kill_earns_by_who_killed_whom(victim: Fighter, killer: Fighter | None, rule: Rule | None) -> None:
    public: GameEvent = Killed(victim=victim, killer=killer)
    lines_of_tribes: list[Line] = [
        (Killed(victim=victim, killer=killer, stamp=STAMP), after(1)),
        (Killed(victim=victim, is_own_victory=True, stamp=STAMP), after(1)),
    ]

    earnings = earn([*BOTH_KNOWN, *lines_of_tribes, (public, after(1))])

    assert [each.rule for each in earnings] == ([rule] if rule else [])


def test_a_victim_counts_once_a_day() -> None:
    kill = Killed(victim=survivor("Bo", "Mud Guild"), killer=survivor("Nia", "Reed Court"))

    assert total(earn([*BOTH_KNOWN, (kill, after(1)), (kill, after(2))])) == PRICES[Rule.KILL_PLAYER].amount


def test_killing_a_second_survivor_of_ones_own_earns_nothing() -> None:
    kill = Killed(victim=survivor("Mia", "Mud Guild"), killer=survivor("Nia", "Reed Court"))

    assert earn([*BOTH_KNOWN, (chat("Otter", "Mia", "me too"), after(1)), (kill, after(2))]) == []


def test_a_ridden_tame_earns_for_the_survivor_whose_id_the_line_bears() -> None:
    lines: list[Line] = [
        (TribeJoined(survivor="Nia", survivor_id=SurvivorId(77), tribe="Reed Court"), after(1)),
        (
            Killed(
                victim=survivor("Bo", "Mud Guild"),
                killer=creature("Biscuit", "Reed Court"),
                killer_survivor_id=SurvivorId(77),
            ),
            after(2),
        ),
    ]

    assert [(each.player, each.rule) for each in earn([*BOTH_KNOWN, *lines])] == [(OTTER, Rule.KILL_PLAYER)]


@pytest.mark.parametrize("bad", [None, "", "0", "00000000000000000000000000000000", "null"])
def test_an_id_that_is_none_earns_nothing(bad: str | None) -> None:
    account = None if bad is None else PlatformId(bad)
    lines = merged(
        [(joined("Pike", account), after(0)), (chat("Pike", "Ann", "hello", account), after(0))],
        saves(60),
        [(tamed("Ann"), after(30))],
    )

    assert earn(lines) == []


def test_on_ase_a_platform_name_is_the_player() -> None:
    lines = merged([(joined("Pike", None), after(0)), (chat("Pike", "Ann", "hello"), after(0))], saves(10))

    assert {(each.player, each.amount) for each in earn(lines, is_ase=True)} == {("name:Pike", 5)}


def test_two_people_with_one_name_cannot_be_told_apart_and_earn_nothing_by_it() -> None:
    lines: list[Line] = [
        *BOTH_KNOWN,
        # Heron's second survivor takes the name of Otter's
        (chat("Heron", "Nia", "I am Nia"), after(1)),
        (tamed("Nia"), after(2)),
        (left("Heron", HERON), after(3)),
        (tamed("Nia", "Rex"), after(4)),
    ]

    assert [(each.player, each.text) for each in earn(lines)] == [(OTTER, "tamed a Rex (level 5) on Marsh")]


def test_a_survivor_named_like_an_account_that_is_on_needs_no_chat_to_be_known() -> None:
    earnings = earn([(joined("Otter", OTTER), after(0)), (tamed("Otter"), after(1))])

    assert [each.player for each in earnings] == [OTTER]


def test_a_question_in_chat_is_noticed_with_who_asked() -> None:
    asked = fold(
        [*BOTH_KNOWN, (chat("Heron", "Bo", " !Points "), after(1)), (chat("X", "Y", "!points"), after(2))]
    )

    assert [(each.player, each.survivor) for each in asked.questions] == [(HERON, "Bo"), (None, "Y")]
