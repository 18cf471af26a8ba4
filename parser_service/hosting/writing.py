"""What discovery writes: blocks for the community file, and the passwords that do not go into it."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from parser_service.hosting.checking import CheckedServer, Outcome
from parser_service.hosting.stored import reference_to
from shared.config.community import Community, load_community
from shared.errors import ConfigError
from shared.store.tokens import SecretKind, SecretName, SecretStore


def toml_block(server: CheckedServer) -> str:
    """Return a server's part of the community file. Its password is in the secret store, and named here."""
    found = server.found
    lines = [
        "[[servers]]",
        f"key = {_text(found.key)}",
        f"name = {_text(found.name)}",
        f"game = {_text(found.game)}",
        f"map = {_text(found.map_name or '')}"
        + ("" if found.map_name else "  # Nitrado does not say: write it here"),
        f"nitrado_service = {found.service_id}",
    ]
    if server.saves.outcome is Outcome.WORKS:
        lines.append('save_path = "nitrado:"')
    if has_rcon(server):
        address = f"host = {_text(found.rcon_host or '')}, port = {found.rcon_port}"
        lines.append(f"rcon = {{ {address}, password = {_text(reference_to(found.key))} }}")
    return "\n".join(lines) + "\n"


def has_rcon(server: CheckedServer) -> bool:
    """Tell whether there is an RCON to configure: one that answered, or that may when the server runs."""
    return server.found.rcon_password is not None and server.rcon.outcome is not Outcome.FAILS


def add_to_file(path: Path, servers: Sequence[CheckedServer]) -> Community:
    """Put servers behind those of the community file, in one step, and return what it says then.

    Raises
    ------
    ConfigError
        When the file would not be right any more; then it is as it was.
    """
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        before = path.read_text(encoding="utf-8")
        mode = path.stat().st_mode
        blocks = "".join(f"\n{toml_block(server)}" for server in servers)
        partial.touch(mode=0o600)
        partial.write_text(before.rstrip("\n") + "\n" + blocks, encoding="utf-8")
        community = load_community(partial)
        partial.chmod(mode & 0o777)
        os.replace(partial, path)  # noqa: PTH105 # says what it does
    except OSError as error:
        raise ConfigError(f"The community file {path} cannot be changed ({error.strerror}).") from error
    finally:
        partial.unlink(missing_ok=True)
    return community


async def put_passwords(store: SecretStore, community: Community, servers: Sequence[CheckedServer]) -> int:
    """Keep the servers' RCON passwords, sealed, and return how many those are."""
    count = 0
    for server in servers:
        password = server.found.rcon_password
        if password is None or not has_rcon(server):
            continue
        name = SecretName(guild_id=community.guild.id, kind=SecretKind.RCON_PASSWORD, name=server.found.key)
        await store.put(name, password)
        count += 1
    return count


def _text(value: str) -> str:
    """Return a TOML string: its escapes are JSON's."""
    return json.dumps(value, ensure_ascii=False)
