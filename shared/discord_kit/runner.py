"""Runs bots until told to stop, and turns what prevents it into one clear line."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Sequence

import aiohttp
import discord

from shared.discord_kit.bot import HelenaBot
from shared.discord_kit.endpoints import use_endpoints
from shared.discord_kit.settings import BotSettings, find_token, token_variable
from shared.errors import ConfigError, OperationalError
from shared.logs import bind
from shared.runtime.resources import open_resources
from shared.runtime.tasks import cancel_and_wait
from shared.store.states import can_answer

log = logging.getLogger(__name__)

_WATCH_SECONDS = 1.0
# On a first start, the parser service brings the community into the database while the bots log in.
_FIRST_COMMUNITY_SECONDS = 15.0

# The switches of the developer portal, by the intent they allow.
_PRIVILEGED = {"message_content": "Message Content", "members": "Server Members", "presences": "Presence"}


async def run_bots(names: Sequence[str], settings: BotSettings, stop: asyncio.Event) -> None:
    """Run these bots on one connection to Discord until the event is set.

    Raises
    ------
    ConfigError
        When Discord refuses the token, or the application lacks an intent; the message says what to do.
    OperationalError
        When the database cannot be reached, or the connection to Discord ended by itself.
    """
    use_endpoints(settings)
    token = find_token(names).get_secret_value()
    with bind(bot="+".join(names)):
        async with (
            open_resources(settings, "_".join(names)) as resources,
            HelenaBot(names=names, resources=resources, settings=settings) as bot,
        ):
            await run_bot(bot, token, stop)


async def run_bot(bot: HelenaBot, token: str, stop: asyncio.Event) -> None:
    """Run one connection until the event is set; a client that ends by itself is a crash, because it never should."""
    tasks = {
        asyncio.create_task(_connect(bot, token), name="gateway"),
        asyncio.create_task(bot.run_background(), name="background"),
        asyncio.create_task(_watch(bot), name="watch"),
    }
    stopped = asyncio.create_task(stop.wait(), name="stop")
    try:
        done, _ = await asyncio.wait({*tasks, stopped}, return_when=asyncio.FIRST_COMPLETED)
        for task in done - {stopped}:
            task.result()
        log.info("stopping")
        bot.resources.reporter.not_ready("Stopping.")
        for sender in bot.outboxes.values():
            await sender.finish()
    finally:
        await bot.close()
        await cancel_and_wait(*tasks, stopped)


async def _connect(bot: HelenaBot, token: str) -> None:
    try:
        await bot.start(token)
    except discord.LoginFailure as error:
        variables = " or ".join(token_variable(name) for name in bot.names)
        message = (
            f"Discord refused the token of {', '.join(bot.names)} ({variables}, or HELENA_DISCORD_TOKEN). "
            "Paste a fresh one from the developer portal (Bot, Reset Token)."
        )
        raise ConfigError(message) from error
    except discord.PrivilegedIntentsRequired as error:
        wanted = [title for name, title in _PRIVILEGED.items() if getattr(bot.intents, name)]
        message = (
            f"The application of {', '.join(bot.names)} lacks a privileged intent. In the developer portal, "
            f"under Bot, switch on: {', '.join(wanted)} Intent."
        )
        raise ConfigError(message) from error
    except (OSError, aiohttp.ClientError, discord.HTTPException) as error:
        message = f"Discord cannot be reached ({type(error).__name__})."
        raise OperationalError(message) from error
    if not bot.is_closed():
        message = "The connection to Discord ended by itself."
        raise OperationalError(message)


async def _watch(bot: HelenaBot) -> None:
    """Report whether the bot does its job: gateway and database."""
    reporter = bot.resources.reporter
    await bot.wait_until_ready()
    log.info("ready as %s", bot.user)
    began = time.monotonic()
    while True:
        reason = await _what_is_wrong(bot)
        if not reason:
            reporter.ready()
        elif bot.serves_somebody or time.monotonic() - began > _FIRST_COMMUNITY_SECONDS:
            reporter.not_ready(reason)
        if math.isfinite(bot.latency):
            reporter.number("gateway_latency_seconds", bot.latency)
        await asyncio.sleep(_WATCH_SECONDS)


async def _what_is_wrong(bot: HelenaBot) -> str:
    if not bot.is_ready() or bot.is_closed():
        return "Discord's gateway is not connected."
    if not bot.serves_somebody:
        return "No community is served yet. Set HELENA_COMMUNITY_FILE for the parser service; .env.example explains it."
    try:
        async with bot.resources.db.connection() as conn:
            await can_answer(conn)
    except OperationalError as error:
        return str(error)
    return ""
