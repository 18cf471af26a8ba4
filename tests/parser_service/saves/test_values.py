"""Texts told apart many at once, and the tables of ids."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import parser_service.saves.values as values_module
from parser_service.saves.columns import ByteArray, Int32Array, Int64Array, UInt64Array
from parser_service.saves.names import HashedNames, IndexedNames, make_table
from parser_service.saves.values import distinct_texts
from parser_service.saves.walk import pad
from shared.saves.names import hashed_name
from tests.parser_service.saves.builders import text

readable = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=30)


def laid_out(texts: list[str]) -> tuple[ByteArray, Int64Array, Int32Array]:
    """Return texts one after the other in a buffer, and where they are."""
    raw = [text(one) for one in texts]
    sizes = np.array([len(one) for one in raw], dtype=np.int32)
    return pad(raw), np.cumsum(sizes, dtype=np.int64) - sizes, sizes


@settings(max_examples=200, deadline=None)
@given(
    texts=st.lists(
        st.one_of(st.sampled_from(["", "Ada", "Ada ", "ada", "Стая" * 40, "x" * 200]), readable), max_size=40
    )
)
def test_texts_are_told_apart_and_each_is_decoded_once(texts: list[str]) -> None:
    index, distinct = distinct_texts(*laid_out(texts))

    assert [distinct[number] for number in index] == texts
    assert len(distinct) == len({*texts})


def test_texts_whose_hashes_collide_are_told_apart_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def same(buffer: ByteArray, at: Int64Array, size: Int32Array) -> UInt64Array:
        return np.zeros(len(at), dtype=np.uint64)

    # Chance alone would need a made file: every text gets the same hash instead.
    monkeypatch.setattr(values_module, "_hash", same)
    texts = [f"Tribe {number % 9}" for number in range(40)]

    index, distinct = distinct_texts(*laid_out(texts))

    assert [distinct[number] for number in index] == texts


@settings(max_examples=100, deadline=None)
@given(
    known=st.dictionaries(st.integers(-(2**31), 2**32 - 1), st.integers(0, 100), max_size=40),
    asked=st.lists(st.integers(-(2**31), 2**31 - 1), max_size=40),
)
def test_a_table_of_ids_finds_what_is_in_it_and_nothing_else(known: dict[int, int], asked: list[int]) -> None:
    known = {number: value for number, value in known.items() if number >= 2**31 or number >= 0}
    try:
        table = make_table(known)
    except ValueError:
        assert len({number % 2**20 for number in known}) < len(known)
        return
    signed = {(number + 2**31) % 2**32 - 2**31: value for number, value in known.items()}
    ids = [*asked, *signed]

    assert table(np.array(ids, dtype=np.int32)).tolist() == [signed.get(number, -1) for number in ids]


def test_a_name_in_two_casings_has_two_ids_in_ase_and_one_in_asa() -> None:
    indexed = IndexedNames(["TribeID", "None", "TribeId"])

    assert indexed.ids_of("tribeid") == (1, 3)
    assert indexed.ids_of("Absent") == ()
    assert (indexed.text(2), indexed.text(0), indexed.text(4)) == ("None", None, None)
    assert HashedNames().ids_of("TRIBEID") == (hashed_name("TribeId"),)
