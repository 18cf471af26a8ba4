"""Takes messages into the record: one that just came, and all of a thread."""

from __future__ import annotations

import logging

import discord

from bots.tickets.keeping.domain import READ_LIMIT, HeardFile
from bots.tickets.keeping.download import FileAwayError, FileGoneError, fetch
from bots.tickets.keeping.files import DiskError, FileStore
from bots.tickets.keeping.reading import heard_in, is_spoken
from bots.tickets.keeping.service import KeepingService
from shared.ids import MessageId, TicketId

log = logging.getLogger(__name__)


class ThreadReader:
    """Reads threads for the record."""

    def __init__(self, service: KeepingService, files: FileStore) -> None:
        self._service = service
        self._files = files

    async def take(self, ticket_id: TicketId, message: discord.Message) -> bool:
        """Keep a message, and copy its files; ``False`` when one of them could not be had yet."""
        wanted = await self._service.take(ticket_id, heard_in(message))
        return all([await self._copy(file) for file in wanted])

    async def read(self, ticket_id: TicketId, thread: discord.Thread, *, whole: bool) -> bool:
        """Keep what was said since the thread was last read; or all of it, to see what changed meanwhile.

        ``False`` when files could not be had yet: the next reading begins at the same place.
        """
        assert thread.guild.me is not None  # a bot in no guild sees no thread
        bot_id = thread.guild.me.id
        after = MessageId(0) if whole else await self._service.read_upto(ticket_id)
        seen: list[MessageId] = []
        upto, is_complete = after, True
        history = thread.history(
            limit=READ_LIMIT, after=discord.Object(after) if after else None, oldest_first=True
        )
        async for message in history:
            upto = MessageId(message.id)
            if is_spoken(message, bot_id):
                seen.append(upto)
                is_complete &= await self.take(ticket_id, message)
        await self._service.has_read(ticket_id, after=after, upto=upto, seen=seen, is_complete=is_complete)
        return is_complete

    async def _copy(self, file: HeardFile) -> bool:
        """Copy a file; what cannot be had now is noted, and tried again when the thread is read again."""
        try:
            content = await fetch(file.url, file.size_bytes)
            sha256 = await self._files.save(content)
        except FileGoneError as error:
            await self._service.refused(file, str(error))
        except (FileAwayError, DiskError) as error:
            log.warning("file %d of a ticket is not copied yet: %s", file.id, error)
            await self._service.delayed(file, str(error))
            return False
        else:
            await self._service.kept(file, sha256)
        return True
