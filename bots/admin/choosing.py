"""What people choose in an option, as values."""

from __future__ import annotations

from shared.discord_kit.choices import ALL


def key_of(server: str | None) -> str | None:
    """Return the key of the server that was chosen, or ``None`` for all."""
    return None if server is None or server.strip().casefold() in {"", ALL} else server.strip()
