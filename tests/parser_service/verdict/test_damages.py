"""Twelve kinds of damage, done to saves of both games, go through the whole chain; two wipes are innocent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from parser_service.verdict import Cause, Level, Verdict, judge
from sandbox.ark.life.chance import dice
from sandbox.ark.life.creatures import add_wild
from sandbox.ark.life.settle import settle
from sandbox.ark.world import CLOCK_START, Game, Structure, World
from sandbox.ark.writer import tribe_file, write_save
from tests.parser_service.verdict import damages
from tests.parser_service.verdict.damages import NOW, SAVED_AT, copy_of, facts, verdict_on

MAPS = {Game.ASA: "Ragnarok_WP", Game.ASE: "Ragnarok"}
GAMES = list(Game)


def settled(game: Game, *, map_name: str | None = None) -> World:
    return settle(game=game, map_name=map_name or MAPS[game], seed=7, now=SAVED_AT)


def written(world: World, folder: Path) -> Path:
    """Write a world with its tribes' files, as servers of both games keep them, and return its path."""
    path = write_save(world, folder)
    for tribe in world.tribes.values():
        (path.parent / f"{tribe.tribe_id}.arktribe").write_bytes(tribe_file(world, tribe))
    return path


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[Game, Path]:
    return {game: written(settled(game), tmp_path_factory.mktemp(game)) for game in GAMES}


def after(good: Path, damage: Callable[[Path], None], folder: Path) -> Verdict:
    """Return the verdict on a save that came after a good one, and was damaged."""
    path = copy_of(good, folder)
    damage(path)
    return verdict_on(path, facts(good))


def causes(verdict: Verdict) -> set[Cause]:
    return {finding.cause for finding in verdict.findings}


@pytest.mark.parametrize("game", GAMES)
def test_an_undamaged_save_is_good_as_the_first_and_as_the_next(
    good: dict[Game, Path], game: Game, tmp_path: Path
) -> None:
    world = settled(game)
    world.game_time += 900.0
    world.save_count += 1

    first = verdict_on(good[game], None, expected_map="Ragnarok")
    following = verdict_on(written(world, tmp_path), facts(good[game]))

    assert (first.level, first.reason, first.feeds) == (Level.GOOD, "", True)
    assert (following.level, following.reason, following.feeds) == (Level.GOOD, "", True)


@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize("percent", [0.1, 17, 50, 61, 98])
def test_1_a_truncated_save_is_bad(
    good: dict[Game, Path], game: Game, percent: float, tmp_path: Path
) -> None:
    verdict = after(good[game], damages.truncated(percent), tmp_path)

    assert verdict.level is Level.BAD
    assert "The file ends" in verdict.reason
    if 1 < percent < 90:
        assert f"{int(percent)} %" in verdict.reason


@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize("percent", [30, 70, 97])
def test_2_a_tail_of_zeros_is_noticed(
    good: dict[Game, Path], game: Game, percent: float, tmp_path: Path
) -> None:
    verdict = after(good[game], damages.zero_tail(percent), tmp_path)

    assert verdict.level is Level.BAD
    assert "zeros" in verdict.reason or "damaged" in verdict.reason or "cannot be read" in verdict.reason


@pytest.mark.parametrize("game", GAMES)
def test_3_a_tribes_file_of_zeros_is_noticed(good: dict[Game, Path], game: Game, tmp_path: Path) -> None:
    verdict = after(good[game], damages.zero_tribe_file, tmp_path)

    assert verdict.level is Level.SUSPECT
    assert causes(verdict) == {Cause.ZERO_FILE}
    assert "A tribe's file is filled with zeros" in verdict.reason


@pytest.mark.parametrize("game", GAMES)
def test_4_another_map_is_noticed(good: dict[Game, Path], game: Game, tmp_path: Path) -> None:
    other = written(settled(game, map_name="TheIsland_WP"), tmp_path)

    verdict = verdict_on(other, facts(good[game]))

    assert verdict.level is Level.SUSPECT
    assert verdict.reason.startswith(f"Another map: expected {MAPS[game]}, found TheIsland_WP.")


@pytest.mark.parametrize("game", GAMES)
def test_5_an_older_save_is_noticed(good: dict[Game, Path], game: Game, tmp_path: Path) -> None:
    world = settled(game)
    world.game_time -= 5 * 3600 + 40 * 60
    world.save_count -= 22

    verdict = verdict_on(written(world, tmp_path), facts(good[game]))

    assert verdict.level is Level.SUSPECT
    assert verdict.reason.startswith("Older by 5 h 40 min than the last good save: a rollback")


@pytest.mark.parametrize("game", GAMES)
def test_6_a_half_written_save_is_bad(good: dict[Game, Path], game: Game, tmp_path: Path) -> None:
    path = write_save(settled(game), tmp_path, is_half=True)

    verdict = verdict_on(path, facts(good[game]))

    assert verdict.level is Level.BAD
    assert "The file ends at 6" in verdict.reason


@pytest.mark.parametrize("game", GAMES)
def test_7_an_unknown_version_is_noticed(good: dict[Game, Path], game: Game, tmp_path: Path) -> None:
    verdict = after(good[game], damages.unknown_version, tmp_path)

    assert verdict.level is not Level.GOOD
    assert "version 77, which is not known" in verdict.reason


@pytest.mark.parametrize("game", GAMES)
def test_8_ids_that_stand_twice_are_noticed(good: dict[Game, Path], game: Game, tmp_path: Path) -> None:
    if game is Game.ASA:
        verdict = after(good[game], damages.doubled_rows, tmp_path)
    else:
        world = settled(game)
        again: dict[int, Structure] = {-number: each for number, each in list(world.structures.items())[:100]}
        world.structures |= again
        verdict = verdict_on(written(world, tmp_path), facts(good[game]))

    assert verdict.level is Level.SUSPECT
    assert causes(verdict) == {Cause.DOUBLED_IDS}
    assert "put together from two" in verdict.reason


@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize("damage", [damages.corrupt_names, damages.misspelt_names])
def test_9_a_damaged_name_table_is_noticed(
    good: dict[Game, Path], game: Game, damage: Callable[[Path], None], tmp_path: Path
) -> None:
    verdict = after(good[game], damage, tmp_path)

    assert verdict.level is not Level.GOOD
    assert any(
        words in verdict.reason for words in ("name table", "names are damaged", "header contradicts itself")
    )


@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize("seed", range(3))
def test_10_flipped_bits_are_noticed(good: dict[Game, Path], game: Game, seed: int, tmp_path: Path) -> None:
    verdict = after(good[game], lambda path: damages.flipped_bits(path, seed=seed), tmp_path)

    assert verdict.level is not Level.GOOD
    assert any(
        words in verdict.reason
        for words in ("damaged", "contradicts itself", "breaks", "into itself", "ends")
    )


@pytest.mark.parametrize("game", GAMES)
def test_11_a_wrong_magic_is_bad(good: dict[Game, Path], game: Game, tmp_path: Path) -> None:
    verdict = after(good[game], damages.wrong_magic, tmp_path)

    assert verdict.level is Level.BAD
    assert "The file begins with de ad be ef, as no ARK world does." in verdict.reason


@pytest.mark.parametrize("game", GAMES)
def test_12_an_empty_file_is_bad(good: dict[Game, Path], game: Game, tmp_path: Path) -> None:
    verdict = after(good[game], damages.empty, tmp_path)

    assert verdict.level is Level.BAD
    assert verdict.reason.startswith("The file is empty.")


@pytest.mark.parametrize("game", GAMES)
def test_a_wipe_of_wild_creatures_is_good(game: Game, tmp_path: Path) -> None:
    world, rng = settled(game), dice(3, "wild")
    for _ in range(200):
        add_wild(world, rng)
    before = facts(written(world, tmp_path / "before"))
    world.creatures = {number: each for number, each in world.creatures.items() if each.is_tame}
    world.game_time += 900.0
    world.save_count += 1

    verdict = verdict_on(written(world, tmp_path / "after"), before)

    assert verdict.level is Level.GOOD
    assert verdict.feeds


@pytest.mark.parametrize("game", GAMES)
def test_a_new_season_is_good_and_feeds_from_its_second_save_on(
    good: dict[Game, Path], game: Game, tmp_path: Path
) -> None:
    world = World(game=game, map_name=MAPS[game], seed=8, game_time=CLOCK_START[game] + 720.0, save_count=1)

    first_path = written(world, tmp_path / "first")
    first = verdict_on(first_path, facts(good[game]))
    world.game_time += 900.0
    world.save_count += 1
    second = verdict_on(written(world, tmp_path / "second"), facts(first_path))

    assert (first.level, first.is_new_world, first.feeds) == (Level.GOOD, True, False)
    assert first.reason.startswith("A new world, 12 min old: a season began.")
    assert (second.level, second.is_new_world, second.feeds) == (Level.GOOD, False, True)


def test_tribes_of_zeros_inside_an_asa_world_are_noticed(tmp_path: Path) -> None:
    world = settled(Game.ASA)
    path = write_save(world, tmp_path)
    before = facts(path)
    tribe = next(iter(world.tribes.values()))
    image = tribe_file(world, tribe)
    data = path.read_bytes()
    damages.change_store(path, lambda store: store.replace(image, bytes(len(image))))

    verdict = verdict_on(path, before)

    assert data != path.read_bytes()
    assert verdict.level is Level.SUSPECT
    assert Cause.ZERO_FILE in causes(verdict)


@pytest.mark.parametrize("game", GAMES)
def test_a_file_dated_in_the_future_is_suspect(good: dict[Game, Path], game: Game) -> None:
    new = facts(good[game])
    ahead = replace(new, file=replace(new.file, saved_at=NOW.replace(year=2027)))

    verdict = judge(ahead, new, now=NOW)

    assert verdict.level is Level.SUSPECT
    assert "in the future" in verdict.reason
