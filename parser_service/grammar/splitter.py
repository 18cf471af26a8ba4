"""Bytes of a growing log file to records, every byte accounted for."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from parser_service.grammar.chain import MESSAGE_LIMIT_BYTES, Chain, Place, read_place

RAW_LIMIT_BYTES = MESSAGE_LIMIT_BYTES
"""As much of a record is kept; the rest is counted."""
HOLD_LIMIT_BYTES = 1_048_576
"""A line that has not ended after so many bytes becomes a record, so that a reader always moves on."""

_BOM = codecs.BOM_UTF8
# every line that Unreal's log device writes begins like [2024.08.29-18.31.01:711][937]
_STAMP_LENGTH = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record: where it stands in the file, and its text without the line's end.

    ``length`` counts all bytes, line ends included, so that the next record begins at ``end``.
    """

    offset: int
    length: int
    text: str

    @property
    def end(self) -> int:
        """Return the offset of the first byte behind the record."""
        return self.offset + self.length


class _Piece:
    """A line, or a record being put together: the first bytes, and how many there are."""

    __slots__ = ("head", "is_stamped", "length", "offset")

    def __init__(self, offset: int) -> None:
        self.offset = offset
        self.head = bytearray()
        self.length = 0
        self.is_stamped = False

    def add(self, data: bytes | bytearray, length: int) -> None:
        self.head += data[: max(RAW_LIMIT_BYTES + 1 - len(self.head), 0)]
        self.length += length

    def to_record(self) -> Record:
        return Record(offset=self.offset, length=self.length, text=_text(self))


class LineSplitter:
    """Cuts what is read from a log file into records; memory stays bounded whatever is fed.

    A record begins with Unreal's stamp. A line without one continues the record before it when both came in one
    read, because names and signs may hold line breaks; otherwise it is a record of its own. So does a line with a
    stamp that the game cannot have written behind the lines before it (``chain``). A last line without an end is held
    back, and so is a record that such a line continues.
    """

    def __init__(self, *, offset: int = 0) -> None:
        self._line = _Piece(offset)
        self._record: _Piece | None = None
        self._chain = Chain()

    @property
    def offset(self) -> int:
        """Return the offset of the first byte that is in no record yet: where to read on after a restart."""
        return self._record.offset if self._record else self._line.offset

    @property
    def held_bytes(self) -> int:
        """Return how many bytes have been fed and are in no record yet."""
        return self._line.length + (self._record.length if self._record else 0)

    def feed(self, chunk: bytes) -> list[Record]:
        """Return the records that ``chunk``, the next bytes of the file, completes."""
        records: list[Record] = []
        lines = chunk.split(b"\n")
        for line in lines[:-1]:
            self._line.add(line, len(line) + 1)
            self._end_line(records)
        self._line.add(lines[-1], len(lines[-1]))
        if self._line.length > HOLD_LIMIT_BYTES:
            self._end_line(records)
        if not self._line_continues_the_record():
            self._end_record(records)
        return records

    def flush(self) -> list[Record]:
        """Return what is held back, because the file will not grow any more."""
        records: list[Record] = []
        if self._line.length:
            self._end_line(records)
        self._end_record(records)
        return records

    def _end_line(self, records: list[Record]) -> None:
        line = self._line
        self._line = _Piece(line.offset + line.length)
        place = _place_of(line)
        line.is_stamped = place is not None
        record = self._record
        if record and self._continues(record, line, place):
            record.add(b"\n" + line.head, line.length)
            return
        self._end_record(records)
        self._record = line
        if place is not None:
            self._chain.begin(place, line.offset)

    def _end_record(self, records: list[Record]) -> None:
        if self._record:
            records.append(self._record.to_record())
            self._record = None

    def _line_continues_the_record(self) -> bool:
        """Tell whether the unfinished line is certain not to begin a record of its own."""
        if self._record is None or not self._line.length:
            return False
        if self._line.length < _STAMP_LENGTH and self._line.head.startswith(b"["):
            return False
        return self._continues(self._record, self._line, _place_of(self._line))

    def _continues(self, record: _Piece, line: _Piece, place: Place | None) -> bool:
        if not record.is_stamped or record.length + line.length > RAW_LIMIT_BYTES:
            return False
        return place is None or not self._chain.follows(place, line.offset)


def _place_of(line: _Piece) -> Place | None:
    return read_place(line.head, len(_BOM) if _has_bom(line) else 0)


def _has_bom(piece: _Piece) -> bool:
    return piece.offset == 0 and piece.head.startswith(_BOM)


def _text(piece: _Piece) -> str:
    head = piece.head[len(_BOM) if _has_bom(piece) else 0 :]
    if piece.length <= RAW_LIMIT_BYTES:
        return _decode(head.rstrip(b"\r\n"), is_whole=True)
    return f"{_decode(head[:RAW_LIMIT_BYTES], is_whole=False)}… [{piece.length} bytes]"


def _decode(data: bytearray, *, is_whole: bool) -> str:
    try:
        # not final: a character that the cut halved is left out
        text, _ = codecs.utf_8_decode(data, "strict", is_whole)
    except UnicodeDecodeError:
        # console editions and old mods write in Windows' code page; every byte is something in latin-1
        text = data.decode("latin-1")
    # Postgres stores no NUL
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")
