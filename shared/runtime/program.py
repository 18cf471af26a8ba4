"""What every program's ``main`` does: logging, signals, and one clear line for what prevents the start."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from typing import TypeVar

from shared.config.settings import Settings, find_report_socket
from shared.errors import ConfigError, OperationalError
from shared.logs import set_up_logging
from shared.runtime.reporting import open_reporter

log = logging.getLogger(__name__)

# sysexits.h: the supervisor does not hurry to restart what only a person can put right
EX_CONFIG = 78

SettingsT = TypeVar("SettingsT", bound=Settings)


def run_program(
    name: str, settings_class: type[SettingsT], run: Callable[[SettingsT, asyncio.Event], Awaitable[None]]
) -> int:
    """Run a program until SIGTERM or SIGINT set the event it is given, and return its exit code.

    What prevents it from running is logged in one line and told to the supervisor.
    """
    try:
        settings = settings_class.load()
        set_up_logging(level=settings.log_level, form=settings.log_format, program=name)

        async def with_settings(stop: asyncio.Event) -> None:
            await run(settings, stop)

        asyncio.run(_until_signal(with_settings))
    except (OperationalError, BaseExceptionGroup) as error:
        return _told(name, error)
    return 0


def run_without_settings(name: str, run: Callable[[asyncio.Event], Awaitable[None]]) -> int:
    """Run a program that needs neither database nor Redis, as ``run_program`` does."""
    set_up_logging(program=name)
    try:
        asyncio.run(_until_signal(run))
    except (OperationalError, BaseExceptionGroup) as error:
        return _told(name, error)
    return 0


async def _until_signal(run: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await run(stop)


def _told(name: str, error: BaseException) -> int:
    """Say in one line what a person can put right, and return the exit code; a bug keeps its traceback."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if not isinstance(error, OperationalError):
        raise error
    log.error("%s [%s]", error, error.code)
    asyncio.run(_tell_supervisor(name, str(error)))
    return EX_CONFIG if isinstance(error, ConfigError) else 1


async def _tell_supervisor(name: str, problem: str) -> None:
    async with open_reporter(name, find_report_socket()) as reporter:
        reporter.problem("start", problem)
