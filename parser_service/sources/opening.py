"""From what the community file says to the place of the saves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import SecretStr

from parser_service.sources.ftp import FtpRemote
from parser_service.sources.local import LocalSource
from parser_service.sources.nitrado import NitradoRemote
from parser_service.sources.remote import RemoteSource
from parser_service.sources.sftp import SftpRemote
from parser_service.sources.shape import SaveSource
from shared.clock import Clock
from shared.config.community import ServerEntry
from shared.config.save_places import SaveAddress, Scheme
from shared.errors import ConfigError
from shared.nitrado.client import open_nitrado
from shared.nitrado.models import NitradoServiceId


@asynccontextmanager
async def open_source(
    entry: ServerEntry,
    *,
    folder: Path,
    clock: Clock,
    nitrado_token: SecretStr | None,
    nitrado_api: str,
) -> AsyncIterator[SaveSource]:
    """Open the place of a server's saves; ``folder`` is one here that may be kept for it.

    Raises
    ------
    ConfigError
        When the server has no such place, or what it needs is not set.
    """
    place = entry.save_path
    match place:
        case None:
            raise ConfigError(f"{entry.key} has no save_path in the community file.")
        case Path():
            yield LocalSource(place, map_name=entry.map)
        case SaveAddress(scheme=Scheme.NITRADO):
            if nitrado_token is None or entry.nitrado_service is None:
                message = f"{entry.key}: nitrado: as save_path needs nitrado_service in the community file, and HELENA_NITRADO_TOKEN."
                raise ConfigError(message)
            service = NitradoServiceId(entry.nitrado_service)
            async with open_nitrado(nitrado_token, clock=clock, base_url=nitrado_api) as client:
                remote = NitradoRemote(place, client, service, clock)
                yield RemoteSource(remote, map_name=entry.map, small=folder / "small")
        case SaveAddress(scheme=Scheme.SFTP):
            sftp = SftpRemote(place, entry.save_login)
            yield RemoteSource(sftp, map_name=entry.map, small=folder / "small")
        case SaveAddress():
            ftp = FtpRemote(place, entry.save_login)
            yield RemoteSource(ftp, map_name=entry.map, small=folder / "small")
