"""What code does not say of itself: ``texts.toml``."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

_FILE = Path(__file__).with_name("texts.toml")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Variable(_Part):
    """What a setting means, and its form and default where no settings class says them."""

    means: str
    form: str = ""
    default: str = ""


class Group(_Part):
    """Settings that belong together. ``is_internal``: programs tell them each other, people do not set them."""

    title: str
    about: str = ""
    is_internal: bool = False
    variables: dict[str, Variable]


class Texts(_Part):
    """All of the file."""

    settings: list[Group]
    community: dict[str, str]
    error_groups: dict[str, str]
    errors: dict[str, str]
    supervisor: dict[str, str]
    intents: dict[str, str]


@lru_cache(maxsize=1)
def load_texts() -> Texts:
    """Return the texts."""
    return Texts.model_validate(tomllib.loads(_FILE.read_text(encoding="utf-8")))
