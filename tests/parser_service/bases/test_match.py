"""Bases recognised from save to save."""

from __future__ import annotations

import numpy as np
import pytest

from parser_service.bases import BaseMembers, match_bases, members_from


def members(*bases: set[int]) -> BaseMembers:
    return members_from([np.array(sorted(base), dtype=np.int64) for base in bases])


@pytest.mark.parametrize(
    ("previous", "current", "expected"),
    [
        ([{1, 2, 3}], [{1, 2, 3}], [0]),
        ([{1, 2}, {8, 9}], [{8, 9}, {1, 2}], [1, 0]),
        ([{1, 2, 3}], [{1, 2, 3, 4, 5}], [0]),
        ([{1, 2, 3}], [{7, 8}], [-1]),
        ([{1, 2, 3, 4, 5}], [{1, 2}, {3, 4, 5}], [-1, 0]),
        ([{1, 2}, {3, 4, 5}], [{1, 2, 3, 4, 5}], [1]),
        ([{1, 2}, {3, 4}], [{1, 2, 3, 4}], [0]),
        ([{1, 2, 3}, {4}], [{1, 4}, {2, 3}], [1, 0]),
        ([], [{1}], [-1]),
        ([{1}], [], []),
        ([], [], []),
    ],
    ids=["same", "order", "growth", "new", "split", "merge", "tie", "swap", "first", "last", "none"],
)
def test_a_base_is_the_one_it_shares_most_structures_with(
    previous: list[set[int]], current: list[set[int]], expected: list[int]
) -> None:
    assert match_bases(members(*previous), members(*current)).tolist() == expected


def test_identities_survive_being_kept_as_signed_integers() -> None:
    identity = np.array([1, 2**63, 2**64 - 1], dtype=np.uint64)
    current = BaseMembers(starts=np.array([0, 3]), identity=identity)

    stored = members_from([identity.view(np.int64)])

    assert match_bases(stored, current).tolist() == [0]
    assert stored.of(0).tolist() == identity.tolist()


def test_starts_that_do_not_cover_the_structures_are_refused() -> None:
    with pytest.raises(ValueError, match="do not cover"):
        BaseMembers(starts=np.array([0, 2]), identity=np.zeros(3, dtype=np.uint64))
