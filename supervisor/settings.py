"""What the supervisor needs to know, read from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from shared.config.settings import with_secret_files
from shared.errors import ConfigError

PROGRAMS = ("parser", "dashboard", "bots")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the supervisor needs to know.

    ``environ`` is everything, secrets included: it is passed on to children and never shown.
    """

    environ: Mapping[str, str]
    host: str
    port: int
    sandbox_port: int
    dashboard_port: int
    parser_port: int
    database_url: str
    redis_url: str
    run: frozenset[str]

    @classmethod
    def load(cls, environ: Mapping[str, str]) -> Self:
        """Read the settings.

        Raises
        ------
        ConfigError
            In one line: which variable is wrong, and what it should be.
        """
        values = with_secret_files(environ)
        port = _port(values, "HELENA_PORT", 8080)
        return cls(
            environ=values,
            host=values.get("HELENA_HOST") or "127.0.0.1",
            port=port,
            sandbox_port=_port(values, "HELENA_SANDBOX_PORT", port + 1),
            dashboard_port=_port(values, "HELENA_DASHBOARD_PORT", port + 2),
            parser_port=_port(values, "HELENA_PARSER_PORT", port + 3),
            database_url=values.get("DATABASE_URL", ""),
            redis_url=values.get("REDIS_URL", ""),
            run=_run(values.get("HELENA_RUN", "")),
        )

    @property
    def shown_host(self) -> str:
        """Return the host to write in addresses for people on this machine."""
        return "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - shown, not listened on

    def token_of(self, bot: str) -> str:
        """Return the Discord token that a bot uses: its own, or the common one."""
        return self.environ.get(f"HELENA_{bot.upper()}_TOKEN") or self.environ.get("HELENA_DISCORD_TOKEN", "")


def _port(values: Mapping[str, str], name: str, default: int) -> int:
    text = values.get(name, "")
    if not text and default <= 65535:
        return default
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise ConfigError(f"{name} is {text!r}. It must be a number from 1 to 65535.")
    return int(text)


def _run(text: str) -> frozenset[str]:
    wanted = frozenset(part.strip() for part in text.split(",") if part.strip())
    unknown = wanted - set(PROGRAMS)
    if unknown:
        raise ConfigError(
            f"HELENA_RUN names {', '.join(sorted(unknown))}. It may name {', '.join(PROGRAMS)}."
        )
    return wanted or frozenset(PROGRAMS)
