"""The environment that everything starts from: the process's own, and ``.env``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values


def read_environment(home: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with what ``.env`` adds; what is set outside of the file wins."""
    path = home / ".env"
    added = dotenv_values(path, encoding="utf-8") if path.is_file() else {}
    return {name: value for name, value in added.items() if value} | dict(environ)
