"""What a judgement is made of: findings with their causes, and the verdict they come to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """What a save may be used for."""

    GOOD = "good"
    SUSPECT = "suspect"
    BAD = "bad"


class Cause(StrEnum):
    """What a finding is about; stable, for machines."""

    REFUSED = "refused"
    ZERO_TAIL = "zero_tail"
    ZERO_PARTS = "zero_parts"
    ZERO_FILE = "zero_file"
    DAMAGED_CLOCK = "damaged_clock"
    DAMAGED_NAMES = "damaged_names"
    DAMAGED_OBJECTS = "damaged_objects"
    DOUBLED_IDS = "doubled_ids"
    FORMAT_CHANGED = "format_changed"
    UNKNOWN_VERSION = "unknown_version"
    FROM_THE_FUTURE = "from_the_future"
    OTHER_GAME = "other_game"
    OTHER_MAP = "other_map"
    ROLLBACK = "rollback"
    LOST_STRUCTURES = "lost_structures"
    LOST_TRIBES = "lost_tribes"
    LOST_SURVIVORS = "lost_survivors"
    LOST_TAMES = "lost_tames"
    LOST_BYTES = "lost_bytes"
    UNRECOGNISED = "unrecognised"
    NEW_WORLD = "new_world"
    WILD_WIPE = "wild_wipe"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was noticed.

    ``sentence`` names the likely cause, with its numbers. ``settles``: a world may really be like that, so that it
    is believed once later saves agree; what cannot be innocent never settles by itself.
    """

    cause: Cause
    level: Level
    sentence: str
    settles: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a save may be used for, and why.

    ``feeds``: what cannot be undone (warnings, points, sweeps) may be decided from it.
    ``is_new_world``: a season began; what the last good save had and this one lacks was not lost by anybody.
    """

    level: Level
    findings: tuple[Finding, ...] = ()

    @property
    def reason(self) -> str:
        """Why, for people; empty where there is nothing to say."""
        return " ".join(finding.sentence for finding in self.findings)

    @property
    def is_new_world(self) -> bool:
        """Whether the world began anew since the last good save."""
        return any(finding.cause is Cause.NEW_WORLD for finding in self.findings)

    @property
    def feeds(self) -> bool:
        """Whether what cannot be undone may be decided from the save.

        The first save of a new world is served, for the old bases are gone; but a server that lost its disk starts
        a new world too, so nothing follows from it until the next save of that world has come.
        """
        return self.level is Level.GOOD and not self.is_new_world

    @classmethod
    def of(cls, findings: tuple[Finding, ...]) -> Verdict:
        """Return the verdict that findings come to: the worst of them decides, and stands first."""
        ordered = sorted(findings, key=lambda finding: -_RANK[finding.level])
        level = ordered[0].level if ordered else Level.GOOD
        return cls(level=level, findings=tuple(ordered))


# Worlds shrink by a few percent when creatures die; by more than a tenth is worth a word.
_SHORT_SHARE = 0.9
_RANK = {Level.GOOD: 0, Level.SUSPECT: 1, Level.BAD: 2}


def refused(reason: str, *, size_bytes: int | None = None, last_good_bytes: int | None = None) -> Verdict:
    """Return the verdict on a file that the decoder refuses; the refusal says why.

    A file that ends early does not know how long it should be; the last good save does.
    """
    sentence = reason
    if size_bytes and last_good_bytes and size_bytes < _SHORT_SHARE * last_good_bytes:
        share = round(100 * size_bytes / last_good_bytes)
        sentence = (
            f"{reason} It is {share} % as long as the last good save, which had {last_good_bytes:,} bytes."
        )
    return Verdict.of((Finding(cause=Cause.REFUSED, level=Level.BAD, sentence=sentence),))
