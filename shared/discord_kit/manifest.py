"""What may be known of a bot without importing it: its ``bot.toml``."""

from __future__ import annotations

import tomllib
from pathlib import Path

import discord
from pydantic import BaseModel, ConfigDict, ValidationError

from shared.errors import ConfigError

_BOTS = Path(__file__).resolve().parents[2] / "bots"


class Manifest(BaseModel):
    """The content of a ``bot.toml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    summary: str
    intents: tuple[str, ...] = ("guilds",)


def load_manifest(name: str, folder: Path = _BOTS) -> Manifest:
    """Read a bot's manifest.

    Raises
    ------
    ConfigError
        When there is no such bot, or its manifest cannot be used.
    """
    path = folder / name / "bot.toml"
    try:
        return Manifest.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        known = ", ".join(sorted(p.parent.name for p in folder.glob("*/bot.toml")))
        message = f"There is no bot {name!r}. Known are: {known}."
        raise ConfigError(message) from error
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        message = f"The manifest of bot {name!r} (bot.toml) cannot be used: {error}"
        raise ConfigError(message) from error


def intents_of(manifests: list[Manifest]) -> discord.Intents:
    """Return the intents that these bots need together.

    Raises
    ------
    ConfigError
        When a manifest names an intent that Discord does not have.
    """
    intents = discord.Intents.none()
    for manifest in manifests:
        for name in manifest.intents:
            if name not in discord.Intents.VALID_FLAGS:
                message = (
                    f"The manifest of {manifest.title!r} names the intent {name!r}, which does not exist."
                )
                raise ConfigError(message)
            setattr(intents, name, True)
    return intents
