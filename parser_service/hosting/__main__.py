"""``python -m parser_service.hosting``: tokens of Nitrado, and the game servers they give."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import random
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import Field, SecretStr

from parser_service.hosting.discovery import Discovery, discover
from parser_service.hosting.settings import NitradoSettings
from parser_service.hosting.shown import discovery_lines
from parser_service.hosting.stored import find_token
from parser_service.hosting.writing import add_to_file, put_passwords, toml_block
from shared.clock import SystemClock
from shared.config.community import Community, load_community
from shared.db import Database, open_database
from shared.errors import ConfigError, HelenaError, InvalidInputError
from shared.nitrado.client import NitradoClient, open_nitrado
from shared.nitrado.models import NitradoServiceId
from shared.store.community import sync
from shared.store.sealing import forget_old_keys, load_keyring, new_key, renew_key_file
from shared.store.tokens import SecretKind, SecretName, SecretStore

_SCOPE = "service"
_NO_TOKEN = (
    "There is no Nitrado token. Store one with `helena nitrado token add main`, or set HELENA_NITRADO_TOKEN."  # noqa: S105 # a sentence
)


class _Settings(NitradoSettings):
    """Settings of a command: it may run while Helena does not."""

    database_url: SecretStr = Field(default=SecretStr(""), validation_alias="DATABASE_URL")
    redis_url: SecretStr = Field(default=SecretStr(""), validation_alias="REDIS_URL")


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the arguments say, and return the exit code."""
    arguments = _parser().parse_args(argv)
    try:
        return asyncio.run(_run(arguments))
    except KeyboardInterrupt:
        return 130
    except HelenaError as error:
        sys.stderr.write(f"helena: {error} [{error.code}]\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="helena nitrado", description="Tokens of Nitrado, and its servers.")
    commands = parser.add_subparsers(dest="command", required=True)
    found = commands.add_parser("discover", help="list the ARK servers of the token, and try each")
    found.add_argument("--add", action="store_true", help="put them into the community file")
    token = commands.add_parser("token", help="keep tokens, sealed, in the database")
    token.add_argument("action", choices=("add", "list", "remove"))
    token.add_argument("name", nargs="?", default="main", help="what to call it")
    commands.add_parser("rotate", help="seal everything that is stored with a new key")
    commands.add_parser("new-key", help="print a key for HELENA_SECRET_KEY")
    return parser


async def _run(arguments: argparse.Namespace) -> int:
    if arguments.command == "new-key":
        _say(new_key())
        return 0
    settings = _Settings.load()
    match arguments.command:
        case "discover":
            return await _discover(settings, adds=arguments.add)
        case "rotate":
            return await _rotate(settings)
        case _:
            return await _tokens(settings, arguments.action, arguments.name)


async def _discover(settings: _Settings, *, adds: bool) -> int:
    community = _load(settings.community_file)
    async with _client(settings, await _find_token(settings, community)) as client:
        discovery = await discover(
            client, known=_known(community), taken=_taken(community), chance=random.SystemRandom()
        )
    for line in discovery_lines(discovery):
        _say(line)
    if adds:
        await _add(settings, community, discovery)
    elif discovery.servers:
        _say("\n`helena nitrado discover --add` puts this into the community file:\n")
        for server in discovery.servers:
            _say(toml_block(server))
    return 0 if discovery.servers or discovery.skipped else 1


async def _add(settings: _Settings, community: Community | None, discovery: Discovery) -> None:
    if community is None or settings.community_file is None:
        raise ConfigError(
            "There is no community file to add to. Write one with your Discord server in [guild] first."
        )
    servers = [server for server in discovery.servers if server.found.map_name is not None]
    if len(servers) < len(discovery.servers):
        _say("\nWithout a map no server is added: start it once, and run this again.")
    if not servers:
        return
    async with _store(settings, community) as store:
        # passwords first: a file that names one that is not there would not start
        count = await put_passwords(store, community, servers)
        add_to_file(settings.community_file, servers)
    _say(f"\n{len(servers)} servers were added to {settings.community_file}, {count} passwords stored.")
    _say("Restart the parser to serve them: `helena restart parser`.")


async def _rotate(settings: _Settings) -> int:
    """Seal anew: with the first key of the variable, or else with a new one in the data folder's file."""
    if settings.secret_key is None:
        keyring = renew_key_file(settings.secrets_folder)
    else:
        keyring = load_keyring(settings.secret_key, settings.secrets_folder)
    async with _database(settings) as db:
        count = await SecretStore(db, keyring).rotate()
    if settings.secret_key is None:
        forget_old_keys(settings.secrets_folder)
    _say(f"{count} secrets are sealed with the present key.")
    if settings.secret_key is not None:
        _say("Keys behind the first one in HELENA_SECRET_KEY are not needed any more.")
    return 0


async def _tokens(settings: _Settings, action: str, name: str) -> int:
    community = _load(settings.community_file)
    if community is None:
        raise ConfigError("HELENA_COMMUNITY_FILE is not set. Tokens belong to the Discord server it names.")
    token = SecretName(guild_id=community.guild.id, kind=SecretKind.NITRADO_TOKEN, name=name)
    if action == "add":
        secret = _ask_for_token()
        async with _client(settings, secret) as client:
            info = await client.check_token()
        if info.scopes and _SCOPE not in info.scopes:
            message = f"The token may not manage services. Make one with the scope '{_SCOPE}'."
            raise InvalidInputError(message)
        async with _store(settings, community) as store:
            await store.put(token, secret)
        _say(f"The token of {info.user.username or info.user.id} is stored as {name}.")
        return 0
    async with _store(settings, community) as store:
        if action == "remove":
            is_there = await store.remove(token)
            _say(f"The token {name} is forgotten." if is_there else f"There is no token {name}.")
            return 0 if is_there else 1
        for each in await store.names(community.guild.id, SecretKind.NITRADO_TOKEN):
            _say(each.name)
    return 0


async def _find_token(settings: _Settings, community: Community | None) -> SecretStr:
    """Return the token of the variable, or else the stored one."""
    if settings.nitrado_token is not None:
        return settings.nitrado_token
    if community is None:
        raise ConfigError(_NO_TOKEN)
    async with _store(settings, community) as store:
        found = await find_token(store, community.guild.id)
    if found is None:
        raise ConfigError(_NO_TOKEN)
    return found


def _ask_for_token() -> SecretStr:
    """Return what is typed unseen, or piped in; never an argument, which every user of the machine can see."""
    text = getpass.getpass("Nitrado token: ") if sys.stdin.isatty() else sys.stdin.readline()
    if not text.strip():
        raise ConfigError("No token was given.")
    return SecretStr(text.strip())


def _load(path: Path | None) -> Community | None:
    return load_community(path) if path is not None and path.exists() else None


def _known(community: Community | None) -> dict[NitradoServiceId, str]:
    servers = community.servers if community else ()
    return {
        NitradoServiceId(server.nitrado_service): server.key
        for server in servers
        if server.nitrado_service is not None
    }


def _taken(community: Community | None) -> set[str]:
    return {server.key for server in community.servers} if community else set()


@asynccontextmanager
async def _client(settings: _Settings, token: SecretStr) -> AsyncIterator[NitradoClient]:
    async with open_nitrado(token, clock=SystemClock(), base_url=settings.nitrado_api) as client:
        yield client


@asynccontextmanager
async def _store(settings: _Settings, community: Community) -> AsyncIterator[SecretStore]:
    """Open the secret store; the community is there before the parser's first start, too."""
    keyring = load_keyring(settings.secret_key, settings.secrets_folder)
    async with _database(settings) as db:
        await sync(db, community)
        yield SecretStore(db, keyring)


@asynccontextmanager
async def _database(settings: _Settings) -> AsyncIterator[Database]:
    url = settings.database_url.get_secret_value()
    if not url:
        raise ConfigError("The database does not run. Start Helena with `helena up`, or set DATABASE_URL.")
    async with open_database(url, max_size=1) as db:
        yield db


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
