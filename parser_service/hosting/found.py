"""What Nitrado tells of a rented ARK server, as the community file wants it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Literal

from pydantic import SecretStr

from shared.nitrado.models import GameServer, NitradoServiceId, ServerStatus, Service

# Nitrado's short names of ARK's editions (Beacon, ShortcodeToGameId); "osg" are those with crossplay.
_ASE = re.compile(r"ark(se|xb|ps|switch|mobile)(osg)?")
_ASA = "arksa"
# Below the folder that Nitrado calls the game's.
_LOG = "ShooterGame/Saved/Logs/ShooterGame.log"
_SAVES = "ShooterGame/Saved/SavedArks"
# The community file's own limits.
_LONGEST_NAME = 60
_LONGEST_KEY = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundServer:
    """A game server, with all that Nitrado knows of how to reach it."""

    service_id: NitradoServiceId
    key: str
    name: str
    game: Literal["ase", "asa"]
    edition: str
    map_name: str | None
    status: ServerStatus
    rcon_host: str | None
    rcon_port: int | None
    rcon_password: SecretStr | None = field(repr=False)
    log_path: PurePosixPath | None
    saves_path: PurePosixPath | None


def game_of(short_name: str | None) -> Literal["ase", "asa"] | None:
    """Return which ARK a short name of Nitrado's means; ``None`` for other games.

    Examples
    --------
    >>> game_of("arksa"), game_of("arkxbosg"), game_of("minecraft"), game_of("arksotf")
    ('asa', 'ase', None, None)
    """
    if short_name == _ASA:
        return "asa"
    return "ase" if _ASE.fullmatch(short_name or "") else None


def read_server(
    service: Service, server: GameServer, game: Literal["ase", "asa"], *, taken: Collection[str]
) -> FoundServer:
    """Return a game server as the community file wants it; ``taken`` are the keys that others have."""
    config = server.settings.get("config", {})
    map_name = _map_of(config.get("map")) or (server.query.map if server.query else None) or None
    said = (server.query and server.query.server_name) or config.get("server-name") or service.details.name
    path = None if server.game_specific.path is None else PurePosixPath(server.game_specific.path)
    return FoundServer(
        service_id=service.id,
        key=_key(map_name, service.id, taken),
        name=_plain(said or "") or f"Service {service.id}",
        game=game,
        edition=server.game,
        map_name=map_name,
        status=server.status,
        rcon_host=server.ip or None,
        rcon_port=server.rcon_port or None,
        rcon_password=server.rcon_password,
        log_path=None if path is None else _log_of(path, server.game_specific.log_files),
        saves_path=None if path is None else path / _SAVES,
    )


def with_other_key(found: FoundServer, taken: Collection[str]) -> FoundServer:
    """Return the server with a key that nobody has."""
    return replace(found, key=_key(found.map_name, found.service_id, taken))


def _map_of(setting: str | None) -> str | None:
    """Return a map's name from a setting such as ``preinstalled,1,TheIsland`` (body in mjlomeli/Nitrado-SDK)."""
    name = (setting or "").rpartition(",")[2].strip()
    return name if re.fullmatch(r"\w{1,60}", name, re.ASCII) else None


def _log_of(path: PurePosixPath, log_files: tuple[str, ...]) -> PurePosixPath:
    """Return the log's whole path: log files are told relative to the parent of the game's folder."""
    for name in log_files:
        if PurePosixPath(name).name == PurePosixPath(_LOG).name:
            return path.parent / name
    return path / _LOG


def _key(map_name: str | None, service_id: NitradoServiceId, taken: Collection[str]) -> str:
    """Return a short name: the map's, with the service's number behind it where somebody has that."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", (map_name or "server").removesuffix("_WP"))
    plain = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "server"
    number = f"-{service_id}"
    key = plain[:_LONGEST_KEY].strip("-")
    return (
        f"{plain[: _LONGEST_KEY - len(number)].strip('-')}{number}" if key in taken or not map_name else key
    )


def _plain(name: str) -> str:
    """Return a name as one line of what can be seen: it is the owner's, and goes into a file and a terminal."""
    seen = "".join(each if unicodedata.category(each)[0] != "C" else " " for each in name)
    return " ".join(seen.split())[:_LONGEST_NAME].strip()
