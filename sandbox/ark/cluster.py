"""The sandbox's cluster: The Island on ASA and Ragnarok on ASE, with ports and passwords that last."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from sandbox.ark.server import ArkServer, running
from sandbox.ark.spec import Quirks, ServerSpec
from sandbox.ark.world import Game
from shared.clock import Clock
from shared.errors import OperationalError

# From ARK's own RCON port up to where the system takes ports for outgoing connections.
PORTS = range(27020, 32_000)
SQLITE_MAGIC = b"SQLite format 3\0"
CLUSTER = (
    ServerSpec(key="island", name="The Island", game=Game.ASA, map_name="TheIsland_WP", seed=20_260_504),
    ServerSpec(key="ragnarok", name="Ragnarok", game=Game.ASE, map_name="Ragnarok", seed=20_260_505),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How a server is reached, kept from run to run."""

    rcon_port: int
    rcon_password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerDescription:
    """What a community file says about a server."""

    key: str
    name: str
    game: Game
    map: str
    rcon_host: str
    rcon_port: int
    rcon_password: str = field(repr=False)
    log_path: Path
    save_path: Path


@dataclass(frozen=True, slots=True)
class Cluster:
    """The running servers, by key."""

    servers: dict[str, ArkServer]

    def describe(self) -> list[ServerDescription]:
        """Return what somebody who wants to reach the servers must know."""
        return [_describe(server) for server in self.servers.values()]


ACCESS = TypeAdapter(dict[str, Access])


@asynccontextmanager
async def open_cluster(
    *,
    data: Path,
    clock: Clock,
    speed: float = 1.0,
    real_save: Path | None = None,
    is_lively: bool = True,
    boot: timedelta = timedelta(seconds=1),
    quirks: Quirks | None = None,
) -> AsyncIterator[Cluster]:
    """Start both servers and wait until they are up.

    A ``real_save`` is published by the server of its game in place of the world that lives there.
    """
    keys = [spec.key for spec in CLUSTER]
    access = _access(data / "cluster.json", keys)
    servers = {}
    for plain in CLUSTER:
        spec = replace(
            plain,
            rcon_port=access[plain.key].rcon_port,
            rcon_password=access[plain.key].rcon_password,
            speed=speed,
            is_lively=is_lively,
            boot=boot,
            quirks=quirks,
            real_save=real_save if real_save is not None and _game_of(real_save) is plain.game else None,
        )
        servers[spec.key] = ArkServer(spec, data, clock)
    async with running(list(servers.values())):
        yield Cluster(servers)


def _describe(server: ArkServer) -> ServerDescription:
    spec = server.spec
    return ServerDescription(
        key=spec.key,
        name=spec.name,
        game=spec.game,
        map=spec.map_name,
        rcon_host="127.0.0.1",
        rcon_port=server.port,
        rcon_password=spec.rcon_password,
        log_path=server.log_path,
        save_path=server.save_path,
    )


def _game_of(save: Path) -> Game:
    """Return which game wrote a save: ASA's are SQLite files."""
    try:
        with save.open("rb") as file:
            return Game.ASA if file.read(len(SQLITE_MAGIC)) == SQLITE_MAGIC else Game.ASE
    except OSError as error:
        message = f"The save {save} cannot be read ({error.strerror})."
        raise OperationalError(message) from error


def _access(path: Path, keys: Sequence[str]) -> dict[str, Access]:
    """Return ports and passwords as they were last time; a port that is taken is replaced."""
    known = _load_access(path)
    taken = {old.rcon_port for old in known.values()}
    access = {}
    for key in keys:
        old = known.get(key)
        port = old.rcon_port if old is not None and _is_free(old.rcon_port) else _free_port(taken)
        taken.add(port)
        password = secrets.token_hex(16) if old is None else old.rcon_password
        access[key] = Access(rcon_port=port, rcon_password=password)
    if access != known:
        _store_access(path, access)
    return access


def _load_access(path: Path) -> dict[str, Access]:
    try:
        return ACCESS.validate_json(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValidationError as error:
        message = f"{path} does not hold the cluster's ports. Delete it to have new ones."
        raise OperationalError(message) from error


def _store_access(path: Path, access: dict[str, Access]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    # It holds passwords.
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(ACCESS.dump_json(access, indent=2))
    temporary.replace(path)


def _free_port(taken: set[int]) -> int:
    # Not the first free one: two sandboxes that start at once shall not find the same.
    for _ in range(100):
        port = secrets.choice(PORTS)
        if port not in taken and _is_free(port):
            return port
    message = f"No RCON port from {PORTS.start} to {PORTS.stop - 1} seems free. End what uses them."
    raise OperationalError(message)


def _is_free(port: int) -> bool:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
