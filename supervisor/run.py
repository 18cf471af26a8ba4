"""The supervisor's process: ``python -m supervisor.run``, which ``helena up`` becomes."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import socket
import sys
import termios
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, fields, replace
from pathlib import Path

from shared.clock import SystemClock
from shared.errors import HelenaError
from shared.logs.setup import set_up_logging
from supervisor.children.kernel import adopt_orphans
from supervisor.children.launchers import PRELOADED, open_launcher
from supervisor.console import Console
from supervisor.control import make_control_app, serve_control
from supervisor.core import Supervisor, Wiring
from supervisor.embedded import EmbeddedStack
from supervisor.environment import read_environment
from supervisor.folders import CODE, Folders, home_folder
from supervisor.housekeeping import look_after_disk, reap_strays
from supervisor.inbox import open_inbox
from supervisor.policy import Policy
from supervisor.settings import Settings
from supervisor.stores import open_stores
from supervisor.web.app import make_app, port_error, serve

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to run, from the command line."""

    home: Path
    code: Path
    detached: bool
    sandbox_options: tuple[str, ...]
    policy: Policy
    preload: tuple[str, ...]


def main(argv: Sequence[str] | None = None) -> int:
    """Run until told to stop, and return the exit code."""
    options = _parse(argv)
    # Until the event loop listens to signals, SIGTERM means what Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    console = Console()
    try:
        folders = Folders.of(options.home, read_environment(options.home, os.environ))
        folders.prepare()
        with folders.lock():
            return asyncio.run(_run(options, folders, console))
    except HelenaError as error:
        console.write(f"helena: {error}")
        return 1
    except KeyboardInterrupt:
        console.write("helena: interrupted while starting; everything was stopped")
        return 130


async def _run(options: Options, folders: Folders, console: Console) -> int:
    def load_settings() -> Settings:
        return Settings.load(read_environment(options.home, os.environ))

    settings = load_settings()
    to_files = settings.environ.get("HELENA_LOGS", "files") != "stdout"
    _log_to(folders.logs / "supervisor.log" if to_files else None, settings.environ)
    adopt_orphans()
    console.say(f"Helena starts; its data is in {folders.data}")
    async with AsyncExitStack() as stack:
        fork_log = folders.logs / "forkserver.log" if to_files else None
        launcher = await stack.enter_async_context(open_launcher(log=fork_log, preload=options.preload))
        inbox = await stack.enter_async_context(open_inbox(folders.report_socket))
        embedded = _embedded(settings, folders)
        stores = await stack.enter_async_context(open_stores(settings, embedded))
        if embedded is not None:
            console.say(f"{' and '.join(server.name for server in embedded.servers)}: up")
        wiring = Wiring(
            folders=folders,
            code=options.code,
            load_settings=load_settings,
            launcher=launcher,
            inbox=inbox,
            stores=stores,
            clock=SystemClock(),
            say=console.say,
            policy=options.policy,
            sandbox_options=options.sandbox_options,
            logs_to_files=to_files,
        )
        supervisor = Supervisor(wiring)
        _check_ports(supervisor)
        web = serve(make_app(supervisor.view), host=settings.host, port=settings.port)
        await stack.enter_async_context(web)
        await stack.enter_async_context(serve_control(make_control_app(supervisor), folders.control_socket))
        await _supervise(supervisor, wiring, console, detached=options.detached)
    console.say("Helena has stopped")
    return 0


async def _supervise(supervisor: Supervisor, wiring: Wiring, console: Console, *, detached: bool) -> None:
    """Run the supervisor and what accompanies it."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _on_stop, supervisor, console)
    loop.add_signal_handler(signal.SIGHUP, _on_hangup, supervisor, os.isatty(1))

    def own_processes() -> set[int]:
        return {*wiring.launcher.own_processes(), *wiring.stores.own_processes()}

    async with asyncio.TaskGroup() as group:
        company = [
            group.create_task(work)
            for work in (
                wiring.stores.watch_postgres(),
                wiring.stores.watch_redis(),
                wiring.stores.keep_embedded(console.say),
                reap_strays(own_processes),
                look_after_disk(wiring.folders, lambda text: supervisor.note("disk", text)),
                _announce(supervisor, console, detached=detached),
            )
        ]
        try:
            await supervisor.run()
        finally:
            for task in company:
                task.cancel()


def _on_stop(supervisor: Supervisor, console: Console) -> None:
    again = supervisor.view().stopping
    console.say("stopping at once" if again else "stopping; press Ctrl-C again to stop at once")
    supervisor.stop()


def _on_hangup(supervisor: Supervisor, had_terminal: bool) -> None:
    """Reload, unless this is the terminal telling that its window was closed."""
    if had_terminal:
        try:
            termios.tcgetattr(1)
        except termios.error:
            supervisor.stop()
            return
    supervisor.reload()


async def _announce(supervisor: Supervisor, console: Console, *, detached: bool) -> None:
    await supervisor.announced.wait()
    console.summary(supervisor.view(), supervisor.plan, supervisor.settings, detached=detached)
    if detached:
        # Whoever started us reads until here; from now on the log has it all.
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        os.close(nothing)


def _embedded(settings: Settings, folders: Folders) -> EmbeddedStack | None:
    urls = {"postgres": settings.database_url, "valkey": settings.redis_url}
    missing = [service for service, url in urls.items() if not url]
    return EmbeddedStack(folders.servers, logs=folders.logs, only=missing) if missing else None


def _check_ports(supervisor: Supervisor) -> None:
    """Say which port is taken before anything starts, rather than let a child fail on it again and again."""
    settings = supervisor.settings
    ports = {
        "sandbox": (settings.sandbox_port, "HELENA_SANDBOX_PORT"),
        "dashboard": (settings.dashboard_port, "HELENA_DASHBOARD_PORT"),
        "parser": (settings.parser_port, "HELENA_PARSER_PORT"),
    }
    for service in supervisor.plan.all:
        if service.name in ports:
            port, variable = ports[service.name]
            with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((settings.host, port))
                except OSError as error:
                    raise port_error(error, settings.host, port, variable) from error


def _log_to(path: Path | None, environ: Mapping[str, str]) -> None:
    level, form = environ.get("HELENA_LOG_LEVEL", "INFO").upper(), environ.get("HELENA_LOG_FORMAT", "auto")
    level = level if level in {"DEBUG", "INFO", "WARNING", "ERROR"} else "INFO"
    if form == "json" or path is None:
        set_up_logging(level=level, form="json" if form == "json" else "auto", program="supervisor")
    else:
        set_up_logging(level=level, form="text", program="supervisor")
    for handler in logging.getLogger().handlers:
        if path is not None and isinstance(handler, logging.StreamHandler):
            handler.setStream(path.open("a", encoding="utf-8"))


def _parse(argv: Sequence[str] | None) -> Options:
    parser = argparse.ArgumentParser(prog="helena up")
    parser.add_argument("--home", type=Path, default=home_folder(), help="the folder with .env and data")
    parser.add_argument("--code", type=Path, default=CODE, help="the folder with the programs")
    parser.add_argument("--detached", action="store_true")
    parser.add_argument("--sandbox-option", action="append", default=[], metavar="OPTION")
    parser.add_argument("--preload", default=",".join(PRELOADED), metavar="MODULES", help="for all children")
    parser.add_argument("--policy", action="append", default=[], metavar="NAME=NUMBER", type=_policy_number)
    found = parser.parse_args(argv)
    return Options(
        home=found.home.absolute(),
        code=found.code.absolute(),
        detached=found.detached,
        sandbox_options=tuple(found.sandbox_option),
        policy=replace(Policy(), **dict(found.policy)),
        preload=tuple(found.preload.split(",")),
    )


def _policy_number(text: str) -> tuple[str, float]:
    """Return a number of the restart policy, as ``silence_deadline=5``."""
    name, _, value = text.partition("=")
    if name not in {field.name for field in fields(Policy)}:
        raise argparse.ArgumentTypeError(f"there is no {name!r} in the policy")
    return name, float(value)


if __name__ == "__main__":
    sys.exit(main())
