"""Sends what waits in the outbox: in order within a channel, one message in flight, each exactly once.

Before a message goes out its posts are marked as being sent; after Discord's answer, as sent. What a crash leaves
in between is settled by reading the channel: the bot's own messages since the last one it knows of.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import discord

from shared.cache.keys import outbox_filled
from shared.cache.wakeups import wait_for_wakeup
from shared.discord_kit.away import AWAY
from shared.discord_kit.cards import cut
from shared.discord_kit.folding import Folded, choose, render
from shared.discord_kit.webhooks import ClosedChannelError, RejectedPostError, UncertainError, WebhookSpeaker
from shared.errors import OperationalError
from shared.ids import ChannelId, MessageId
from shared.runtime.loops import run_guarded
from shared.store.outbox import (
    UncertainBatch,
    find_uncertain,
    list_channels,
    list_waiting,
    set_parked,
    set_queued,
    set_sending,
    set_sent,
)
from shared.store.panels import find_webhook

if TYPE_CHECKING:
    from shared.discord_kit.bot import HelenaBot

log = logging.getLogger(__name__)

_POLL_SECONDS = 1.0
# As many as can be folded into one message of 2,000 characters, and then some.
_LOOK_AHEAD = 200
# How long Discord may take to show a message whose answer was lost.
_SETTLE_SECONDS = 1.0
# How long a channel that refused a post is left alone.
_CLOSED_SECONDS = 300.0
# How long a stop waits for the messages in flight.
_FINISH_SECONDS = 10.0
# A channel's clock is Discord's: look this much earlier than our own clock says.
_CLOCK_SKEW_SECONDS = 300


class OutboxSender:
    """Sends the posts of one bot."""

    def __init__(self, bot: HelenaBot, bot_name: str) -> None:
        self.bot_name = bot_name
        self._bot = bot
        self._speaker = WebhookSpeaker(bot, bot_name)
        self._busy: dict[ChannelId, asyncio.Task[bool]] = {}
        self._closed_until: dict[ChannelId, float] = {}
        self._stopping = False
        self._woken = bot.resources.wakeups.subscribe(outbox_filled(bot_name))

    async def wake(self) -> None:
        """Say that something was added, after the transaction that added it."""
        await self._bot.resources.wakeups.send(outbox_filled(self.bot_name))

    async def run(self) -> None:
        """Send for ever, channels side by side."""
        async with asyncio.TaskGroup() as group:

            async def look() -> None:
                async with self._bot.resources.db.connection() as conn:
                    channels = await list_channels(conn, self.bot_name)
                for channel_id in channels:
                    task = self._busy.get(channel_id)
                    closed = self._closed_until.get(channel_id, 0.0) > asyncio.get_running_loop().time()
                    if not closed and (task is None or task.done()):
                        work = self._drain_guarded(channel_id)
                        self._busy[channel_id] = group.create_task(work, name=f"outbox {channel_id}")

            while not self._stopping:
                await run_guarded(f"outbox of {self.bot_name}", look)
                await wait_for_wakeup(self._woken, at_most_seconds=_POLL_SECONDS)

    async def finish(self) -> None:
        """Take no more posts, and wait for the messages in flight."""
        self._stopping = True
        self._woken.set()
        if busy := [task for task in self._busy.values() if not task.done()]:
            await asyncio.wait(busy, timeout=_FINISH_SECONDS)

    async def _drain_guarded(self, channel_id: ChannelId) -> bool:
        async def work() -> None:
            await self._drain(channel_id)

        return await run_guarded(f"outbox of {self.bot_name}, channel {channel_id}", work)

    async def _drain(self, channel_id: ChannelId) -> None:
        db = self._bot.resources.db
        async with db.connection() as conn:
            uncertain = await find_uncertain(conn, self.bot_name, channel_id)
        if uncertain is not None:
            await self._settle(channel_id, uncertain)
        while not self._stopping:
            async with db.transaction() as conn:
                waiting = await list_waiting(conn, self.bot_name, channel_id, limit=_LOOK_AHEAD)
                if not waiting:
                    return
                message = render(choose(waiting), crowd_name=self._crowd_name(channel_id))
                batch = await set_sending(conn, message.ids)
            await self._send(channel_id, batch, message)

    async def _send(self, channel_id: ChannelId, batch: int, message: Folded) -> None:
        db = self._bot.resources.db
        try:
            message_id = await self._post(channel_id, batch, message)
        except UncertainError:
            # stays marked as being sent; the next pass reads the channel before anything else goes out
            raise
        except RejectedPostError as error:
            async with db.transaction() as conn:
                await set_parked(conn, batch, str(error))
            log.warning("a post to channel %d was given up: %s", channel_id, error)
            return
        except ClosedChannelError as error:
            self._park(channel_id, error)
            async with db.transaction() as conn:
                await set_queued(conn, batch, str(error))
            raise
        except OperationalError as error:
            async with db.transaction() as conn:
                await set_queued(conn, batch, str(error))
            raise
        async with db.transaction() as conn:
            await set_sent(conn, batch, message_id)
        if self._closed_until.pop(channel_id, None) is not None:
            self._bot.resources.reporter.solved(f"channel {channel_id}")

    def _park(self, channel_id: ChannelId, error: OperationalError) -> None:
        """Leave a channel alone for a while; its posts wait."""
        self._closed_until[channel_id] = asyncio.get_running_loop().time() + _CLOSED_SECONDS
        self._bot.resources.reporter.problem(f"channel {channel_id}", str(error))

    async def _post(self, channel_id: ChannelId, batch: int, message: Folded) -> MessageId:
        if message.author is not None:
            return await self._speaker.say(channel_id, author=message.author, content=message.content)
        embeds = [discord.Embed.from_dict(embed) for embed in message.embeds]
        channel = self._bot.get_partial_messageable(channel_id)
        try:
            sent = await channel.send(
                message.content or None,
                embeds=embeds,
                nonce=f"outbox-{batch}",
                allowed_mentions=discord.AllowedMentions.none(),
            )
        except (discord.Forbidden, discord.NotFound) as error:
            raise ClosedChannelError(f"Channel {channel_id} refuses posts: {error.text}.") from error
        except discord.DiscordServerError as error:
            raise UncertainError(f"Discord failed ({error.status}).") from error
        except discord.HTTPException as error:
            raise RejectedPostError(f"Discord does not accept the post: {cut(error.text, 200)}") from error
        except (*AWAY, OSError, TimeoutError) as error:
            raise UncertainError(f"Discord did not answer ({type(error).__name__}).") from error
        return MessageId(sent.id)

    async def _settle(self, channel_id: ChannelId, uncertain: UncertainBatch) -> None:
        """Find out whether a batch arrived, and mark it as sent or put it back."""
        await asyncio.sleep(_SETTLE_SECONDS)
        db = self._bot.resources.db
        expected = render(uncertain.posts, crowd_name=self._crowd_name(channel_id))
        try:
            found = await self._find(channel_id, uncertain, expected)
        except (discord.Forbidden, discord.NotFound) as error:
            closed = ClosedChannelError(f"Channel {channel_id} cannot be read: {error.text}.")
            self._park(channel_id, closed)
            raise closed from error
        except (*AWAY, discord.HTTPException, OSError) as error:
            message = f"Channel {channel_id} cannot be read just now to see what arrived."
            raise OperationalError(message) from error
        async with db.transaction() as conn:
            if found is None:
                await set_queued(conn, uncertain.batch, "did not arrive before a restart")
            else:
                await set_sent(conn, uncertain.batch, found)
        log.info(
            "batch %d to channel %d %s",
            uncertain.batch,
            channel_id,
            "had arrived" if found else "is sent again",
        )

    async def _find(
        self, channel_id: ChannelId, uncertain: UncertainBatch, message: Folded
    ) -> MessageId | None:
        async with self._bot.resources.db.connection() as conn:
            webhook = await find_webhook(conn, channel_id, self.bot_name)
        own = {self._bot.user.id if self._bot.user else 0, webhook.webhook_id if webhook else 0}
        since = discord.utils.time_snowflake(uncertain.sending_at) - (_CLOCK_SKEW_SECONDS * 1000 << 22)
        after = discord.Object(max(since, uncertain.last_known or 0))
        channel = self._bot.get_partial_messageable(channel_id)
        async for candidate in channel.history(limit=1000, after=after, oldest_first=True):
            speaker = candidate.webhook_id or candidate.author.id
            if speaker in own and _same(candidate, message):
                return MessageId(candidate.id)
        return None

    def _crowd_name(self, channel_id: ChannelId) -> str:
        return self._bot.crowd_names.get(channel_id, "Game chat")


def _same(candidate: discord.Message, message: Folded) -> bool:
    """Tell whether a message is the one that was being sent; Discord trims what it stores."""
    if message.embeds:
        titles = [embed.title for embed in candidate.embeds]
        return titles == [str(embed.get("title")) if embed.get("title") else None for embed in message.embeds]
    return candidate.content.strip() == message.content.strip()
