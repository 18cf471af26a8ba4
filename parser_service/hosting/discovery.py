"""From a token to game servers: what it may manage, which of that is ARK, and what works of each."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial

from parser_service.hosting.checking import CheckedServer, check_server
from parser_service.hosting.found import FoundServer, game_of, read_server, with_other_key
from shared.nitrado.client import NitradoClient
from shared.nitrado.errors import NitradoError, NitradoTokenError
from shared.nitrado.models import NitradoServiceId, Service, ServiceStatus
from shared.nitrado.retrying import read_again

# A hundred servers are some four hundred calls; so many at once are done in a minute and pass no burst limit.
_AT_ONCE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A service that becomes no game server, and why."""

    service_id: NitradoServiceId
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What a token gave."""

    servers: tuple[CheckedServer, ...]
    skipped: tuple[Skipped, ...]


async def discover(
    client: NitradoClient,
    *,
    known: Mapping[NitradoServiceId, str],
    taken: Collection[str],
    chance: random.Random,
) -> Discovery:
    """Return what a token's services are; ``known`` are those that the community file has, with their keys.

    Raises
    ------
    NitradoError
        When the token gives nothing at all: it is refused, or Nitrado cannot be asked.
    """
    services = await read_again(client.list_services, chance=chance)
    turns = asyncio.Semaphore(_AT_ONCE)
    async with asyncio.TaskGroup() as group:
        reading = [group.create_task(_read(client, service, known, turns, chance)) for service in services]
    read = [task.result() for task in reading]
    found = _with_own_keys([each for each in read if isinstance(each, FoundServer)], taken)

    async def check(server: FoundServer) -> CheckedServer:
        async with turns:
            return await check_server(client, server, chance=chance)

    async with asyncio.TaskGroup() as group:
        checking = [group.create_task(check(server)) for server in found]
    return Discovery(
        servers=tuple(task.result() for task in checking),
        skipped=tuple(each for each in read if isinstance(each, Skipped)),
    )


async def _read(
    client: NitradoClient,
    service: Service,
    known: Mapping[NitradoServiceId, str],
    turns: asyncio.Semaphore,
    chance: random.Random,
) -> FoundServer | Skipped:
    reason = _why_not(service, known)
    game = game_of(service.details.folder_short)
    if reason is not None or game is None:
        return _skipped(service, reason or f"{service.details.game or service.type} is not ARK")
    try:
        async with turns:
            details = await read_again(partial(client.get_gameserver, service.id), chance=chance)
    except NitradoTokenError:
        return _skipped(service, "the token may not manage it: ask its owner for the permissions")
    except NitradoError as error:
        return _skipped(service, str(error))
    return read_server(service, details, game, taken=())


def _why_not(service: Service, known: Mapping[NitradoServiceId, str]) -> str | None:
    if service.id in known:
        return f"it is in the community file already, as '{known[service.id]}'"
    if service.status is not ServiceStatus.ACTIVE:
        return f"it is not active ({service.status}): look into Nitrado's web interface"
    return None


def _skipped(service: Service, reason: str) -> Skipped:
    return Skipped(service_id=service.id, name=service.details.name or service.type, reason=reason)


def _with_own_keys(servers: list[FoundServer], taken: Collection[str]) -> list[FoundServer]:
    """Give each server a key of its own."""
    used, result = set(taken), []
    for server in sorted(servers, key=lambda each: each.service_id):
        own = with_other_key(server, used)
        used.add(own.key)
        result.append(own)
    return result
