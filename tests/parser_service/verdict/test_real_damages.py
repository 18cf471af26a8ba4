"""The same damages, done to copies of real worlds: none is called good, and no undamaged world is doubted."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from parser_service.verdict import Cause, Level, judge
from tests.parser_service.verdict import damages
from tests.parser_service.verdict.damages import NOW, copy_of, facts, verdict_on

WORLDS = [
    "asa/worlds/asa13_aberration.ark",
    "asa/worlds/asa14_lost_colony.ark",
    "asa/worlds/asa14_extinction.ark",
    "made/asa14_small.ark",
    "ase/mobile/M_TheIsland_PreviousSave.bak",
    "ase/worlds/mobile_as_ase11.ark",
    "made/ase9_small.ark",
]
DAMAGES: dict[str, Callable[[Path], None]] = {
    **{f"truncated at {percent} %": damages.truncated(percent) for percent in (0.01, 25, 50, 75, 99)},
    **{f"zeros from {percent} % on": damages.zero_tail(percent) for percent in (40, 90)},
    "unknown version": damages.unknown_version,
    "corrupt names": damages.corrupt_names,
    "flipped bits": damages.flipped_bits,
    "wrong magic": damages.wrong_magic,
    "empty": damages.empty,
}


@pytest.fixture(scope="module", params=WORLDS)
def world(
    request: pytest.FixtureRequest, shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return a copy of a world alone, as it is taken from its server."""
    source = shared_data / "saves" / str(request.param)
    copy: Path = tmp_path_factory.mktemp("good") / source.name
    copy.write_bytes(source.read_bytes())
    return copy


def test_a_real_world_is_good(world: Path) -> None:
    seen = facts(world)
    assert seen.game_time is not None
    following = replace(seen, game_time=seen.game_time + 900, save_count=seen.save_count + 1)

    assert judge(seen, None, now=NOW).findings == ()
    assert judge(following, seen, now=NOW).findings == ()


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_real_world_is_noticed(world: Path, damage: Callable[[Path], None], tmp_path: Path) -> None:
    path = copy_of(world, tmp_path)
    damage(path)

    verdict = verdict_on(path, facts(world))

    assert verdict.level is not Level.GOOD
    assert len(verdict.reason) > 20


def test_a_real_backup_in_the_worlds_place_is_a_rollback(shared_data: Path) -> None:
    worlds = shared_data / "saves" / "asa" / "worlds"

    verdict = verdict_on(
        worlds / "asa13_scorched_earth_backup.ark", facts(worlds / "asa13_scorched_earth.ark")
    )

    assert [finding.cause for finding in verdict.findings] == [Cause.ROLLBACK]


def test_a_real_world_of_another_map_is_noticed(shared_data: Path) -> None:
    worlds = shared_data / "saves" / "asa" / "worlds"

    verdict = verdict_on(worlds / "asa14_extinction.ark", facts(worlds / "asa14_lost_colony.ark"))

    assert verdict.reason.startswith("Another map: expected LostColony_WP, found Extinction_WP.")


@pytest.mark.parametrize("name", ["M_TheIsland.tmp", "M_TheIsland.tmp2"])
def test_real_half_written_worlds_are_bad(shared_data: Path, name: str) -> None:
    folder = shared_data / "saves" / "ase" / "mobile"

    verdict = verdict_on(folder / name, facts(folder / "M_TheIsland_PreviousSave.bak"))

    assert verdict.level is Level.BAD
    assert "interrupted" in verdict.reason or ".tmp file" in verdict.reason


def test_a_name_of_the_header_that_is_no_number_is_no_clock(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "saves" / "ase" / "worlds" / "mobile_as_ase9.ark"
    path = tmp_path / source.name
    data = bytearray(source.read_bytes())
    # version, two and two offsets, then the clock
    struct.pack_into("<f", data, 18, float("nan"))
    path.write_bytes(data)

    verdict = verdict_on(path, facts(source))

    assert [finding.cause for finding in verdict.findings] == [Cause.DAMAGED_CLOCK]
