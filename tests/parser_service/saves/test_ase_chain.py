"""The chain of ASE's object headers, found in lockstep, against following it link by link."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parser_service.saves.ase_chain import header_starts
from parser_service.saves.columns import Int32Array
from parser_service.saves.cursor import FormatError


def chain_of(words: Int32Array, count: int) -> list[int]:
    """Follow the chain link by link: the slow, obvious twin."""
    starts, at = [], 0
    for _ in range(count):
        if at + 13 > len(words):
            raise FormatError
        names = int(words[at + 7])
        if not 0 <= names <= 64:
            raise FormatError
        after = at + 13 + 2 * names
        if after > len(words):
            raise FormatError
        after += 6 if words[at + 10 + 2 * names] else 0
        if after > len(words):
            raise FormatError
        starts.append(at)
        at = after
    return starts


def headers(count: int, seed: int, *, has_guids: bool) -> Int32Array:
    """Return the words of made-up headers, some of which hold what looks like another header's beginning."""
    rng = random.Random(seed)
    words: list[int] = []
    for _ in range(count):
        guid = [rng.randrange(1, 99) for _ in range(4)] if has_guids else [0, 0, 0, 0]
        names = rng.choice([1, 1, 1, 2, 3, 5])
        placed = rng.random() < 0.6
        words += [*guid, rng.randrange(1, 50), 0, rng.randrange(2), names]
        words += [rng.choice([0, 1, 2, 40]) for _ in range(2 * names)]
        words += [0, 0, int(placed), *([0] * 6 if placed else []), rng.randrange(9999), 0]
    return np.array(words, dtype=np.int32)


@settings(max_examples=60, deadline=None)
@given(
    count=st.one_of(st.integers(0, 200), st.integers(200, 3000)),
    seed=st.integers(0, 2**32),
    has_guids=st.booleans(),
)
def test_all_headers_are_found(count: int, seed: int, has_guids: bool) -> None:
    words = headers(count, seed, has_guids=has_guids)

    assert header_starts(words, count).tolist() == chain_of(words, count)


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 2**32), damages=st.integers(1, 30), cut=st.integers(0, 200))
def test_a_damaged_chain_breaks_exactly_where_following_it_breaks(seed: int, damages: int, cut: int) -> None:
    words = headers(1000, seed, has_guids=False)
    rng = random.Random(seed)
    for _ in range(damages):
        words[rng.randrange(len(words))] = rng.choice([-1, 0, 1, 2, 64, 65, 2**31 - 1, -(2**31)])
    words = words[: len(words) - cut]

    try:
        expected = chain_of(words, 1000)
    except FormatError:
        with pytest.raises(FormatError):
            header_starts(words, 1000)
    else:
        assert header_starts(words, 1000).tolist() == expected
