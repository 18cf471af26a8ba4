"""Which rows differ from those stored: the fast way beside a plain one, on random saves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from parser_service.storing.rows import (
    NEVER,
    NOTHING_STORED,
    SAME_INSTANT_MICROSECONDS,
    Int64Array,
    StoredRows,
    StructureRows,
    base_ids_of,
    changes,
    instants,
    sort_rows,
)
from parser_service.storing.stored_rows import StoredState, forget_others, load_stored, save_stored, state_of

SECOND = 1_000_000


def rows(count: int, seed: int = 1) -> StructureRows:
    """Return rows as a save may have them, sorted."""
    rng = np.random.default_rng(seed)
    position = rng.uniform(-3e5, 3e5, (3, count)).astype(np.float32)
    position[:, ::17] = np.nan
    decays_at = rng.integers(8 * 10**14, 9 * 10**14, count)
    decays_at[::5] = NEVER
    return sort_rows(
        StructureRows(
            identity=rng.integers(-(2**63), 2**63, count),
            class_index=rng.integers(-1, 3, count).astype(np.int32),
            tribe_id=rng.integers(50_000, 50_020, count),
            base_row=rng.integers(-1, 4, count).astype(np.int32),
            x=position[0],
            y=position[1],
            z=position[2],
            decays_at=decays_at,
            classes=("Wall_C", "Door_C", "Bed_C"),
        )
    )


BASES = np.array([11, 12, 13, 14])


def as_tuples(of: StructureRows) -> dict[int, tuple[object, ...]]:
    """Return the plain form: what a row says but for its instant, by identity."""
    names = (*of.classes, "")
    ids = (*BASES.tolist(), 0)
    return {
        identity: (
            names[of.class_index[n]],
            of.tribe_id[n],
            ids[of.base_row[n]],
            *(str(a[n]) for a in (of.x, of.y, of.z)),
        )
        for n, identity in enumerate(of.identity.tolist())
    }


def differences(stored: StoredRows, new: StructureRows, ids: Int64Array = BASES) -> tuple[set[int], set[int]]:
    found = changes(stored, new, base_ids_of(new, ids))
    return set(new.identity[found.written].tolist()), set(found.removed.tolist())


def stored(of: StructureRows) -> StoredRows:
    return changes(NOTHING_STORED, of, base_ids_of(of, BASES)).after


def test_the_first_save_is_written_whole() -> None:
    first = rows(100)

    assert differences(NOTHING_STORED, first) == (set(first.identity.tolist()), set())


def test_an_unchanged_save_writes_and_removes_nothing() -> None:
    assert differences(stored(rows(100)), rows(100)) == (set(), set())


@pytest.mark.parametrize("seed", range(20))
def test_written_and_removed_are_what_a_plain_comparison_says(seed: int) -> None:
    rng = np.random.default_rng(seed)
    before = rows(200, seed)
    kept = rng.random(200) < 0.8
    after = replace(
        before,
        **{
            name: getattr(before, name)[kept]
            for name in ("identity", "class_index", "tribe_id", "base_row", "x", "y", "z", "decays_at")
        },
    )
    for name, least, most in (("class_index", -1, 3), ("tribe_id", 50_000, 50_020), ("base_row", -1, 4)):
        column = getattr(after, name).copy()
        hit = rng.random(len(column)) < 0.05
        column[hit] = rng.integers(least, most, int(hit.sum()))
        after = replace(after, **{name: column})
    moved = after.x.copy()
    moved[rng.random(len(moved)) < 0.05] = 5.0
    after = replace(after, x=moved)

    old, new = as_tuples(before), as_tuples(after)
    expected = {identity for identity, row in new.items() if old.get(identity) != row}

    assert differences(stored(before), after) == (expected, old.keys() - new.keys())


def test_another_id_of_a_base_changes_its_structures() -> None:
    first = rows(100)

    written, removed = differences(stored(first), first, np.array([11, 12, 13, 99]))

    assert written == set(first.identity[first.base_row == 3].tolist())
    assert removed == set()


def test_an_instant_that_moved_by_less_than_two_minutes_has_not_moved_but_small_steps_add_up() -> None:
    first = rows(50)
    known = first.decays_at != NEVER
    state = stored(first)
    for step in range(1, 5):
        later = replace(first, decays_at=np.where(known, first.decays_at + step * 40 * SECOND, NEVER))
        found = changes(state, later, base_ids_of(later, BASES))
        assert len(found.written) == (
            int(known.sum()) if step * 40 * SECOND > SAME_INSTANT_MICROSECONDS else 0
        )
        state = found.after


def test_an_instant_that_becomes_known_or_unknown_is_a_change() -> None:
    first = rows(50)
    never = replace(first, decays_at=np.full(50, NEVER))
    known = set(first.identity[first.decays_at != NEVER].tolist())

    assert differences(stored(first), never)[0] == known
    assert differences(stored(never), first)[0] == known


def test_of_structures_with_one_identity_the_first_counts() -> None:
    twice = replace(rows(3), identity=np.array([7, 3, 7]))

    assert sort_rows(twice).identity.tolist() == [3, 7]
    assert sort_rows(twice).tribe_id.tolist() == [twice.tribe_id[1], twice.tribe_id[0]]


def test_a_save_without_structures_is_ordinary() -> None:
    nothing = rows(0)

    assert differences(stored(rows(10)), nothing) == (set(), set(rows(10).identity.tolist()))
    assert differences(NOTHING_STORED, nothing) == (set(), set())


def test_instants_that_no_calendar_holds_are_unknown() -> None:
    assert instants(np.array([np.nan, np.inf, -np.inf, 1e300, 0.0])).tolist() == [NEVER] * 4 + [
        -946_684_800_000_000
    ]


def test_what_is_stored_comes_back_from_its_file(tmp_path: Path) -> None:
    state = stored(rows(100))
    save_stored(tmp_path, state)

    found = load_stored(tmp_path, state_of(state))

    assert found is not None
    assert [found.identity.tolist(), found.fingerprint.tolist(), found.decays_at.tolist()] == [
        state.identity.tolist(),
        state.fingerprint.tolist(),
        state.decays_at.tolist(),
    ]


def test_a_file_that_is_lost_cut_or_altered_is_not_believed(tmp_path: Path) -> None:
    state = stored(rows(100))
    save_stored(tmp_path, state)
    [path] = tmp_path.iterdir()
    content = path.read_bytes()

    for damaged in (content[:-1], content + b"\0", content[:500] + b"\xff" + content[501:], b""):
        path.write_bytes(damaged)
        assert load_stored(tmp_path, state_of(state)) is None
    path.unlink()
    assert load_stored(tmp_path, state_of(state)) is None
    assert load_stored(tmp_path, StoredState(structures=-1, checksum=0)) is None


def test_only_the_file_of_what_is_stored_is_kept(tmp_path: Path) -> None:
    states = [stored(rows(10, seed)) for seed in range(3)]
    for state in states:
        save_stored(tmp_path, state)

    forget_others(tmp_path, state_of(states[1]))

    assert load_stored(tmp_path, state_of(states[1])) is not None
    assert len(list(tmp_path.iterdir())) == 1
