"""What is gone since the save before, and whether players can have done that."""

from __future__ import annotations

from collections.abc import Iterator

from parser_service.verdict.facts import Facts
from parser_service.verdict.findings import Cause, Finding, Level
from parser_service.verdict.thresholds import THRESHOLDS


def loss_findings(new: Facts, base: Facts) -> Iterator[Finding]:
    """Give the losses that are no ordinary day's."""
    structures = list(_structures(new, base))
    yield from structures
    yield from _tribes(new, base)
    yield from _survivors(new, base)
    if not structures:
        # who leaves takes everything along; creatures that go alone are another matter
        yield from _tames(new, base)
        yield from _bytes(new, base)
    yield from _wild(new, base)


def _structures(new: Facts, base: Facts) -> Iterator[Finding]:
    lost = base.structures - new.structures
    if base.structures < THRESHOLDS.wiped_structures or lost < THRESHOLDS.wiped_share * base.structures:
        return
    if base.objects_seen - new.objects_seen < THRESHOLDS.gone_objects_share * lost:
        sentence = (
            f"Only {new.structures:,} of {base.structures:,} structures are recognised, though the file holds "
            f"{new.objects_seen:,} objects ({base.objects_seen:,} before): its names are damaged, or the game's format changed."
        )
        yield Finding(cause=Cause.UNRECOGNISED, level=Level.SUSPECT, sentence=sentence)
    elif _are_many_tribes_hit(new, base):
        sentence = (
            f"{lost:,} of {base.structures:,} structures are gone since the last good save, though the world's clock ran on: "
            "somebody wiped them, or the world was saved before it had loaded."
        )
        yield Finding(cause=Cause.LOST_STRUCTURES, level=Level.SUSPECT, sentence=sentence, settles=True)


def _are_many_tribes_hit(new: Facts, base: Facts) -> bool:
    """Tell whether the loss is many tribes'; with too few tribes to tell, it is."""
    counted = {tribe: n for tribe, n in base.tribe_structures.items() if n >= THRESHOLDS.counted_tribe}
    if len(counted) < THRESHOLDS.fewest_tribes:
        return True
    hit = sum(new.tribe_structures.get(tribe, 0) < count / 2 for tribe, count in counted.items())
    return hit >= THRESHOLDS.wiped_tribes_share * len(counted)


def _tribes(new: Facts, base: Facts) -> Iterator[Finding]:
    lost = base.tribes_known - new.tribes_known
    if lost >= THRESHOLDS.lost_tribes and lost >= THRESHOLDS.lost_tribes_share * base.tribes_known:
        sentence = (
            f"The data of {lost:,} of {base.tribes_known:,} tribes is gone: "
            "the world was copied without its tribes' files, or they were deleted."
        )
        yield Finding(cause=Cause.LOST_TRIBES, level=Level.SUSPECT, sentence=sentence, settles=True)


def _survivors(new: Facts, base: Facts) -> Iterator[Finding]:
    if new.survivors is None or base.survivors is None:
        return
    lost = base.survivors - new.survivors
    if lost >= THRESHOLDS.lost_survivors and lost >= THRESHOLDS.lost_survivors_share * base.survivors:
        sentence = (
            f"{lost:,} of {base.survivors:,} survivors are gone: "
            "the world was copied without its profiles, or they were deleted."
        )
        yield Finding(cause=Cause.LOST_SURVIVORS, level=Level.SUSPECT, sentence=sentence, settles=True)


def _tames(new: Facts, base: Facts) -> Iterator[Finding]:
    if new.tames is None or base.tames is None or 2 * new.structures < base.structures:
        return
    lost = base.tames - new.tames
    if lost >= THRESHOLDS.lost_tames and lost >= THRESHOLDS.lost_tames_share * base.tames:
        sentence = (
            f"{lost:,} of {base.tames:,} tames are gone while the structures still stand: "
            "somebody wiped them, or the world was saved before it had loaded."
        )
        yield Finding(cause=Cause.LOST_TAMES, level=Level.SUSPECT, sentence=sentence, settles=True)


def _bytes(new: Facts, base: Facts) -> Iterator[Finding]:
    lost = base.file.size_bytes - new.file.size_bytes
    if lost < THRESHOLDS.lost_bytes or lost < THRESHOLDS.lost_bytes_share * base.file.size_bytes:
        return
    sentence = (
        f"The file has {new.file.size_bytes:,} bytes, {base.file.size_bytes:,} before: "
        "most of the world is gone, or it was saved before it had loaded."
    )
    yield Finding(cause=Cause.LOST_BYTES, level=Level.SUSPECT, sentence=sentence, settles=True)


def _wild(new: Facts, base: Facts) -> Iterator[Finding]:
    """Give a note on a wipe of wild creatures, which is an ordinary command of admins."""
    if new.wild is None or base.wild is None:
        return
    lost = base.wild - new.wild
    if lost >= THRESHOLDS.wild_wipe and lost >= THRESHOLDS.wild_wipe_share * base.wild:
        sentence = f"{lost:,} of {base.wild:,} wild creatures are gone: a wipe of wild creatures."
        yield Finding(cause=Cause.WILD_WIPE, level=Level.GOOD, sentence=sentence)
