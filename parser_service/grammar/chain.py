"""Which stamped lines can have been written by the game after those before them, and which are forged.

Names, signs and messages may hold line breaks, and then a line that begins with stamps is anybody's. The game escapes
nothing. What it cannot be made to lie about is the order of things, so a line begins a record of its own only if

- both of its stamps tell the same second (a game line's own may be the second before);
- it is not earlier than the line before it. A clock that was set back is told from a forger by Unreal's frame counter,
  which goes on by a few frames, or by lasting for longer than a message;
- it is no more frames later than a server can have counted in that time, where little time has passed. The counter
  is shown modulo 1,000, so the longer the time, the less it says.

What cannot be known: a line with the right time, to the second, and a frame that is possible. Nor can a line be judged
that comes in a read of its own, without the lines before it. Such a line is an event like any other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from parser_service.grammar.quick import quick
from parser_service.grammar.stamps import read_second

# the counter in the brackets is Unreal's GFrameCounter modulo 1,000
_FRAMES = 1_000
# Servers make 30 frames a second unless told otherwise; one that is told makes no more than some hundred.
_FRAMES_A_SECOND = 250
# In so many milliseconds the counter cannot have come round.
_TELLING_MS = 3_000
# Lines of two threads may swap, by a frame or two.
_SWAPPED_FRAMES = 2
# A busy server writes the first line behind a clock that was set back within two seconds.
_SET_BACK_FRAMES = 60
# No name, sign or message is longer: what contradicts the lines before it for so many bytes is true.
MESSAGE_LIMIT_BYTES = 4_096

_STAMPS = re.compile(
    rb"\[(\d{4}\.\d\d\.\d\d-\d\d\.\d\d\.\d\d):(\d{3})\]"
    rb"(?:\[([ \d]{1,8}\d)\](?:(\d{4}\.\d\d\.\d\d_\d\d\.\d\d\.\d\d): )?)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """When a line says that it was written: in milliseconds since 1970, and in which frame where it says so."""

    at_ms: int
    frame: int | None


_place = quick(Place)


def read_place(head: bytes | bytearray, start: int = 0) -> Place | None:
    """Return the place that a line of the log claims; ``None`` for one without stamps, or whose stamps disagree."""
    stamps = _STAMPS.match(head, start)
    if stamps is None:
        return None
    written, milliseconds, frame, told = stamps.groups()
    at = _seconds(written)
    if at is None:
        return None
    if told is not None:
        composed_at = _seconds(told)
        if composed_at is None or not 0 <= at - composed_at <= 1:
            return None
    return _place(at_ms=at * 1_000 + int(milliseconds), frame=None if frame is None else int(frame) % _FRAMES)


@lru_cache(maxsize=256)
def _seconds(text: bytes) -> int | None:
    second = read_second(text.decode("ascii"))
    return None if second is None else int(second[0].timestamp())


class Chain:
    """The lines of one file, in order, as far as they tell whether the next one is true."""

    def __init__(self) -> None:
        self._last: Place | None = None
        # the line before a leap in time that nothing bears out: the leap may be the forgery, not what comes after it
        self._before_leap: Place | None = None
        self._leap_counts_until = 0

    def follows(self, place: Place, offset: int) -> bool:
        """Tell whether the game can have written a line with this place next, at this offset of the file."""
        if self._last is None or _can_follow(self._last, place):
            return True
        if self._before_leap is None or offset >= self._leap_counts_until:
            return False
        return place.at_ms >= self._before_leap.at_ms and _can_follow(self._before_leap, place)

    def begin(self, place: Place, offset: int) -> None:
        """Take a line for true that begins a record."""
        last = self._last
        if last is not None and not _is_borne_out(last, place) and offset >= self._leap_counts_until:
            self._before_leap = last
            self._leap_counts_until = offset + MESSAGE_LIMIT_BYTES
        self._last = place


def _can_follow(before: Place, place: Place) -> bool:
    elapsed = place.at_ms - before.at_ms
    if before.frame is None or place.frame is None:
        return elapsed >= 0
    frames = (place.frame - before.frame + _SWAPPED_FRAMES) % _FRAMES
    if elapsed < 0:
        return frames <= _SET_BACK_FRAMES
    return elapsed >= _TELLING_MS or frames <= elapsed * _FRAMES_A_SECOND // 1_000 + 2 * _SWAPPED_FRAMES


def _is_borne_out(before: Place, place: Place) -> bool:
    """Tell whether the frames say that one line came right behind the other."""
    elapsed = place.at_ms - before.at_ms
    return before.frame is not None and 0 <= elapsed < _TELLING_MS and _can_follow(before, place)
