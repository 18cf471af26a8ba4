"""Bytes of a log to events: split into records, parsed, each with an instant and storable text."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from parser_service.feeds.log_files import Piece
from parser_service.grammar.lines import ParsedLine, parse_line
from parser_service.grammar.splitter import LineSplitter, Record
from parser_service.storable import storable
from shared.domain.events import Unknown
from shared.store.events import NewEvent

log = logging.getLogger(__name__)


def read_lines(
    piece: Piece, *, game: Literal["ase", "asa"], previous_at: datetime | None, now: datetime
) -> tuple[list[NewEvent], int]:
    """Return the events of a piece's records, and how many of its bytes those are.

    A half-written last line stays for the next look, unless the file is finished.
    """
    records = _records(piece)
    if not records:
        return [], 0
    parsed = [_parse(storable(record.text), game) for record in records if record.text]
    return to_events(parsed, previous_at=previous_at, now=now), records[-1].end - piece.offset


def to_events(parsed: Sequence[ParsedLine], *, previous_at: datetime | None, now: datetime) -> list[NewEvent]:
    """Return the events of some lines; one without a stamp takes the instant of the line before it."""
    stamps = (line.occurred_at for line in parsed if line.occurred_at is not None)
    at = previous_at or next(stamps, now)
    events = []
    for line in parsed:
        at = line.occurred_at or at
        events.append(NewEvent(occurred_at=at, event=line.event, raw=line.raw))
    return events


def _records(piece: Piece) -> list[Record]:
    splitter = LineSplitter(offset=piece.offset)
    records = splitter.feed(piece.data)
    if piece.has_more:
        # the last record may go on behind the piece, unless it alone fills it
        return records[:-1] or records or splitter.flush()
    if piece.is_finished:
        records += splitter.flush()
    return records


def _parse(text: str, game: Literal["ase", "asa"]) -> ParsedLine:
    try:
        return parse_line(text, game=game)
    except Exception:
        # a line must never stop the lines behind it; the traceback names the rule that failed
        log.exception("a line could not be read; kept as unknown")
        return ParsedLine(occurred_at=None, event=Unknown(text=text), raw=text)
