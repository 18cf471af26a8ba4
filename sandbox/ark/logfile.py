"""The server's log file: stamps, frame counter, rotation, and the last line that is not finished yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from sandbox.ark.lines import Channel, Line
from shared.clock import Clock

# Real logs begin with it.
BOM = b"\xef\xbb\xbf"
# The counter between the brackets counts frames and wraps at a thousand; a server runs at about 30 a second.
FRAMES_PER_SECOND = 30
FRAME_WRAP = 1000


class LogFile:
    """``ShooterGame.log`` of one server. Lines are appended one by one; nothing is ever truncated."""

    def __init__(self, folder: Path, clock: Clock, *, newline: str = "\n") -> None:
        self.path = folder / "ShooterGame.log"
        self._clock = clock
        self._newline = newline
        self._opened_at = self._newest_at = clock.now()
        self._torn = ""

    def rotate(self) -> None:
        """Begin a new file, as a starting server does; the old one becomes a backup named by the time in UTC."""
        now = self._clock.now()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.path.exists():
            self.path.rename(self._backup_path(now))
        self._opened_at, self._newest_at, self._torn = now, now, ""
        self.path.write_bytes(BOM)
        # The one time in a log that is local.
        local = now.astimezone()
        self.append([Line(f"Log file open, {local:%m/%d/%y %H:%M:%S}", Channel.ENGINE)])

    def append(self, lines: Iterable[Line]) -> list[str]:
        """Write lines, each flushed by itself, and return them as written; a torn line is completed first."""
        written = []
        with self.path.open("ab", buffering=0) as file:
            if self._torn:
                file.write((self._torn + self._newline).encode("utf-8", "replace"))
                self._torn = ""
            for line in lines:
                text = self._stamped(line)
                file.write((text + self._newline).encode("utf-8", "replace"))
                written.append(text)
        return written

    def tear(self, line: Line) -> None:
        """Write the first half of a line, as seen when a reader comes while the server writes."""
        if self._torn:
            self.append([])
        text = self._stamped(line)
        middle = len(text) // 2
        with self.path.open("ab", buffering=0) as file:
            file.write(text[:middle].encode("utf-8", "replace"))
        self._torn = text[middle:]

    def tail(self, count: int) -> list[str]:
        """Return the last lines of the file."""
        if not self.path.exists():
            return []
        size = self.path.stat().st_size
        with self.path.open("rb") as file:
            # A line is seldom longer than 400 bytes.
            file.seek(max(0, size - 400 * count))
            lines = file.read().decode("utf-8", "replace").splitlines()
        return lines[-count:]

    def _stamped(self, line: Line) -> str:
        """Return a line with its stamps; a log never goes back in time, but for a clock that does."""
        now = self._clock.now()
        at = now + timedelta(milliseconds=line.after_ms)
        if self._newest_at - now < timedelta(seconds=1):
            at = max(at, self._newest_at)
        self._newest_at = at
        frame = int((at - self._opened_at).total_seconds() * FRAMES_PER_SECOND) % FRAME_WRAP
        # Both stamps are UTC, and the counter is padded with blanks to three places.
        brackets = f"[{at:%Y.%m.%d-%H.%M.%S}:{at.microsecond // 1000:03}][{frame:3}]"
        return (
            f"{brackets}{line.text}"
            if line.channel is Channel.ENGINE
            else f"{brackets}{game_stamp(at)}: {line.text}"
        )

    def _backup_path(self, now: datetime) -> Path:
        path = self.path.with_name(f"ShooterGame-backup-{now:%Y.%m.%d-%H.%M.%S}.log")
        number = 1
        while path.exists():
            number += 1
            path = self.path.with_name(f"ShooterGame-backup-{now:%Y.%m.%d-%H.%M.%S}_{number}.log")
        return path


def game_stamp(at: datetime) -> str:
    """Return the game's own stamp, which GetGameLog shows too."""
    return f"{at:%Y.%m.%d_%H.%M.%S}"
