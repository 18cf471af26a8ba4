"""Reads messages of Discord as what somebody said in a ticket."""

from __future__ import annotations

import discord

from bots.tickets.keeping.domain import Heard, HeardFile
from shared.ids import MemberId, MessageId

_SPOKEN = frozenset({discord.MessageType.default, discord.MessageType.reply})
# Names and types are Discord's to bound; the record does not depend on it.
_NAME, _CONTENT_TYPE = 100, 100


def is_spoken(message: discord.Message, bot_id: int) -> bool:
    """Tell what others wrote from what this bot wrote and what Discord notes by itself."""
    return message.type in _SPOKEN and message.author.id != bot_id


def heard_in(message: discord.Message) -> Heard:
    """Return what a message says, with mentions as names."""
    stickers = [f"[sticker: {sticker.name}]" for sticker in message.stickers]
    reference = message.reference
    return Heard(
        message_id=MessageId(message.id),
        author_id=MemberId(message.author.id),
        author_name=_storable(message.author.display_name)[:_NAME],
        by_person=not message.author.bot,
        content=_storable("\n".join([message.clean_content, *stickers]).strip()),
        sent_at=message.created_at,
        edited_at=message.edited_at,
        reply_to=MessageId(reference.message_id) if reference is not None and reference.message_id else None,
        files=tuple(_file(attachment) for attachment in message.attachments),
    )


def _file(attachment: discord.Attachment) -> HeardFile:
    return HeardFile(
        id=attachment.id,
        name=_storable(attachment.filename)[:_NAME],
        content_type=_storable(attachment.content_type or "")[:_CONTENT_TYPE],
        size_bytes=attachment.size,
        url=attachment.url,
    )


def _storable(text: str) -> str:
    # Postgres has neither a zero character nor halves of characters
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
