"""``python -m parser_service [worker]``: runs until SIGTERM or SIGINT."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import Field, SecretStr

from parser_service.decode_worker import NAME as WORKER_NAME
from parser_service.decode_worker import run_worker
from parser_service.service import NAME, run_service
from parser_service.settings import ParserSettings, WorkerSettings
from parser_service.stopping import Stop
from shared.config.settings import Settings
from shared.db import DatabaseUnavailableError
from shared.errors import ConfigError
from shared.logs import set_up_logging
from shared.runtime.program import run_program
from shared.runtime.reporting import open_reporter

log = logging.getLogger(__name__)

_RETRY_SECONDS = 2.0


class _ReportSettings(Settings):
    """As much of the settings as it takes to say that the others are wrong."""

    database_url: SecretStr = Field(default=SecretStr(""), validation_alias="DATABASE_URL")
    redis_url: SecretStr = Field(default=SecretStr(""), validation_alias="REDIS_URL")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the service (or with ``worker`` a decode worker alone), and return the process's exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    if words == ["worker"]:
        return run_program(WORKER_NAME, WorkerSettings, run_worker)
    if words:
        sys.stderr.write("usage: python -m parser_service [worker]\n")
        return os.EX_USAGE
    try:
        settings = ParserSettings.load()
        set_up_logging(level=settings.log_level, form=settings.log_format, program=NAME)
        return asyncio.run(_run(settings))
    except ConfigError as error:
        return _give_up(error)


async def _run(settings: ParserSettings) -> int:
    stop = Stop()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.request)
    while not stop.is_requested:
        try:
            await run_service(settings, stop)
        except DatabaseUnavailableError as error:
            log.warning("%s [%s]", error, error.code)
            async with open_reporter(NAME, settings.report_socket) as reporter:
                reporter.not_ready(str(error))
                await stop.within(_RETRY_SECONDS)
    return 0


def _give_up(error: ConfigError) -> int:
    """Say what is wrong with the configuration, to the log and to the supervisor."""
    set_up_logging(program=NAME)
    log.error("%s [%s]", error, error.code)
    try:
        socket_path = _ReportSettings.load().report_socket
    except ConfigError:
        return os.EX_CONFIG
    asyncio.run(_tell(socket_path, str(error)))
    return os.EX_CONFIG


async def _tell(socket_path: Path | None, text: str) -> None:
    async with open_reporter(NAME, socket_path) as reporter:
        reporter.problem("configuration", text)


if __name__ == "__main__":
    sys.exit(main())
