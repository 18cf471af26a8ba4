"""What the settings and the community file leave to the secret store: the token, and passwords by name."""

from __future__ import annotations

from typing import TypeVar

from pydantic import SecretStr

from parser_service.hosting.settings import NitradoSettings
from shared.config.community import Community, Rcon, ServerEntry
from shared.db import Database
from shared.errors import ConfigError
from shared.ids import GuildId
from shared.store.sealing import load_keyring
from shared.store.tokens import SecretKind, SecretName, SecretStore

# "secret:island" in place of a password: the one that is stored under this name.
_PREFIX = "secret:"

SettingsT = TypeVar("SettingsT", bound=NitradoSettings)


def reference_to(name: str) -> str:
    """Return what stands in the community file in place of a stored password."""
    return _PREFIX + name


async def with_stored_secrets(
    settings: SettingsT, community: Community, db: Database
) -> tuple[SettingsT, Community]:
    """Return settings and community with what they leave to the store; what is set stays as it is.

    The key that opens the store is made in the data folder when there is none yet.

    Raises
    ------
    ConfigError
        When something that is named is not stored, or cannot be opened.
    """
    store = SecretStore(db, load_keyring(settings.secret_key, settings.secrets_folder))
    if settings.nitrado_token is None:
        token = await find_token(store, community.guild.id)
        settings = settings.model_copy(update={"nitrado_token": token})
    return settings, await with_stored_passwords(store, community)


async def find_token(store: SecretStore, guild_id: GuildId) -> SecretStr | None:
    """Return the community's Nitrado token: the first by name."""
    names = await store.names(guild_id, SecretKind.NITRADO_TOKEN)
    return await store.find(names[0]) if names else None


async def with_stored_passwords(store: SecretStore, community: Community) -> Community:
    """Return the community with the passwords that its file only names.

    Raises
    ------
    ConfigError
        When one of them is not stored, or cannot be opened.
    """
    guild_id = community.guild.id
    servers = [await _with_password(store, guild_id, server) for server in community.servers]
    return community.model_copy(update={"servers": tuple(servers)})


async def _with_password(store: SecretStore, guild_id: GuildId, server: ServerEntry) -> ServerEntry:
    rcon = server.rcon
    text = "" if rcon is None else rcon.password.get_secret_value()
    if rcon is None or not text.startswith(_PREFIX):
        return server
    name = SecretName(guild_id=guild_id, kind=SecretKind.RCON_PASSWORD, name=text.removeprefix(_PREFIX))
    password = await store.find(name)
    if password is None:
        message = f"rcon.password of '{server.key}' names a stored password that there is not: run `helena nitrado discover --add`, or write the password itself."
        raise ConfigError(message)
    filled = Rcon(host=rcon.host, port=rcon.port, password=password)
    return server.model_copy(update={"rcon": filled})
