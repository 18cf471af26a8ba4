"""Panels: one message that is edited in place and shows the latest value. It is never queued."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

import discord

from shared.discord_kit.away import discord_may_be_away
from shared.ids import ChannelId, GuildId, MessageId
from shared.store.panels import Panel, find_panel, set_panel

if TYPE_CHECKING:
    from shared.discord_kit.bot import HelenaBot

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelValue:
    """What a panel shows."""

    embeds: tuple[discord.Embed, ...]
    view: discord.ui.View | None = None
    file: discord.File | None = None


class PanelKeeper:
    """Shows panels, and finds them again after a restart."""

    def __init__(self, bot: HelenaBot) -> None:
        self._bot = bot

    async def show(
        self,
        guild_id: GuildId,
        bot_name: str,
        name: str,
        channel_id: ChannelId,
        value: PanelValue,
    ) -> MessageId | None:
        """Show a value: edit the panel's message, or post it where there is none yet (or where it was deleted).

        Nothing is sent when the value is what the message shows already. Returns ``None`` where the channel
        is gone or closed to the bot.

        Raises
        ------
        DiscordAwayError
            When Discord failed; the next look shows what is true then.
        """
        db = self._bot.resources.db
        fingerprint = _fingerprint(value)
        async with db.connection() as conn:
            panel = await find_panel(conn, guild_id, bot_name, name)
        if (
            panel is not None
            and panel.channel_id == channel_id
            and panel.fingerprint == fingerprint
            and value.file is None
        ):
            return panel.message_id
        try:
            with discord_may_be_away():
                message_id = await self._put(name, panel, channel_id, value)
        except (discord.Forbidden, discord.NotFound) as error:
            log.warning("panel %s cannot be shown in channel %d: %s", name, channel_id, error.text)
            return None
        async with db.transaction() as conn:
            shown = Panel(channel_id=channel_id, message_id=message_id, fingerprint=fingerprint)
            await set_panel(conn, guild_id, bot_name, name, shown)
        return message_id

    async def _put(
        self, name: str, panel: Panel | None, channel_id: ChannelId, value: PanelValue
    ) -> MessageId:
        channel = self._bot.get_partial_messageable(channel_id)
        files = [value.file] if value.file is not None else []
        embeds = list(value.embeds)
        if panel is not None and panel.message_id is not None and panel.channel_id == channel_id:
            try:
                message = channel.get_partial_message(panel.message_id)
                await message.edit(embeds=embeds, view=value.view, attachments=files)
            except discord.NotFound:
                log.info("the panel's message was deleted, posting it again")
            else:
                return panel.message_id
        # a crash between the post and its note must not post twice: Discord knows the nonce for some minutes
        old = panel.message_id if panel is not None else 0
        nonce = hashlib.sha256(f"{name}:{channel_id}:{old}".encode()).hexdigest()[:25]
        sent = await channel.send(
            embeds=embeds, view=value.view or discord.utils.MISSING, files=files, nonce=nonce
        )
        if not _shows(sent, value):
            # the nonce gave back what was posted before the crash, and that shows an older value
            await sent.edit(embeds=embeds, view=value.view, attachments=files)
        return MessageId(sent.id)


def _shows(message: discord.Message, value: PanelValue) -> bool:
    """Tell whether a message has a panel's texts; Discord trims what it stores."""
    return [_texts(embed) for embed in message.embeds] == [_texts(embed) for embed in value.embeds]


def _texts(embed: discord.Embed) -> list[str]:
    parts = [embed.title, embed.description, embed.footer.text]
    parts += [part for field in embed.fields for part in (field.name, field.value)]
    return [(part or "").strip() for part in parts]


def _fingerprint(value: PanelValue) -> str:
    parts = [
        [embed.to_dict() for embed in value.embeds],
        value.view.to_components() if value.view is not None else [],
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()
