"""What a save shows beside the one before it: another world, another time, things that are gone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from parser_service.verdict.facts import Facts
from parser_service.verdict.findings import Cause, Finding, Level
from parser_service.verdict.losses import loss_findings
from parser_service.verdict.thresholds import CLOCK_START, THRESHOLDS
from shared.domain.durations import in_words

# TheIsland_WP and ScorchedEarth_P: the game's suffixes, which people leave out.
_MAP_SUFFIX = re.compile(r"_(wp|p)$")
_MAP_BLANKS = re.compile(r"[\s_-]+(?!(?:wp|p)$)")
# A world without structures shows by its count of saves alone whether it is new.
_FIRST_SAVES = 3


def history_findings(new: Facts, base: Facts) -> Iterator[Finding]:
    """Give what does not follow from the save before."""
    if new.game != base.game:
        sentence = f"Another game: expected {base.game.upper()}, found {new.game.upper()}. Check save_path."
        yield Finding(cause=Cause.OTHER_GAME, level=Level.BAD, sentence=sentence)
        return
    if new.map_name.casefold() != base.map_name.casefold():
        yield other_map(base.map_name, new.map_name)
        return
    if is_new_world(new, base):
        yield _new_world(new, base)
        return
    yield from _rollback(new, base)
    yield from loss_findings(new, base)


def other_map(expected: str, found: str) -> Finding:
    """Return the finding that a save is of another map."""
    sentence = f"Another map: expected {expected}, found {found or 'none'}. Check save_path and map."
    return Finding(cause=Cause.OTHER_MAP, level=Level.SUSPECT, sentence=sentence)


def is_map(name: str, other: str) -> bool:
    """Tell whether two spellings mean one map.

    Examples
    --------
    >>> is_map("TheIsland_WP", "the island"), is_map("Ragnarok", "TheIsland")
    (True, False)
    """
    return _plain(name) == _plain(other)


def _plain(map_name: str) -> str:
    return _MAP_SUFFIX.sub("", _MAP_BLANKS.sub("", map_name.casefold()))


def moved(new: Facts, base: Facts) -> Finding:
    """Return the note that a server was given another map, and the community file with it."""
    sentence = (
        f"The server runs {new.map_name} now, as the community file says; it ran {base.map_name} before."
    )
    return Finding(cause=Cause.NEW_WORLD, level=Level.GOOD, sentence=sentence)


def is_new_world(new: Facts, base: Facts) -> bool:
    """Tell whether a season began: the clock is near its start, and the old tribes' structures are gone.

    A rollback has an earlier clock too, but its tribes still have what they built. Damage does not turn back the
    clock and count the saves anew; where a world has failed objects, nothing of this is believed.
    """
    if new.game_time is None or base.game_time is None or new.objects_failed:
        return False
    age = new.game_time - CLOCK_START.get(new.game, 0.0)
    is_young = 0 <= age <= THRESHOLDS.new_world_age.total_seconds()
    if not is_young or new.game_time >= base.game_time or new.save_count > base.save_count:
        return False
    if not base.structures:
        return new.save_count <= _FIRST_SAVES
    kept = sum(
        new.tribe_structures.get(tribe, 0) >= THRESHOLDS.new_world_kept_share * count
        for tribe, count in base.tribe_structures.items()
    )
    return not kept and new.structures < base.structures


def _new_world(new: Facts, base: Facts) -> Finding:
    age = timedelta(seconds=(new.game_time or 0.0) - CLOCK_START.get(new.game, 0.0))
    sentence = (
        f"A new world, {in_words(age)} old: a season began. The {base.structures:,} structures of the last good save are "
        "gone with the old one. If no wipe was meant, restore the server's backup."
    )
    return Finding(cause=Cause.NEW_WORLD, level=Level.GOOD, sentence=sentence)


def _rollback(new: Facts, base: Facts) -> Iterator[Finding]:
    if new.game_time is None or base.game_time is None:
        return
    back = timedelta(seconds=base.game_time - new.game_time)
    if back <= THRESHOLDS.rollback:
        return
    sentence = (
        f"Older by {in_words(back)} than the last good save: a rollback, or a backup in the world's place."
    )
    yield Finding(cause=Cause.ROLLBACK, level=Level.SUSPECT, sentence=sentence, settles=True)
