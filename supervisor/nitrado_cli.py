"""``helena nitrado``: a thin way to ``python -m parser_service.hosting``, with the environment its services have."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from supervisor.environment import read_environment
from supervisor.folders import Folders, home_folder
from supervisor.running_database import find_database_url

nitrado_app = typer.Typer(
    help="Tokens of Nitrado, and the game servers they give.", no_args_is_help=True, rich_markup_mode=None
)
token_app = typer.Typer(
    help="Keep tokens, sealed, in the database.", no_args_is_help=True, rich_markup_mode=None
)
nitrado_app.add_typer(token_app, name="token")

_Name = Annotated[str, typer.Argument(help="What to call it.")]


@nitrado_app.command("discover")
def discover_servers(
    add: Annotated[bool, typer.Option("--add", help="Put them into the community file.")] = False,
) -> None:
    """List the ARK servers of the token, and say what works of each."""
    _become("discover", *(["--add"] if add else []))


@nitrado_app.command("rotate")
def rotate_secrets() -> None:
    """Seal everything that is stored with a new key."""
    _become("rotate")


@nitrado_app.command("new-key")
def make_key() -> None:
    """Print a key for HELENA_SECRET_KEY."""
    _become("new-key")


@token_app.command("add")
def add_token(name: _Name = "main") -> None:
    """Ask for a token, try it, and store it sealed."""
    _become("token", "add", name)


@token_app.command("list")
def list_tokens() -> None:
    """List the names of the stored tokens."""
    _become("token", "list")


@token_app.command("remove")
def remove_token(name: _Name = "main") -> None:
    """Forget a stored token."""
    _become("token", "remove", name)


def program_environment(home: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment as a service has it: paths that do not depend on the folder one is in."""
    values = read_environment(home, environ)
    folders = Folders.of(home, values)
    database_url = values.get("DATABASE_URL") or find_database_url(folders) or ""
    community = home / "community.toml"
    defaults = {"HELENA_COMMUNITY_FILE": str(community)} if community.exists() else {}
    found = {"HELENA_DATA": str(folders.data)} | ({"DATABASE_URL": database_url} if database_url else {})
    return defaults | values | found


def _become(*arguments: str) -> NoReturn:
    """Become the program, so that the terminal, signals and exit code are its own."""
    sys.stdout.flush()
    command = [sys.executable, "-m", "parser_service.hosting", *arguments]
    os.execve(sys.executable, command, program_environment(home_folder(), os.environ))  # noqa: S606 - no shell
