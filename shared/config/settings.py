"""Settings every program has; the only place that reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from shared.errors import ConfigError


class Settings(BaseSettings):
    """What every program needs to know."""

    model_config = SettingsConfigDict(
        env_prefix="HELENA_", frozen=True, extra="ignore", populate_by_name=True
    )

    database_url: SecretStr = Field(validation_alias="DATABASE_URL")
    redis_url: SecretStr = Field(validation_alias="REDIS_URL")
    data: Path = Path("data")
    community_file: Path | None = None
    log_format: Literal["auto", "text", "json"] = "auto"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    report_socket: Path | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take values from one place alone, which ``load`` fills."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read the settings from the environment.

        A variable may also be named ``X_FILE`` and hold the path of a file with the value, as container
        platforms hand out secrets.

        Raises
        ------
        ConfigError
            In one line: which variable is missing or wrong, and what it should be.
        """
        values = with_secret_files(os.environ if environ is None else environ)
        named: dict[str, str] = {}
        for field, info in cls.model_fields.items():
            name = variable_name(field, info.validation_alias)
            if values.get(name, "") != "":
                named[str(info.validation_alias or field)] = values[name]
        try:
            return cls.model_validate(named)
        except ValidationError as error:
            raise ConfigError(_explain(cls, error)) from None


def find_report_socket(environ: Mapping[str, str] | None = None) -> Path | None:
    """Return where the supervisor listens, also when the other settings cannot be read."""
    path = (os.environ if environ is None else environ).get("HELENA_REPORT_SOCKET", "")
    return Path(path) if path else None


def variable_name(field: str, alias: object) -> str:
    """Return the environment variable that a field is read from."""
    return str(alias) if alias is not None else f"HELENA_{field.upper()}"


def with_secret_files(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with the content of every ``X_FILE`` under the name ``X``."""
    values = dict(environ)
    for name, path in environ.items():
        target = name.removesuffix("_FILE")
        wanted = target.startswith("HELENA_") or target in {"DATABASE_URL", "REDIS_URL"}
        if target == name or not wanted or target in environ or name == "HELENA_COMMUNITY_FILE":
            continue
        try:
            values[target] = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            message = f"{name} points to {path}, which cannot be read ({error.strerror}). Correct the path."
            raise ConfigError(message) from error
    return values


def _explain(cls: type[BaseSettings], error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    field = str(first["loc"][0])
    info = cls.model_fields.get(field)
    name = variable_name(field, info.validation_alias) if info else field
    if first["type"] == "missing":
        return f"{name} is not set. Set it in .env or in the environment; .env.example explains it."
    return f"{name} cannot be used: {first['msg']}. .env.example explains it."
