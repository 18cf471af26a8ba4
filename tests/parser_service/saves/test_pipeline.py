"""A save all the way, as a worker process does it."""

from __future__ import annotations

import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from parser_service.bases import match_bases
from parser_service.decay import DecayPolicy, to_instant
from parser_service.saves import SaveError
from parser_service.saves.pipeline import decode
from tests.parser_service.saves.builders import Piece, write_asa_world

SAVED_AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
run = partial(decode, radius=1000.0, minimum=1, policy=DecayPolicy(), saved_at=SAVED_AT)


def test_bases_decay_at_real_instants(tmp_path: Path) -> None:
    pieces = [Piece(number=1, properties={"LastInAllyRangeTimeSerialized": 1e8 - 86_400.0}), Piece(number=2)]

    save = run(write_asa_world(tmp_path / "World.ark", pieces))

    assert [to_instant(value) for value in save.first_decay_at.tolist()] == [SAVED_AT + timedelta(days=11)]
    assert save.base_of.tolist() == [0, 0]
    assert save.saved_at == SAVED_AT


def test_a_base_is_recognised_in_the_next_save_although_it_has_grown(tmp_path: Path) -> None:
    before = [Piece(number=number, position=(300.0 * number, 0.0, 0.0)) for number in range(5)]
    far = Piece(number=50, position=(90_000.0, 0.0, 0.0))
    after = [far, *before[1:], Piece(number=6, position=(1500.0, 0.0, 0.0))]

    first = run(write_asa_world(tmp_path / "World.ark", before))
    second = run(write_asa_world(tmp_path / "World.ark", after))

    matches = match_bases(first.bases.members, second.bases.members)
    assert sorted(zip(second.bases.structures.tolist(), matches.tolist(), strict=True)) == [(1, -1), (5, 0)]


def test_a_worker_process_hands_over_columns_and_refusals(tmp_path: Path) -> None:
    good = write_asa_world(tmp_path / "World.ark", [Piece()])
    bad = tmp_path / "empty.ark"
    bad.touch()

    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        save = pool.submit(run, good).result(timeout=60)
        with pytest.raises(SaveError, match="empty"):
            pool.submit(run, bad).result(timeout=60)

    assert len(save.world.structures) == 1


@pytest.mark.parametrize(
    "name",
    ["asa/worlds/asa13_aberration.ark", "ase/mobile/M_TheIsland_PreviousSave.bak", "made/asa14_small.ark"],
)
def test_a_real_save_goes_all_the_way_and_packs_small(shared_data: Path, name: str) -> None:
    save = run(shared_data / "saves" / name)

    structures = len(save.world.structures)
    assert int(save.bases.structures.sum()) == np.count_nonzero(save.base_of >= 0) > 0
    assert len(pickle.dumps(save)) < 100_000 + 400 * structures
