"""The bots, as folders with a ``bot.toml``: all that the supervisor knows of them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.errors import ConfigError

# A name becomes an environment variable, a schema and an import, so it is a short identifier.
LONGEST_NAME = 40
# The other services' names, and those of the embedded servers' logs.
RESERVED = {
    "parser",
    "dashboard",
    "sandbox",
    "supervisor",
    "forkserver",
    "postgres",
    "valkey",
    "public",
    "shared",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BotManifest:
    """What may be known of a bot without importing it."""

    name: str
    title: str
    summary: str
    intents: tuple[str, ...]


def find_bots(folder: Path) -> tuple[list[BotManifest], list[str]]:
    """Return the bots, by name, and what is wrong with those that cannot be used.

    One broken manifest stops one bot.
    """
    bots: list[BotManifest] = []
    problems: list[str] = []
    for path in sorted(folder.glob("*/bot.toml")):
        try:
            bots.append(read_manifest(path))
        except ConfigError as error:
            problems.append(str(error))
    return bots, problems


def read_manifest(path: Path) -> BotManifest:
    """Read one manifest.

    Raises
    ------
    ConfigError
        When it is no manifest; the message says what is missing.
    """
    name = path.parent.name
    if not (name.isidentifier() and name.isascii() and name.islower() and len(name) <= LONGEST_NAME):
        raise ConfigError(f"The bot folder {name!r} must be named in small letters, digits and _.")
    if name in RESERVED:
        raise ConfigError(f"A bot cannot be named {name!r}: Helena uses that name itself.")
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"bots/{name}/bot.toml cannot be read: {error}") from error
    return BotManifest(
        name=name,
        title=_text(values, "title", name),
        summary=_text(values, "summary", name),
        intents=_intents(values, name),
    )


def _text(values: dict[str, Any], key: str, bot: str) -> str:
    value = values.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ConfigError(f"bots/{bot}/bot.toml needs a text named {key!r}.")
    return " ".join(value.split())


def _intents(values: dict[str, Any], bot: str) -> tuple[str, ...]:
    value = values.get("intents", [])
    if not isinstance(value, list) or not all(isinstance(intent, str) for intent in value):
        raise ConfigError(f"bots/{bot}/bot.toml: 'intents' must be a list of texts.")
    return tuple(value)
