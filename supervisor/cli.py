"""The command line ``helena``.

It stays light, so that ``helena status`` answers at once: whatever loads much is a process of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from shared.errors import HelenaError
from supervisor.control_client import NotRunningError, ask
from supervisor.environment import read_environment
from supervisor.folders import Folders, home_folder
from supervisor.logview import follow, log_names, tail
from supervisor.nitrado_cli import nitrado_app
from supervisor.statusview import status_lines

# Children have 20 seconds to drain, and the databases some more.
DOWN_SECONDS = 60.0

app = typer.Typer(
    help="Runs an ARK community from Discord: six bots, a parser, and what keeps them running.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def main() -> None:
    """Run the command line; failures that have a message are told in one line."""
    try:
        app()
    except HelenaError as error:
        typer.echo(f"helena: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(0)  # `helena logs | head`


app.add_typer(nitrado_app, name="nitrado")


@app.command()
def up(
    save: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A world for the sandbox.")
    ] = None,
    speed: Annotated[
        float | None,
        typer.Option(min=0, max=1000, help="How fast the sandbox's world lives; 0: nothing happens."),
    ] = None,
    detach: Annotated[bool, typer.Option("--detach", "-d", help="Return when everything runs.")] = False,
) -> None:
    """Start everything. Without tokens in .env, the outside world is the sandbox."""
    options = ["--save", str(save.absolute())] if save else []
    options += ["--speed", str(speed)] if speed is not None else []
    args = ["-m", "supervisor.run", *(f"--sandbox-option={option}" for option in options)]
    if not detach:
        _become(args)
    sys.exit(_start_detached([*args, "--detached"]))


@app.command()
def down() -> None:
    """Stop what `helena up --detach` started."""
    folders = _folders()
    ask(folders.control_socket, "POST", "/stop")
    typer.echo("stopping …")
    deadline = time.monotonic() + DOWN_SECONDS
    while time.monotonic() < deadline:
        try:
            with folders.lock():
                typer.echo("Helena has stopped")
                return
        except HelenaError:
            time.sleep(0.1)
    typer.echo("Helena is still stopping; see `helena status`", err=True)
    sys.exit(1)


@app.command()
def status() -> None:
    """Show what runs and what is wrong. Exits with 0 when all is well, 1 when not, 3 when nothing runs."""
    try:
        _, view = ask(_folders().control_socket, "GET", "/status")
    except NotRunningError as error:
        typer.echo(str(error))
        sys.exit(3)
    for line in status_lines(view):
        typer.echo(line)
    sys.exit(0 if view["health"] == "OK" else 1)


@app.command()
def restart(service: Annotated[str, typer.Argument(help="As `helena status` names it.")]) -> None:
    """Restart one service, properly, and forget its earlier failures."""
    code, _ = ask(_folders().control_socket, "POST", f"/restart/{service}")
    if code == 404:
        typer.echo(f"There is no service named {service}. `helena status` names them.", err=True)
        sys.exit(1)
    typer.echo(f"{service} restarts")


@app.command()
def reload() -> None:
    """Read .env and the bots' folders again, and replace the services one by one."""
    ask(_folders().control_socket, "POST", "/reload")
    typer.echo("reloading; watch it with `helena status`")


@app.command()
def logs(
    service: Annotated[str | None, typer.Argument(help="One service; without it, which there are.")] = None,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, max=100_000)] = 50,
    follow_it: Annotated[bool, typer.Option("--follow", "-f", help="Go on as lines arrive.")] = False,
) -> None:
    """Show a service's log."""
    folder = _folders().logs
    names = log_names(folder)
    if service is None:
        typer.echo("\n".join(names) if names else f"There are no logs in {folder} yet.")
        return
    if service not in names:
        typer.echo(f"There is no log of {service}. There are: {', '.join(names) or 'none'}.", err=True)
        sys.exit(1)
    path = folder / f"{service}.log"
    shown, position = tail(path, lines)
    for line in shown:
        typer.echo(line)
    if follow_it:
        try:
            for text in follow(path, position):
                typer.echo(text, nl=False)
        except KeyboardInterrupt:
            sys.exit(0)


@app.command()
def doctor() -> None:
    """Check the installation and the settings, and say how to put right what is wrong."""
    _become(["-m", "supervisor.doctor"])


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def sandbox(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")],
    seed_file: Annotated[Path, typer.Option(help="Where to write what a client needs to know.")],
    data: Annotated[Path | None, typer.Option(help="Where its world is kept.")] = None,
) -> None:
    """Run the sandbox alone: stand-ins for Discord, ARK servers and Nitrado."""
    args = ["--port", str(port), "--seed-file", str(seed_file.absolute())]
    args += ["--data", str(data.absolute())] if data else []
    _become(["-m", "sandbox", *args, *context.args])


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True}, add_help_option=False
)
def save(context: typer.Context) -> None:
    """Look into save files: what is in them, their bases, what changed; exports. See `helena save --help`."""
    # what there is to say about saves is the parser service's to declare
    _become(["-m", "parser_service.cli", *context.args])


def _folders() -> Folders:
    home = home_folder()
    return Folders.of(home, read_environment(home, os.environ))


def _become(args: list[str]) -> NoReturn:
    """Become another program, so that signals and exit code are its own."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *args])  # noqa: S606 - arguments, no shell


def _start_detached(args: list[str]) -> int:
    """Start the supervisor in a session of its own, and show what it says until everything runs."""
    with subprocess.Popen(
        [sys.executable, *args],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            typer.echo(line, nl=False)
        # It closes its output when it has started; it also does when it ends.
        try:
            return process.wait(0.5)
        except subprocess.TimeoutExpired:
            process.returncode = 0  # it runs on without us
            return 0
