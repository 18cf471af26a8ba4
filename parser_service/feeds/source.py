"""What a feed reads from: one way to a game server's lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class SourceName(StrEnum):
    """The ways to a game server's lines, the best first: a file on disk misses nothing and shows lines at once."""

    LOG = "log"
    NITRADO = "nitrado"
    RCON = "rcon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a look at a source gave.

    ``has_more``: another look would find more right away. ``is_caught_up``: everything that was there has been stored.
    ``fresh`` counts the lines that no source had shown before, ``newest_at`` is the stamp of the newest it has shown,
    and ``problem`` says why it could not be read. ``again_seconds``: there is no use in looking sooner than that.
    """

    is_working: bool
    has_more: bool = False
    is_caught_up: bool = False
    fresh: int = 0
    newest_at: datetime | None = None
    problem: str | None = None
    again_seconds: float = 0.0


class FileSource(Protocol):
    """A file that the game writes: it keeps its lines, so it may be read at any time, and again."""

    @property
    def name(self) -> SourceName:
        """Return which one it is."""

    @property
    def is_slow(self) -> bool:
        """Tell whether it is looked at too seldom for people who talk."""

    def forget_place(self) -> None:
        """Ask the database again where the cursor stands before the next look."""

    def close(self) -> None:
        """Let go of what is held open."""

    async def look_once(self) -> Reading:
        """Store what is new, or a part of it.

        Raises
        ------
        OperationalError
            When the database is away, or another process writes this log.
        """


class TakenSource(Protocol):
    """Lines that the game hands out once: what was taken and not stored is lost, and so it is read only where needed."""

    @property
    def has_taken(self) -> bool:
        """Tell whether lines were taken and not stored yet."""

    def forget_place(self) -> None:
        """Ask the database again where the cursor stands before the next look."""

    def note_connection(self) -> None:
        """Follow the connection while another source leads."""

    async def lead(self, covered_at: datetime | None) -> None:
        """Become the source lines come by; another one has shown them up to an instant, if any did."""

    async def stop_leading(self) -> None:
        """Say that nothing was left unstored."""

    async def take(self) -> bool:
        """Take what the server has, and tell whether it could be asked."""

    async def store(self) -> Reading:
        """Store what was taken."""

    async def read_once(self) -> Reading:
        """Take and store what the server has, until it has no more."""
