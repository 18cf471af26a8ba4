"""A rented server's log, read through Nitrado's file API: a few bytes before the cursor, and what follows them.

One call a look while nothing happens to the file, so that a hundred servers fit into a token's budget. Console editions
get their log copied every 15 minutes or so, and keep the one before beside it (ark-interfaces, section 3).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import PurePosixPath

from parser_service.feeds.file_place import FilePlace
from parser_service.feeds.log_files import STAMP, Piece, stamp_text
from parser_service.feeds.marks import HEAD_BYTES, TAIL_BYTES, Mark
from parser_service.feeds.source import Reading, SourceName
from parser_service.feeds.standing import PROMPT_SECONDS
from parser_service.feeds.status import FeedStatus
from parser_service.feeds.storing import FeedWriter
from parser_service.game_servers import Served
from shared.nitrado.client import NitradoClient
from shared.nitrado.errors import NitradoError, NitradoFileMissingError, NitradoReplyError
from shared.nitrado.models import NitradoServiceId
from shared.runtime.resources import Resources
from shared.store.events import FeedCursor, NewEvent

# One look takes at most this much: a busy server writes some 10 kB in the time between two looks.
READ_BYTES = 256 * 1024
# "Is only a maximum, returned data can be smaller" (documentation of seek): after so much, there may be more.
_MUCH_BYTES = 16 * 1024
# A folder of logs holds a handful; what is beyond is not looked into.
_MOST_RENAMED = 40
# A copy that is being replaced is cut for a moment: only what stays so was replaced.
_LOSS_PATIENCE_SECONDS = 20.0
# The last tenth of a token's calls is for what people ask for.
_RESERVED_SHARE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Renamed:
    """A file beside the log that once had its name: how it begins, and its size."""

    path: str
    begins: str
    size: int


class NitradoFeed:
    """Reads one rented server's log, as one of a ``ServerFeed``'s sources."""

    name = SourceName.NITRADO

    def __init__(
        self,
        server: Served,
        client: NitradoClient,
        service: NitradoServiceId,
        resources: Resources,
        *,
        status: FeedStatus,
        stored: Callable[[Sequence[NewEvent]], None],
        writer: FeedWriter,
        interval: timedelta,
    ) -> None:
        self._server = server
        self._client = client
        self._service = service
        self._interval = interval.total_seconds()
        self._resources = resources
        self._place = FilePlace(server, self.name, resources, writer=writer, status=status, stored=stored)
        self._path: str | None = None
        self._loss_seen_at: float | None = None

    @property
    def is_slow(self) -> bool:
        """Tell whether it is looked at too seldom for people who talk."""
        return self._interval > PROMPT_SECONDS

    def forget_place(self) -> None:
        """Ask the database again where the cursor stands before the next look."""
        self._place.is_loaded = False

    def close(self) -> None:
        """Let go of nothing: the client belongs to whoever opened it."""

    async def look_once(self) -> Reading:
        """Store what is new, or a part of it.

        Raises
        ------
        OperationalError
            When the database is away, or another process writes this log.
        """
        if not self._place.is_loaded:
            await self._place.load()
        if not self._may_call():
            return self._failed("Nitrado's calls of this hour are used up but for a reserve.")
        try:
            piece = await self._read_on()
        except NitradoError as error:
            return self._failed(f"Nitrado does not hand out the log: {error}")
        if not piece.follows_loss:
            self._loss_seen_at = None
        elif piece.data and not self._is_loss_certain():
            return replace(self._place.uncertain(), again_seconds=self._interval)
        before = self._place.cursor
        reading = await self._place.store(piece) if piece.data else self._place.nothing_new()
        if self._place.cursor != before:
            self._loss_seen_at = None
            if str(piece.path) != self._path:
                return replace(reading, has_more=True, is_caught_up=False)
        return reading if reading.has_more else replace(reading, again_seconds=self._interval)

    async def _read_on(self) -> Piece:
        """Return what follows the cursor, wherever the file is by now."""
        path = await self._log_path()
        cursor = self._place.cursor
        if cursor is None:
            return await self._read(path, 0)
        try:
            piece = await self._read(path, cursor.byte_offset)
            if _fits(piece, cursor):
                return piece
        except NitradoFileMissingError:
            pass
        return await self._read_replaced(path, cursor)

    async def _read_replaced(self, path: str, cursor: FeedCursor) -> Piece:
        """Return the rest of the marked file under its new name, or else the files that came after it."""
        renamed = sorted(await self._list_renamed(path), key=lambda old: (old.begins, old.path))
        for number, old in enumerate(renamed):
            if old.size < cursor.byte_offset:
                continue
            piece = await self._read(old.path, cursor.byte_offset)
            if _fits(piece, cursor):
                later = renamed[number + 1 :]
                if piece.data:
                    return replace(piece, is_finished=True)
                return await self._read_first(later, path)
        upto = self._place.stored_upto
        later = [old for old in renamed if upto is None or old.begins > stamp_text(upto)]
        return replace(await self._read_first(later, path), follows_loss=True)

    async def _read_first(self, renamed: Sequence[_Renamed], path: str) -> Piece:
        for old in renamed:
            if old.size:
                return replace(await self._read(old.path, 0), is_finished=True)
        return await self._read(path, 0)

    async def _list_renamed(self, path: str) -> list[_Renamed]:
        log_path = PurePosixPath(path)
        entries = await self._client.list_files(self._service, str(log_path.parent))
        # "ShooterGame-backup-<utc>.log", and "ShooterGame_Last.log" of consoles
        old_name = re.compile(rf"{re.escape(log_path.stem)}(-backup|_Last)[^/]*", re.IGNORECASE)
        found = [entry for entry in entries if old_name.fullmatch(entry.name) and entry.size]
        found.sort(key=lambda entry: entry.name)
        renamed = []
        for entry in found[-_MOST_RENAMED:]:
            head = await self._client.seek(self._service, entry.path, offset=0, length=HEAD_BYTES)
            stamp = STAMP.search(head)
            begins = stamp[1].decode() if stamp else ""
            renamed.append(_Renamed(path=entry.path, begins=begins, size=entry.size or 0))
        return renamed

    async def _read(self, path: str, offset: int) -> Piece:
        start = max(offset - TAIL_BYTES, 0)
        data = await self._client.seek(self._service, path, offset=start, length=offset - start + READ_BYTES)
        before, data = data[: offset - start], data[offset - start :]
        # the API tells no size with it
        size = offset + len(data) + (1 if len(data) >= _MUCH_BYTES else 0)
        return Piece(
            path=PurePosixPath(path), inode=0, offset=offset, head=b"", before=before, data=data, size=size
        )

    async def _log_path(self) -> str:
        """Return where the log lies; ``log_files`` are relative to the folder above the game's."""
        if self._path is None:
            gameserver = await self._client.get_gameserver(self._service)
            specific = gameserver.game_specific
            if not specific.path or not specific.log_files:
                raise NitradoReplyError("Nitrado names no log file of this service.")
            self._path = str(PurePosixPath(specific.path).parent / specific.log_files[0])
        return self._path

    def _may_call(self) -> bool:
        budget, now = self._client.budget, self._resources.clock.now()
        return budget.blocked_until(now, reserve=budget.limit // _RESERVED_SHARE) is None

    def _failed(self, problem: str) -> Reading:
        self._place.was_away()
        return Reading(
            is_working=False, problem=f"{self._server.key}: {problem}", again_seconds=self._interval
        )

    def _is_loss_certain(self) -> bool:
        if self._loss_seen_at is None:
            self._loss_seen_at = time.monotonic()
        return time.monotonic() - self._loss_seen_at >= _LOSS_PATIENCE_SECONDS


def _fits(piece: Piece, cursor: FeedCursor) -> bool:
    """Tell whether the bytes before the piece are those that the cursor marked."""
    mark = Mark.from_text(cursor.file_identity)
    return mark is not None and mark.fits(head=piece.head, tail=piece.before)
