"""Reads messages of Discord as what somebody said."""

from __future__ import annotations

import discord

from bots.chat_bridge.from_discord.domain import Attached, Attachment, Spoken
from shared.ids import ChannelId, GuildId, MemberId, MessageId

_BY_PEOPLE = frozenset({discord.MessageType.default, discord.MessageType.reply})


def is_by_a_person(message: discord.Message) -> bool:
    """Tell what a person wrote in a guild from what bots, webhooks and Discord itself write."""
    return (
        message.guild is not None
        and not message.author.bot
        and message.webhook_id is None
        and message.type in _BY_PEOPLE
    )


def spoken_in(message: discord.Message) -> Spoken:
    """Return what a message says, with mentions as names."""
    assert message.guild is not None  # is_by_a_person
    return Spoken(
        message_id=MessageId(message.id),
        guild_id=GuildId(message.guild.id),
        channel_id=ChannelId(message.channel.id),
        author_id=MemberId(message.author.id),
        author_name=message.author.display_name,
        text=message.clean_content,
        attached=(
            *(_attached(attachment) for attachment in message.attachments),
            *(Attached(kind=Attachment.STICKER, name=sticker.name) for sticker in message.stickers),
        ),
        reply_to=_replied_to(message),
    )


def _attached(attachment: discord.Attachment) -> Attached:
    is_picture = (attachment.content_type or "").startswith("image/")
    return Attached(kind=Attachment.PICTURE if is_picture else Attachment.FILE, name=attachment.filename)


def _replied_to(message: discord.Message) -> str | None:
    reference = message.reference
    original = reference.resolved if reference is not None else None
    # what was deleted, or could not be loaded, has no author to name
    return original.author.display_name if isinstance(original, discord.Message) else None
