"""The stamps before a line: Unreal's in brackets, the game's own, and what other programs put before both.

Both stamps are UTC, whatever the server's time zone, and of the same second (ark-interfaces, section 2).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

# "[2024.08.29-18.31.01:711][937]" and, in game lines, "2024.08.29_18.31.01: " behind the frame's number
BRACKET_LENGTH: Final = 26
GAME_STAMP_LENGTH: Final = 21

_MILLISECONDS = {f":{number:03d}][": timedelta(milliseconds=number) for number in range(1_000)}

# "[16:24:46] " before each line, once or twice, and "[2026-07-29T20:11:43.237Z] [log] " before lines without stamps:
# consoles of hosts and managers (ark-interfaces, samples of 2025 and 2026)
_CLOCKS = re.compile(r"(?:\[\d\d:\d\d:\d\d\] ){1,3}(?=\[)", re.ASCII)
_WRAPPER = re.compile(r"\[(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})Z\] \[log\] ", re.ASCII)


@lru_cache(maxsize=256)
def read_second(text: str) -> tuple[datetime, str] | None:
    """Return the instant of ``2024.08.29-18.31.01``, and the game's stamp of the same second."""
    if len(text) != 19 or text[10] not in "-_":
        return None
    day, time = text[:10], text[11:]
    try:
        instant = datetime.fromisoformat(f"{day.replace('.', '-')}T{time.replace('.', ':')}+00:00")
    except ValueError:
        return None
    return instant, f"{day}_{time}: "


def read_bracket_stamp(raw: str) -> tuple[int, datetime, str] | None:
    """Return where what is behind ``[…:711][937]`` begins, the instant, and the game's stamp that belongs to it."""
    second, milliseconds = read_second(raw[1:20]), _MILLISECONDS.get(raw[20:26])
    end = raw.find("]", BRACKET_LENGTH + 1, BRACKET_LENGTH + 10) + 1
    if second is None or milliseconds is None or not end or raw[0] != "[":
        return None
    return end, second[0] + milliseconds, second[1]


def skip_game_stamp(raw: str, start: int) -> int:
    """Return where the message begins behind ``2024.08.29_18.31.01: ``."""
    end = start + GAME_STAMP_LENGTH
    has_stamp = (
        raw[end - 2 : end] == ": "
        and raw[start + 10 : start + 11] == "_"
        and raw[start + 4 : start + 5] == "."
    )
    return end if has_stamp else start


def is_second_before(raw: str, start: int, occurred_at: datetime) -> bool:
    """Tell whether the game's stamp at ``start`` is of the second before: the game had put the line together by then."""
    if skip_game_stamp(raw, start) == start:
        return False
    second = read_second(raw[start : start + 19])
    return second is not None and timedelta() <= occurred_at - second[0] < timedelta(seconds=2)


def read_game_stamp(raw: str) -> datetime | None:
    """Return the instant of a line that begins like ``2024.08.29_18.31.01: ``."""
    second = read_second(raw[:19]) if skip_game_stamp(raw, 0) else None
    return second[0] if second else None


def read_wrapper(raw: str) -> tuple[int, datetime | None] | None:
    """Return where a line begins that another program has put a time of its own before, and that time."""
    if raw[:1] != "[":
        return None
    if clocks := _CLOCKS.match(raw):
        return clocks.end(), None
    wrapper = _WRAPPER.match(raw)
    if wrapper is None:
        return None
    try:
        return wrapper.end(), datetime.fromisoformat(wrapper[1]).replace(tzinfo=UTC)
    except ValueError:
        return None


def frame_of(raw: str) -> str | None:
    """Return the frame's number of a line that begins like ``[…:711][937]``, as it is written."""
    return raw[BRACKET_LENGTH : raw.find("]", BRACKET_LENGTH)] if raw[24:26] == "][" else None
