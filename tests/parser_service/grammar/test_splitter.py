from __future__ import annotations

import itertools
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parser_service.grammar.splitter import HOLD_LIMIT_BYTES, RAW_LIMIT_BYTES, LineSplitter, Record

A = b"[2026.03.01-10.00.00:001][  1]2026.03.01_10.00.00: Ada joined this ARK!"
B = b"[2026.03.01-10.00.01:002][ 22]2026.03.01_10.00.01: Ben joined this ARK!"

PIECES = st.sampled_from(
    [
        A,
        B,
        b"\n",
        b"\r\n",
        b"a second line of a name",
        b"\xef\xbb\xbf",
        b"[",
        b"[2026.03",
        b"\xff\xfe",
        b"\0",
        "日本".encode(),
    ]
)
FILES = st.lists(PIECES, max_size=30).map(b"".join)


def split(*chunks: bytes, offset: int = 0) -> list[Record]:
    splitter = LineSplitter(offset=offset)
    return [record for chunk in chunks for record in splitter.feed(chunk)]


def texts(records: list[Record]) -> list[str]:
    return [record.text for record in records]


def chunked(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[start:end] for start, end in itertools.pairwise(edges)]


@given(FILES, st.lists(st.integers(0, 10_000), max_size=8))
def test_every_byte_is_in_exactly_one_record_however_the_file_is_read(data: bytes, cuts: list[int]) -> None:
    splitter = LineSplitter()
    records: list[Record] = []
    fed = 0
    for chunk in chunked(data, cuts):
        records += splitter.feed(chunk)
        fed += len(chunk)
        assert splitter.offset + splitter.held_bytes == fed

    records += splitter.flush()

    end = 0
    for record in records:
        assert record.offset == end
        assert record.length > 0
        end = record.end
    assert end == len(data)


@given(FILES, st.lists(st.integers(0, 10_000), max_size=8), st.integers(0, 40))
def test_reading_on_from_the_cursor_after_a_restart_loses_and_doubles_nothing(
    data: bytes, cuts: list[int], stop_after: int
) -> None:
    before: list[Record] = []
    splitter = LineSplitter()
    for chunk in chunked(data, cuts)[:stop_after]:
        before += splitter.feed(chunk)
    cursor = before[-1].end if before else 0

    second = LineSplitter(offset=cursor)
    after = second.feed(data[cursor:]) + second.flush()

    assert cursor == splitter.offset
    assert sum(record.length for record in before + after) == len(data)
    assert [record.offset for record in after][:1] in ([], [cursor])


def test_lines_end_with_or_without_a_carriage_return_and_the_mark_at_the_start_is_no_text() -> None:
    records = split(b"\xef\xbb\xbf" + A + b"\r\n" + B + b"\n")

    assert texts(records) == [A.decode(), B.decode()]
    assert [(record.offset, record.length) for record in records] == [
        (0, 3 + len(A) + 2),
        (3 + len(A) + 2, len(B) + 1),
    ]


def test_a_half_written_last_line_is_kept_back_until_it_ends() -> None:
    splitter = LineSplitter()

    first = splitter.feed(A + b"\n" + B[:40])
    second = splitter.feed(B[40:])
    third = splitter.feed(b"\n")

    assert texts(first) == [A.decode()]
    assert second == []
    assert texts(third) == [B.decode()]
    assert splitter.offset == len(A) + len(B) + 2


def test_a_line_without_a_stamp_continues_the_record_before_it() -> None:
    records = split(A + b"\nsecond line\nthird\n" + B + b"\n")

    assert texts(records) == [A.decode() + "\nsecond line\nthird", B.decode()]


def test_a_record_is_kept_back_while_a_half_written_line_continues_it() -> None:
    splitter = LineSplitter()

    first = splitter.feed(A + b"\nsecond li")
    second = splitter.feed(b"ne\n" + B + b"\n")

    assert first == []
    assert texts(second) == [A.decode() + "\nsecond line", B.decode()]


def test_a_line_without_a_stamp_is_a_record_of_its_own_in_a_later_read() -> None:
    assert texts(split(A + b"\n", b"second line\n", B + b"\n")) == [A.decode(), "second line", B.decode()]


def test_lines_without_stamps_do_not_gather_into_one_endless_record() -> None:
    records = split(A + b"\n" + b"x" * 1_000 + b"\n" + b"y\n" * 3_000)

    assert len(records) > 100
    assert all(record.length <= RAW_LIMIT_BYTES for record in records)


def test_a_long_line_is_cut_and_marked_and_still_accounted_for() -> None:
    line = A + "ä".encode() * 5_000

    (record,) = split(line + b"\n")

    assert record.length == len(line) + 1
    assert record.text.startswith(A.decode() + "ää")
    assert record.text.endswith(f"ä… [{len(line) + 1} bytes]")
    assert len(record.text.encode()) < RAW_LIMIT_BYTES + 40


def test_a_line_that_never_ends_takes_no_memory_and_does_not_block_the_reader() -> None:
    splitter = LineSplitter()
    chunk = b"x" * 65_536
    records: list[Record] = []

    for _ in range(160):
        records += splitter.feed(chunk)
        held = sum(sys.getsizeof(piece.head) for piece in (splitter._line, splitter._record) if piece)
        assert held < 4 * RAW_LIMIT_BYTES
        assert splitter.held_bytes <= HOLD_LIMIT_BYTES

    assert sum(record.length for record in records) + splitter.held_bytes == 160 * 65_536


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("Grüße 日本 🎉".encode(), "Grüße 日本 🎉"),
        ("Grüße".encode("latin-1"), "Grüße"),
        (b"\xff\xfe\x80", "ÿþ\x80"),
        (b"a\0b", "a\ufffdb"),
        (b"", ""),
    ],
)
def test_any_bytes_become_text_that_can_be_stored(line: bytes, text: str) -> None:
    assert texts(split(line + b"\n")) == [text]


def test_what_is_held_back_comes_out_when_the_file_ends() -> None:
    splitter = LineSplitter(offset=100)

    fed = splitter.feed(A + b"\nhalf")
    flushed = splitter.flush()

    assert fed == []
    assert [(record.offset, record.end, record.text) for record in flushed] == [
        (100, 100 + len(A) + 5, A.decode() + "\nhalf")
    ]
    assert splitter.flush() == []
