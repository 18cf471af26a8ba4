"""Runs bots until told to stop, and turns what prevents it into one clear line."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Sequence

import discord

from shared.discord_kit.bot import HelenaBot
from shared.discord_kit.endpoints import use_endpoints
from shared.discord_kit.settings import BotSettings, find_token, token_variable
from shared.errors import ConfigError, OperationalError
from shared.logs import bind
from shared.runtime.reporting import Reporter
from shared.runtime.resources import Resources, open_resources
from shared.store.states import can_answer

log = logging.getLogger(__name__)

# The supervisor does not hurry to restart what only a person can put right (sysexits.h: EX_CONFIG).
EX_CONFIG = 78
_WATCH_SECONDS = 2.0


async def run_bots(names: Sequence[str]) -> int:
    """Run these bots on one connection to Discord; return the process's exit code."""
    with bind(bot="+".join(names)):
        try:
            settings = BotSettings.load()
            use_endpoints(settings)
            token = find_token(names).get_secret_value()
            async with open_resources(settings, "_".join(names)) as resources:
                return await _run(names, settings, resources, token)
        except OperationalError as error:
            log.error("%s [%s]", error, error.code)  # noqa: TRY400 - the message says it all
            return EX_CONFIG if isinstance(error, ConfigError) else 1


async def _run(names: Sequence[str], settings: BotSettings, resources: Resources, token: str) -> int:
    bot = HelenaBot(names=names, resources=resources, settings=settings)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        async with bot:
            await _until_stopped(bot, token, stop)
    except* discord.LoginFailure:
        raise _told(resources.reporter, _refused_token(names)) from None
    except* discord.PrivilegedIntentsRequired:
        raise _told(resources.reporter, _missing_intents(bot)) from None
    return 0


async def _until_stopped(bot: HelenaBot, token: str, stop: asyncio.Event) -> None:
    """Run until the signal comes; a client that ends by itself is a crash, because it never should."""
    async with asyncio.TaskGroup() as group:
        client = group.create_task(bot.start(token), name="gateway")
        background = group.create_task(bot.run_background(), name="background")
        watch = group.create_task(_watch(bot), name="watch")
        stopped = asyncio.create_task(stop.wait())
        done, _ = await asyncio.wait(
            {client, background, watch, stopped}, return_when=asyncio.FIRST_COMPLETED
        )
        stopped.cancel()
        if stopped not in done:
            for task in done:
                task.result()
            raise OperationalError("The connection to Discord ended by itself.")
        log.info("stopping")
        for sender in bot.outboxes.values():
            await sender.finish()
        background.cancel()
        watch.cancel()
        await bot.close()


async def _watch(bot: HelenaBot) -> None:
    """Report whether the bot does its job: gateway, database and Redis."""
    reporter = bot.resources.reporter
    await bot.wait_until_ready()
    log.info("ready as %s", bot.user)
    while True:
        reason = await _what_is_wrong(bot)
        if reason:
            reporter.not_ready(reason)
        else:
            reporter.ready()
        latency = bot.latency
        if latency == latency and latency != float("inf"):  # noqa: PLR0124 - not a number before the first beat
            reporter.number("gateway_latency_seconds", latency)
        await asyncio.sleep(_WATCH_SECONDS)


async def _what_is_wrong(bot: HelenaBot) -> str:
    if not bot.is_ready() or bot.is_closed():
        return "Discord's gateway is not connected."
    try:
        async with bot.resources.db.connection() as conn:
            await can_answer(conn)
    except OperationalError as error:
        return str(error)
    return ""


def _told(reporter: Reporter, error: ConfigError) -> ConfigError:
    reporter.problem("start", str(error))
    return error


def _refused_token(names: Sequence[str]) -> ConfigError:
    variables = " or ".join(token_variable(name) for name in names)
    message = (
        f"Discord refused the token of {', '.join(names)} ({variables} or HELENA_DISCORD_TOKEN). "
        "Paste a fresh one from the developer portal (Bot, Reset Token)."
    )
    return ConfigError(message)


def _missing_intents(bot: HelenaBot) -> ConfigError:
    wanted = {
        "message_content": "Message Content",
        "members": "Server Members",
        "presences": "Presence",
    }
    missing = [title for name, title in wanted.items() if getattr(bot.intents, name)]
    message = (
        f"The application of {', '.join(bot.names)} lacks a privileged intent. In the developer portal, under Bot, "
        f"switch on: {', '.join(missing)} Intent."
    )
    return ConfigError(message)
