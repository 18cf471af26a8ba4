"""What the files themselves show: parts that were never written."""

from __future__ import annotations

from collections.abc import Iterator

from parser_service.verdict.facts import Facts, SmallFiles
from parser_service.verdict.findings import Cause, Finding, Level
from parser_service.verdict.thresholds import THRESHOLDS

_NAMED = 3


def file_findings(new: Facts, base: Facts | None) -> Iterator[Finding]:
    """Give what is wrong with the files; ``base`` is what was already so in the save before."""
    yield from _zero_tail(new)
    yield from _zero_parts(new, base)
    yield from _zero_files("tribe", new.file.tribes, base.file.tribes if base else SmallFiles())
    yield from _zero_files("survivor", new.file.profiles, base.file.profiles if base else SmallFiles())
    yield from _zero_stored(new, base)


def _zero_tail(new: Facts) -> Iterator[Finding]:
    tail, size = new.file.zero_tail_bytes, new.file.size_bytes
    if tail < THRESHOLDS.zero_tail_bytes.get(new.game, 0):
        return
    sentence = (
        f"The last {tail:,} of {size:,} bytes ({100 * tail / size:.0f} %) are zeros: "
        "the machine stopped, or its disk was full, before they were written."
    )
    yield Finding(cause=Cause.ZERO_TAIL, level=Level.BAD, sentence=sentence)


def _zero_parts(new: Facts, base: Facts | None) -> Iterator[Finding]:
    # what belongs to the tail is told already
    inner = new.file.zero_bytes - new.file.zero_tail_bytes
    known = max(0, base.file.zero_bytes - base.file.zero_tail_bytes) if base else 0
    if inner <= known:
        return
    sentence = f"{inner:,} bytes in the middle of the file are zeros in whole blocks: a part of it was never written."
    yield Finding(cause=Cause.ZERO_PARTS, level=Level.SUSPECT, sentence=sentence, settles=True)


def _zero_files(whose: str, new: SmallFiles, base: SmallFiles) -> Iterator[Finding]:
    names = [name for name in new.zero_filled if name not in base.zero_filled]
    if not names:
        return
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    what = f"A {whose}'s file is" if len(names) == 1 else f"{len(names)} {whose}s' files are"
    sentence = (
        f"{what} filled with zeros ({', '.join(names[:_NAMED])}{more}): "
        "the machine stopped while it was written. Take the backup beside it."
    )
    yield Finding(cause=Cause.ZERO_FILE, level=Level.SUSPECT, sentence=sentence, settles=True)


def _zero_stored(new: Facts, base: Facts | None) -> Iterator[Finding]:
    """Give the tribes inside an ASA world that hold nothing but zeros; the decoder notes them."""
    known = base.notes if base else ()
    for note in new.notes:
        if "stored in the save" in note and "nothing but zeros" in note and note not in known:
            sentence = f"{note[:1].upper()}{note[1:]}: its data was lost while the world was written."
            yield Finding(cause=Cause.ZERO_FILE, level=Level.SUSPECT, sentence=sentence, settles=True)
            return
