"""The parser service's own settings."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from pydantic import Field, SecretStr

from parser_service.hosting.settings import NitradoSettings
from shared.config.settings import Settings
from shared.errors import ConfigError


class WorkerSettings(Settings):
    """What decoding needs to know, in the parser service or in a worker on another machine."""

    # a world of 250,000 objects decodes in a second or two; what takes longer than this is not a world
    parser_decode_timeout: timedelta = Field(default=timedelta(minutes=5), gt=timedelta(0))
    parser_decode_memory_bytes: int = Field(default=4 << 30, ge=256 << 20)
    # how many saves are decoded at once; none: as many as there are processors, but for one
    parser_decodes: int | None = Field(default=None, ge=0)

    @property
    def decodes_at_once(self) -> int:
        """Return how many saves are decoded at once in this process; 0 leaves it to other workers."""
        return max(1, (os.cpu_count() or 1) - 1) if self.parser_decodes is None else self.parser_decodes


class ParserSettings(WorkerSettings, NitradoSettings):
    """What the parser service needs to know."""

    parser_host: str = "127.0.0.1"
    parser_port: int = Field(default=8083, ge=0, le=65535)
    parser_token: SecretStr = Field(min_length=16)
    # how often a log file is looked at, RCON is asked for lines and for who is on, and a save is looked at
    parser_log_interval: timedelta = Field(default=timedelta(milliseconds=20), gt=timedelta(0))
    parser_rcon_log_interval: timedelta = Field(default=timedelta(seconds=1), gt=timedelta(0))
    parser_players_interval: timedelta = Field(default=timedelta(seconds=15), gt=timedelta(0))
    parser_save_interval: timedelta = Field(default=timedelta(seconds=1), gt=timedelta(0))
    # copies of saves, and the columns of each; workers on other machines need the same folder at the same path
    parser_saves: Path | None = None
    # columns of saves are kept: all of this time, of each day the last one for that time, and no more bytes a server
    parser_save_history_all: timedelta = Field(default=timedelta(hours=48), ge=timedelta(0))
    parser_save_history_daily: timedelta = Field(default=timedelta(days=30), ge=timedelta(0))
    parser_save_history_bytes: int = Field(default=2 << 30, ge=0)

    def saves_folder(self, server_key: str) -> Path:
        """Return where the saves of a server are kept."""
        return (self.parser_saves or self.data / "saves") / server_key

    def community_path(self) -> Path:
        """Return where the community file is.

        Raises
        ------
        ConfigError
            When no file is named.
        """
        if self.community_file is None:
            raise ConfigError("HELENA_COMMUNITY_FILE is not set. Name the file that lists the game servers.")
        return self.community_file
