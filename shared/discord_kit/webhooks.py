"""Speaking under other names: one webhook per channel and bot, and an execute that is never repeated blindly.

discord.py repeats a webhook's POST after a 5xx answer, which posts twice when Discord had done the work already;
webhooks have no nonce to prevent that. So this one request is made here, and says when its fate is unknown.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp
import discord

from shared.errors import OperationalError
from shared.ids import ChannelId, MessageId
from shared.store.panels import WebhookRow, find_webhook, remove_webhook, set_webhook

if TYPE_CHECKING:
    from shared.discord_kit.bot import HelenaBot

log = logging.getLogger(__name__)

_TIMEOUT = aiohttp.ClientTimeout(total=20)
# Discord never asks to wait longer for a webhook; a larger value is a mistake or an attack.
_LONGEST_WAIT_SECONDS = 120.0


class UncertainError(OperationalError):
    """The request may or may not have taken effect."""

    code = "DIS-02"


class ClosedChannelError(OperationalError):
    """Discord refuses all posts to this channel; asking again at once would only count against the bot."""

    code = "DIS-03"


class RejectedPostError(OperationalError):
    """Discord does not accept this one post, whatever the channel."""

    code = "DIS-04"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: int
    body: dict[str, Any]
    wait_seconds: float


class WebhookSpeaker:
    """Executes the webhooks of one bot, keeping to the rate limits that Discord states."""

    def __init__(self, bot: HelenaBot, bot_name: str) -> None:
        self._bot = bot
        self._bot_name = bot_name
        self._free_at: dict[int, float] = {}

    async def say(self, channel_id: ChannelId, *, author: str, content: str) -> MessageId:
        """Post a text under a name, and return the message.

        Raises
        ------
        UncertainError
            When no clear answer came.
        ClosedChannelError
            When Discord will not have posts in this channel.
        RejectedPostError
            When Discord will not have this post.
        """
        webhook = await self._get(channel_id)
        for _ in range(5):
            await self._wait_until_free(webhook.webhook_id)
            answer = await self._execute(webhook, author, content)
            loop_time = asyncio.get_running_loop().time()
            self._free_at[webhook.webhook_id] = loop_time + answer.wait_seconds
            if answer.status == 200:
                return MessageId(int(answer.body["id"]))
            if answer.status == 404:
                await self._forget(channel_id)
                webhook = await self._get(channel_id)
            elif answer.status != 429:
                raise _failure(answer)
        message = f"Discord asked to wait again and again for channel {channel_id}."
        raise OperationalError(message)

    async def _wait_until_free(self, webhook_id: int) -> None:
        wait = self._free_at.get(webhook_id, 0.0) - asyncio.get_running_loop().time()
        if wait > 0:
            await asyncio.sleep(wait)

    async def _execute(self, webhook: WebhookRow, author: str, content: str) -> _Answer:
        url = f"{discord.http.Route.BASE}/webhooks/{webhook.webhook_id}/{webhook.token}"
        body = {"username": author, "content": content, "allowed_mentions": {"parse": []}}
        try:
            async with (
                aiohttp.ClientSession(timeout=_TIMEOUT) as session,
                session.post(url, params={"wait": "true"}, json=body) as response,
            ):
                return _Answer(
                    status=response.status,
                    body=await response.json() if response.content_type == "application/json" else {},
                    wait_seconds=_wait_seconds(response.headers, response.status),
                )
        except aiohttp.ClientConnectorError as error:
            # no connection was made, so nothing was sent
            message = "Discord cannot be reached."
            raise OperationalError(message) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            message = f"Discord did not answer ({type(error).__name__})."
            raise UncertainError(message) from error

    async def _get(self, channel_id: ChannelId) -> WebhookRow:
        db = self._bot.resources.db
        async with db.connection() as conn:
            known = await find_webhook(conn, channel_id, self._bot_name)
        if known is not None:
            return known
        try:
            made = await self._find_or_make(channel_id)
        except (discord.Forbidden, discord.NotFound) as error:
            message = f"Channel {channel_id} refuses webhooks: {error.text}. Give the bot the permission Manage Webhooks."
            raise ClosedChannelError(message) from error
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            message = f"Discord cannot be asked for the webhooks of channel {channel_id} just now."
            raise OperationalError(message) from error
        async with db.transaction() as conn:
            await set_webhook(conn, channel_id, self._bot_name, made)
        return made

    async def _find_or_make(self, channel_id: ChannelId) -> WebhookRow:
        """Reuse the bot's own webhook where a crash left one: Discord allows only few per channel."""
        channel = self._bot.get_channel(channel_id) or await self._bot.fetch_channel(channel_id)
        if not isinstance(channel, discord.TextChannel | discord.ForumChannel | discord.VoiceChannel):
            message = f"Channel {channel_id} cannot have webhooks. Route the chat to a text channel."
            raise ClosedChannelError(message)
        for webhook in await channel.webhooks():
            if (
                webhook.token
                and webhook.user is not None
                and self._bot.user is not None
                and webhook.user.id == self._bot.user.id
            ):
                return WebhookRow(webhook_id=webhook.id, token=webhook.token)
        made = await channel.create_webhook(name="Helena", reason="Game chat speaks under the players' names")
        return WebhookRow(webhook_id=made.id, token=made.token or "")

    async def _forget(self, channel_id: ChannelId) -> None:
        log.warning("the webhook of channel %d is gone, making a new one", channel_id)
        async with self._bot.resources.db.transaction() as conn:
            await remove_webhook(conn, channel_id, self._bot_name)


def _wait_seconds(headers: Mapping[str, str], status: int) -> float:
    """Return how long to wait before the next request, from the rate limit headers."""
    exhausted = status == 429 or headers.get("X-RateLimit-Remaining") == "0"
    if not exhausted:
        return 0.0
    text = headers.get("X-RateLimit-Reset-After") or headers.get("Retry-After") or "1"
    try:
        return min(max(float(text), 0.0), _LONGEST_WAIT_SECONDS)
    except ValueError:
        return 1.0


def _failure(answer: _Answer) -> OperationalError:
    text = str(answer.body.get("message", ""))[:200]
    if answer.status in {401, 403}:
        return ClosedChannelError(f"Discord refuses the webhook ({answer.status} {text}).")
    if answer.status >= 500:
        return UncertainError(f"Discord failed ({answer.status}).")
    return RejectedPostError(f"Discord does not accept the post ({answer.status} {text}).")
