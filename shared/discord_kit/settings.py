"""The settings of a process that runs bots."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from pydantic import SecretStr

from shared.config.settings import Settings, with_secret_files
from shared.errors import ConfigError


class BotSettings(Settings):
    """Where Discord is, beside what every program needs to know."""

    discord_api: str = "https://discord.com/api/v10"
    discord_gateway: str = "wss://gateway.discord.gg/"
    discord_cdn: str = "https://cdn.discordapp.com"
    dashboard_url: str = ""


def token_variable(name: str) -> str:
    """Return the environment variable with a bot's own token."""
    return f"HELENA_{name.upper()}_TOKEN"


def find_token(names: Sequence[str], environ: Mapping[str, str] | None = None) -> SecretStr:
    """Return the one token that all these bots use.

    Raises
    ------
    ConfigError
        When there is none, or they have different ones and so cannot share a process.
    """
    values = with_secret_files(os.environ if environ is None else environ)
    common = values.get("HELENA_DISCORD_TOKEN", "")
    tokens = {values.get(token_variable(name), "") or common for name in names}
    if "" in tokens:
        variables = " and ".join(token_variable(name) for name in names)
        message = f"No Discord token: set {variables}, or HELENA_DISCORD_TOKEN for all. .env.example explains how to get one."
        raise ConfigError(message)
    if len(tokens) > 1:
        message = f"The bots {', '.join(names)} have tokens of their own, so each runs in its own process."
        raise ConfigError(message)
    return SecretStr(tokens.pop())
