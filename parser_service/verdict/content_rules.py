"""What the content shows by itself: names, ids, objects and the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from parser_service.verdict.facts import Facts
from parser_service.verdict.findings import Cause, Finding, Level
from parser_service.verdict.thresholds import KNOWN_VERSIONS, THRESHOLDS
from shared.domain.durations import in_words


def content_findings(new: Facts, base: Facts | None, now: datetime) -> Iterator[Finding]:
    """Give what is wrong with the content; ``base`` is what was already so in the save before."""
    yield from _version(new, base)
    yield from _clock(new)
    yield from _future(new, now)
    yield from _names(new, base)
    yield from _objects(new, base)
    yield from _doubled(new, base)


def _version(new: Facts, base: Facts | None) -> Iterator[Finding]:
    if new.version in KNOWN_VERSIONS.get(new.game, ()):
        return
    before = f"; the last good save was of version {base.version}" if base else ""
    sentence = (
        f"The world is of version {new.version}, which is not known{before}: "
        "the game was updated, or the file's head is damaged. A newer Helena may know it."
    )
    yield Finding(cause=Cause.UNKNOWN_VERSION, level=Level.SUSPECT, sentence=sentence)


def _clock(new: Facts) -> Iterator[Finding]:
    if new.game_time is None or new.game_time < 0:
        sentence = "The world's clock shows no time: the file's head is damaged."
        yield Finding(cause=Cause.DAMAGED_CLOCK, level=Level.BAD, sentence=sentence)


def _future(new: Facts, now: datetime) -> Iterator[Finding]:
    ahead = new.file.saved_at - now
    if ahead <= THRESHOLDS.future:
        return
    sentence = (
        f"The file is dated {in_words(ahead)} in the future: the clock of the game's machine or of this one is wrong, "
        "and every date of decay would be wrong by as much."
    )
    yield Finding(cause=Cause.FROM_THE_FUTURE, level=Level.SUSPECT, sentence=sentence)


def _names(new: Facts, base: Facts | None) -> Iterator[Finding]:
    allowed = max(THRESHOLDS.damaged_names, base.damaged_names if base else 0)
    if new.damaged_names <= allowed:
        return
    sentence = (
        f"{new.damaged_names:,} of {new.names:,} names in the world's name table are not what the game wrote: "
        "the table is damaged, and what it names cannot be trusted."
    )
    yield Finding(cause=Cause.DAMAGED_NAMES, level=Level.BAD, sentence=sentence)


def _objects(new: Facts, base: Facts | None) -> Iterator[Finding]:
    allowed = max(THRESHOLDS.failed_objects, base.objects_failed if base else 0)
    failed, unknown = new.objects_failed, new.objects_of_unknown_kinds
    if failed <= allowed:
        return
    settles = failed < THRESHOLDS.ruined_share * max(new.objects_walked, 1)
    if unknown >= THRESHOLDS.unknown_kinds and unknown >= THRESHOLDS.unknown_kinds_share * failed:
        sentence = (
            f"{unknown:,} unknown properties (in as many of {new.objects_walked:,} objects): the game's format changed. "
            "A newer Helena may know it."
        )
        yield Finding(cause=Cause.FORMAT_CHANGED, level=Level.SUSPECT, sentence=sentence, settles=settles)
        return
    how = ", ".join(f"{count:,} x {fault}" for fault, count in list(new.faults.items())[:3])
    objects = "object" if failed == 1 else "objects"
    sentence = f"{failed:,} {objects} of {new.objects_walked:,} cannot be read ({how}): bytes of the file are damaged."
    yield Finding(cause=Cause.DAMAGED_OBJECTS, level=Level.SUSPECT, sentence=sentence, settles=settles)


def _doubled(new: Facts, base: Facts | None) -> Iterator[Finding]:
    ids = new.doubled_ids - (base.doubled_ids if base else 0)
    if ids > THRESHOLDS.doubled_ids:
        sentence = (
            f"{new.doubled_ids:,} ids stand for more than one thing: "
            "the file was put together from two, or its index is damaged."
        )
        yield Finding(cause=Cause.DOUBLED_IDS, level=Level.SUSPECT, sentence=sentence, settles=True)
    elif _are_too_many_doubled(new, base):
        before = f", {base.doubled_objects:,} in the last good save" if base else ""
        sentence = (
            f"{new.doubled_objects:,} objects stand in the file twice, under one id{before}: "
            "the file was put together from two, or written over itself."
        )
        yield Finding(cause=Cause.DOUBLED_IDS, level=Level.SUSPECT, sentence=sentence, settles=True)


def _are_too_many_doubled(new: Facts, base: Facts | None) -> bool:
    share = new.doubled_objects / max(new.structures, 1)
    if base is None:
        return new.doubled_objects > THRESHOLDS.doubled_objects and share > THRESHOLDS.first_doubled_share
    # a world that grows has more of them; a world put together from two has a larger share of them
    before = base.doubled_objects / max(base.structures, 1)
    more = new.doubled_objects - base.doubled_objects
    return more > THRESHOLDS.doubled_objects and share > before + THRESHOLDS.doubled_objects_share
