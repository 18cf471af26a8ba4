"""Every rule by tables: what is noticed, what is innocent, and what is believed in the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from parser_service.verdict import Cause, Facts, FileFacts, Level, SmallFiles, judge, refused

NOW = datetime(2026, 9, 13, 18, 5, tzinfo=UTC)
# Ten tribes: one large, nine of ordinary size.
TRIBES = {50_000 + number: 5_000 if number == 0 else 500 for number in range(10)}
FILE = FileFacts(
    saved_at=NOW - timedelta(minutes=5),
    size_bytes=50_000_000,
    tribes=SmallFiles(count=10, total_bytes=200_000),
    profiles=SmallFiles(count=40, total_bytes=2_000_000),
)
GOOD = Facts(
    game="asa",
    version=14,
    map_name="Ragnarok_WP",
    game_time=1e8 + 30 * 86_400,
    save_count=2_880,
    file=FILE,
    objects_seen=100_000,
    objects_walked=40_000,
    objects_failed=0,
    understood_share=1.0,
    unknown_classes=0,
    structures=9_500,
    tribes=10,
    tribes_known=10,
    members=40,
    survivors=40,
    tames=800,
    wild=12_000,
    items=30_000,
    names=1_500,
    tribe_structures=TRIBES,
)


def later(facts: Facts, *, seconds: float = 900.0, **changes: Any) -> Facts:
    """Return a save that came after another, with some changes."""
    assert facts.game_time is not None
    return replace(
        facts, **{"game_time": facts.game_time + seconds, "save_count": facts.save_count + 1, **changes}
    )


def less(tribes: dict[int, float]) -> dict[str, Any]:
    """Return the changes of tribes losing shares of their structures."""
    left = {tribe: round(count * (1 - tribes.get(tribe, 0.0))) for tribe, count in TRIBES.items()}
    lost = GOOD.structures - sum(left.values())
    return {
        "structures": GOOD.structures - lost,
        "tribe_structures": {tribe: count for tribe, count in left.items() if count},
        "objects_seen": GOOD.objects_seen - 2 * lost,
        "objects_walked": GOOD.objects_walked - lost,
    }


def files(**changes: Any) -> dict[str, Any]:
    return {"file": replace(FILE, **changes)}


ALL = dict.fromkeys(TRIBES, 1.0)
INNOCENT: dict[str, dict[str, Any]] = {
    "nothing happened": {},
    "the server restarted": {"seconds": 60.0},
    "growth": {"structures": 12_000, "objects_seen": 130_000, "tames": 1_200},
    "a great deal of growth": {
        "structures": 95_000,
        "objects_seen": 900_000,
        **files(size_bytes=400_000_000),
    },
    "one big tribe leaves": less({50_000: 1.0}),
    "one big tribe leaves with its tames": {**less({50_000: 1.0}), "tames": 200},
    "a decay sweep": less(dict.fromkeys([50_001, 50_002, 50_003, 50_004], 1.0)),
    "a wipe of wild creatures": {"wild": 0, "objects_seen": 60_000, **files(size_bytes=20_000_000)},
    "a few objects that stand twice": {"doubled_objects": 4},
    "a creature that stands twice": {"doubled_ids": 1},
    "some tribes end": {"tribes": 6, "tribes_known": 6},
    "nothing but structures was read": {"tames": None, "wild": None, "items": None, "survivors": None},
    "the same file again": {"seconds": 0.0},
}


@pytest.mark.parametrize("changes", INNOCENT.values(), ids=INNOCENT)
def test_what_happens_on_ordinary_days_is_good(changes: dict[str, Any]) -> None:
    verdict = judge(later(GOOD, **changes), GOOD, now=NOW)

    assert verdict.level is Level.GOOD, verdict.reason
    assert verdict.feeds


def test_a_wipe_of_wild_creatures_is_told_and_nothing_more() -> None:
    verdict = judge(later(GOOD, wild=7), GOOD, now=NOW)

    assert verdict.reason == "11,993 of 12,000 wild creatures are gone: a wipe of wild creatures."
    assert verdict.feeds


DOUBTFUL: dict[str, tuple[dict[str, Any], Cause, str]] = {
    "tail": (
        files(zero_tail_bytes=20_000_000, zero_bytes=20_000_000),
        Cause.ZERO_TAIL,
        "The last 20,000,000 of 50,000,000 bytes (40 %) are zeros",
    ),
    "parts": (files(zero_bytes=8192), Cause.ZERO_PARTS, "8,192 bytes in the middle of the file are zeros"),
    "tribe file": (
        files(tribes=SmallFiles(count=10, total_bytes=9, zero_filled=("50001.arktribe",))),
        Cause.ZERO_FILE,
        "A tribe's file is filled with zeros (50001.arktribe)",
    ),
    "profiles": (
        files(profiles=SmallFiles(count=40, total_bytes=9, zero_filled=("a", "b", "c", "d"))),
        Cause.ZERO_FILE,
        "4 survivors' files are filled with zeros (a, b, c and 1 more)",
    ),
    "version": (
        {"version": 15},
        Cause.UNKNOWN_VERSION,
        "version 15, which is not known; the last good save was of version 14",
    ),
    "clock": ({"game_time": None}, Cause.DAMAGED_CLOCK, "shows no time"),
    "future": (
        files(saved_at=NOW + timedelta(hours=3)),
        Cause.FROM_THE_FUTURE,
        "dated 3 h in the future",
    ),
    "names": ({"damaged_names": 12}, Cause.DAMAGED_NAMES, "12 of 1,500 names in the world's name table"),
    "objects": (
        {"objects_failed": 3, "faults": {"ends inside a property": 3}},
        Cause.DAMAGED_OBJECTS,
        "3 objects of 40,000 cannot be read (3 x ends inside a property)",
    ),
    "format": (
        {"objects_failed": 212, "objects_of_unknown_kinds": 212},
        Cause.FORMAT_CHANGED,
        "212 unknown properties",
    ),
    "ids": ({"doubled_ids": 40}, Cause.DOUBLED_IDS, "40 ids stand for more than one thing"),
    "objects twice": ({"doubled_objects": 900}, Cause.DOUBLED_IDS, "900 objects stand in the file twice"),
    "game": ({"game": "ase", "version": 12}, Cause.OTHER_GAME, "Another game: expected ASA, found ASE."),
    "map": (
        {"map_name": "TheIsland_WP"},
        Cause.OTHER_MAP,
        "Another map: expected Ragnarok_WP, found TheIsland_WP.",
    ),
    "rollback": (
        {"seconds": -(5 * 3600 + 40 * 60)},
        Cause.ROLLBACK,
        "Older by 5 h 40 min than the last good save: a rollback",
    ),
    "a wipe while the clock runs on": (
        less(ALL),
        Cause.LOST_STRUCTURES,
        "9,500 of 9,500 structures are gone since the last good save",
    ),
    "structures that are there and not recognised": (
        {"structures": 12, "tribe_structures": {50_000: 12}},
        Cause.UNRECOGNISED,
        "Only 12 of 9,500 structures are recognised, though the file holds 100,000 objects",
    ),
    "tribes' files": (
        {"tribes_known": 0},
        Cause.LOST_TRIBES,
        "The data of 10 of 10 tribes is gone",
    ),
    "survivors": ({"survivors": 2}, Cause.LOST_SURVIVORS, "38 of 40 survivors are gone"),
    "tames": ({"tames": 5}, Cause.LOST_TAMES, "795 of 800 tames are gone while the structures still stand"),
    "bytes": (files(size_bytes=3_000_000), Cause.LOST_BYTES, "3,000,000 bytes, 50,000,000 before"),
}


@pytest.mark.parametrize(("changes", "cause", "words"), DOUBTFUL.values(), ids=DOUBTFUL)
def test_what_is_no_ordinary_day_is_noticed_with_its_cause(
    changes: dict[str, Any], cause: Cause, words: str
) -> None:
    verdict = judge(later(GOOD, **changes), GOOD, now=NOW)

    assert verdict.level is not Level.GOOD
    assert not verdict.feeds
    assert [finding.cause for finding in verdict.findings] == [cause]
    assert words in verdict.reason


def test_what_was_so_in_the_last_good_save_is_not_found_anew() -> None:
    odd = replace(
        GOOD,
        objects_failed=3,
        damaged_names=1,
        doubled_ids=40,
        doubled_objects=900,
        file=replace(FILE, zero_bytes=8192, tribes=SmallFiles(count=10, zero_filled=("50001.arktribe",))),
    )

    assert judge(later(odd), odd, now=NOW).findings == ()


def test_the_worst_finding_decides_and_stands_first() -> None:
    new = later(GOOD, objects_failed=1, faults={"x": 1}, damaged_names=900)

    verdict = judge(new, GOOD, now=NOW)

    assert verdict.level is Level.BAD
    assert [finding.cause for finding in verdict.findings] == [Cause.DAMAGED_NAMES, Cause.DAMAGED_OBJECTS]


def test_a_first_save_is_judged_by_its_content_and_by_the_map_that_was_announced() -> None:
    assert judge(GOOD, None, now=NOW, expected_map="ragnarok").level is Level.GOOD
    assert judge(GOOD, None, now=NOW).level is Level.GOOD
    assert judge(replace(GOOD, damaged_names=9), None, now=NOW).level is Level.BAD
    [finding] = judge(GOOD, None, now=NOW, expected_map="TheIsland_WP").findings
    assert finding.cause is Cause.OTHER_MAP


def test_a_server_that_was_given_another_map_starts_anew() -> None:
    new = later(GOOD, map_name="TheIsland_WP", seconds=-86_400.0, **less(ALL))

    verdict = judge(new, GOOD, now=NOW, expected_map="The Island")

    assert (verdict.level, verdict.is_new_world, verdict.feeds) == (Level.GOOD, True, False)


SEASON = later(
    GOOD,
    seconds=-(30 * 86_400) + 720.0,
    save_count=1,
    tames=0,
    survivors=3,
    tribes_known=0,
    **less(ALL) | files(size_bytes=9_000_000),
)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"structures": 120, "tribe_structures": {77_000: 120}, "game_time": 1e8 + 40_000.0, "save_count": 44},
        # players kept their tribe, and have built the first hut
        {"structures": 30, "tribe_structures": {50_001: 30}, "game_time": 1e8 + 9_000.0, "save_count": 10},
    ],
    ids=["minutes old", "half a day old", "tribes were kept"],
)
def test_a_season_wipe_is_good_but_nothing_follows_from_it_yet(changes: dict[str, Any]) -> None:
    first = replace(SEASON, **changes)

    verdict = judge(first, GOOD, now=NOW)

    assert (verdict.level, verdict.is_new_world, verdict.feeds) == (Level.GOOD, True, False)
    assert "a season began" in verdict.reason
    assert judge(later(first), first, now=NOW).feeds


@pytest.mark.parametrize(
    "changes",
    [
        {"tribe_structures": TRIBES, "structures": 9_500},
        {"objects_failed": 30},
        {"save_count": 9_999},
        {"game_time": 1e8 + 20 * 86_400},
    ],
    ids=["the tribes still have everything", "damaged", "saved more often", "not young"],
)
def test_what_only_looks_like_a_new_season_is_a_rollback(changes: dict[str, Any]) -> None:
    verdict = judge(replace(SEASON, **changes), GOOD, now=NOW)

    assert verdict.level is Level.SUSPECT
    assert Cause.ROLLBACK in {finding.cause for finding in verdict.findings}


def series(first: Facts, count: int, *, seconds: float = 900.0) -> list[Facts]:
    """Return saves that follow from each other."""
    saves = [first]
    while len(saves) < count:
        saves.append(later(saves[-1], seconds=seconds))
    return saves


SETTLING = {
    "a rollback": later(GOOD, seconds=-20_400.0),
    "a wipe by an admin": later(GOOD, **less(ALL)),
    "tribes' files deleted": later(GOOD, tribes_known=0),
    "one odd object of a mod": later(GOOD, objects_failed=1, faults={"x": 1}),
    "a dead tribe's file": later(GOOD, **files(tribes=SmallFiles(count=10, zero_filled=("1.arktribe",)))),
}


@pytest.mark.parametrize("first", SETTLING.values(), ids=SETTLING)
def test_a_world_that_really_is_like_that_is_believed_once_later_saves_agree(first: Facts) -> None:
    *recent, new = series(first, 3)

    early = judge(recent[1], GOOD, recent=recent[:1], now=NOW)
    late = judge(new, GOOD, recent=recent, now=NOW)

    assert early.level is Level.SUSPECT
    assert late.level is Level.GOOD
    assert late.feeds
    assert late.reason.startswith("Believed, since 3 saves over at least 30 min agree.")


STUBBORN = {
    "another map": later(GOOD, map_name="TheIsland_WP"),
    "another version": later(GOOD, version=15),
    "damaged names": later(GOOD, damaged_names=9),
    "a tail of zeros": later(GOOD, **files(zero_tail_bytes=9_999, zero_bytes=8_192)),
    "a changed format": later(GOOD, objects_failed=2_000, objects_of_unknown_kinds=2_000),
    "unrecognised": later(GOOD, structures=0, tribe_structures={}),
}


@pytest.mark.parametrize("first", STUBBORN.values(), ids=STUBBORN)
def test_what_cannot_be_innocent_is_never_believed_by_itself(first: Facts) -> None:
    *recent, new = series(first, 20)

    assert judge(new, GOOD, recent=recent, now=NOW).level is not Level.GOOD


def test_a_stale_file_is_no_witness_twice() -> None:
    stale = later(GOOD, seconds=-20_400.0)

    assert judge(stale, GOOD, recent=[stale] * 10, now=NOW).level is Level.SUSPECT


def test_saves_that_follow_too_closely_prove_nothing() -> None:
    *recent, new = series(later(GOOD, seconds=-20_400.0), 5, seconds=60.0)

    assert judge(new, GOOD, recent=recent, now=NOW).level is Level.SUSPECT


def test_saves_that_contradict_each_other_prove_nothing() -> None:
    first, second, third = series(later(GOOD, seconds=-90_000.0), 3)
    between = replace(second, **less(ALL))

    assert judge(third, GOOD, recent=[first, between], now=NOW).level is Level.SUSPECT


def test_facts_survive_the_database() -> None:
    facts = later(GOOD, notes=("1.arktribe is empty",), faults={"x": 2}, game_time=None)

    assert Facts.from_json(facts.to_json()) == facts


def test_a_refusal_says_how_much_of_the_file_there_is() -> None:
    short = refused("The file ends early.", size_bytes=30_500_000, last_good_bytes=50_000_000)
    whole = refused("The file is a PNG.", size_bytes=49_000_000, last_good_bytes=50_000_000)

    assert short.level is Level.BAD
    assert short.reason.endswith("It is 61 % as long as the last good save, which had 50,000,000 bytes.")
    assert whole.reason == "The file is a PNG."
