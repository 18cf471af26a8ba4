"""Slash commands as a person's client sends them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.discord.commands import NESTED
from sandbox.discord.models import Json


def command_path(found: Json, command: str) -> list[Json]:
    """Return the command, then its group and subcommand as far as ``command`` names them."""
    path = [found]
    for word in command.split()[1:]:
        inner = [o for o in path[-1].get("options", ()) if o["name"] == word and o["type"] in NESTED]
        if not inner:
            raise LookupError(f"/{command}: there is no {word!r}")
        path.append(inner[0])
    if any(option["type"] in NESTED for option in path[-1].get("options", ())):
        raise LookupError(f"/{command} needs a subcommand: {[o['name'] for o in path[-1]['options']]}")
    return path


def option_values(leaf: Json, options: dict[str, Any], convert: Callable[[int, Any], Any]) -> list[Json]:
    """Return values for the innermost command's options, by name."""
    declared = {option["name"]: option for option in leaf.get("options", ())}
    if unknown := set(options) - set(declared):
        raise LookupError(f"/{leaf['name']} has no options {sorted(unknown)}; it has {sorted(declared)}")
    return [
        {"name": name, "type": declared[name]["type"], "value": convert(declared[name]["type"], value)}
        for name, value in options.items()
    ]


def command_data(path: list[Json], values: list[Json]) -> Json:
    """Return the data of an interaction: the values wrapped in subcommand and group."""
    nested = values
    for step in reversed(path[1:]):
        nested = [{"name": step["name"], "type": step["type"], "options": nested}]
    found = path[0]
    return {
        "id": found["id"],
        "name": found["name"],
        "type": found["type"],
        "version": found["version"],
        "options": nested,
    }
