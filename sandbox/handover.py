"""What the sandbox hands to the other programs: addresses and tokens, in the same form as real ones.

``environment.json`` holds environment variables; ``community.toml`` is a community file like anybody else's.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.ark.cluster import ServerDescription

# Which of the seeded channels serves which class of posts.
_CHANNELS = {
    "status": "status",
    "decay": "decay-watch",
    "audit": "audit",
    "tickets": "tickets",
    "transcripts": "transcripts",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Nitrado:
    """Nitrado's stand-in: its address, a token, and the service of each game server by key."""

    url: str
    token: str = field(repr=False)
    services: Mapping[str, int]


def community_text(seed: Mapping[str, Any], servers: Sequence[ServerDescription], nitrado: Nitrado) -> str:
    """Return a community file for the seeded guild and its game servers."""
    channels, roles = seed["channels"], seed["roles"]
    lines = [
        "# Written by the sandbox at each start.",
        "[guild]",
        f"id = {seed['guild_id']}",
        f"name = {_quoted(seed['guild_name'])}",
        f"staff_roles = [{roles['Staff']}]",
        f"owner_roles = [{roles['Owner']}]",
        "",
        "[channels]",
        *(f"{purpose} = {channels[name]}" for purpose, name in _CHANNELS.items()),
    ]
    for server in servers:
        rcon = f"{{ host = {_quoted(server.rcon_host)}, port = {server.rcon_port}, password = {_quoted(server.rcon_password)} }}"
        lines += [
            "",
            "[[servers]]",
            f"key = {_quoted(server.key)}",
            f"name = {_quoted(server.name)}",
            f"game = {_quoted(str(server.game))}",
            f"map = {_quoted(server.map)}",
            f"chat_channel = {channels['chat-' + server.key]}",
            f"rcon = {rcon}",
            f"log_path = {_quoted(str(server.log_path))}",
            f"save_path = {_quoted(str(server.save_path))}",
            f"nitrado_service = {nitrado.services[server.key]}",
        ]
    return "\n".join(lines) + "\n"


def environment(seed: Mapping[str, Any], *, nitrado: Nitrado, community_file: Path) -> dict[str, str]:
    """Return the variables that make the other programs use the sandbox."""
    tokens = {f"HELENA_{app['name'].upper()}_TOKEN": app["token"] for app in seed["apps"]}
    return tokens | {
        "HELENA_DISCORD_API": seed["api"],
        "HELENA_DISCORD_GATEWAY": seed["gateway"],
        "HELENA_DISCORD_CDN": seed["cdn"],
        "HELENA_NITRADO_API": nitrado.url,
        "HELENA_NITRADO_TOKEN": nitrado.token,
        "HELENA_COMMUNITY_FILE": str(community_file),
    }


def write_private(path: Path, text: str) -> None:
    """Write a file with secrets: readable by its owner alone, and whole or not at all."""
    partial = path.with_name(path.name + ".partial")
    with os.fdopen(
        os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text)
    partial.replace(path)


def hand_over(
    folder: Path, seed: Mapping[str, Any], servers: Sequence[ServerDescription], nitrado: Nitrado
) -> None:
    """Write both files."""
    community_file = folder / "community.toml"
    write_private(community_file, community_text(seed, servers, nitrado))
    values = environment(seed, nitrado=nitrado, community_file=community_file.resolve())
    write_private(folder / "environment.json", json.dumps(values, indent=1))


def _quoted(text: str) -> str:
    # a JSON string is a TOML basic string, but for DEL, which TOML wants escaped
    return json.dumps(text).replace("\x7f", "\\u007f")
