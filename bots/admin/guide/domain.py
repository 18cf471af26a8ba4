"""Which commands a person is told of."""

from __future__ import annotations

import re
from collections.abc import Sequence

from shared.domain.permissions import Level
from shared.store.known_commands import KnownCommand

# How descriptions say who may: "Staff: …" and "Owner: …" at the beginning, or "(staff)" at the end.
_FOR = re.compile(r"^(staff|owner):|\((staff|owner)\)\.?$", re.IGNORECASE)
_LEVELS = {"staff": Level.STAFF, "owner": Level.OWNER}


def level_for(command: KnownCommand) -> Level:
    """Return who may use a command, by what its description says."""
    found = _FOR.search(command.description.strip())
    return Level.MEMBER if found is None else _LEVELS[(found[1] or found[2]).lower()]


def shown_to(level: Level, commands: Sequence[KnownCommand]) -> dict[str, list[KnownCommand]]:
    """Return the commands that somebody may use, by bot, in order of their names."""
    by_bot: dict[str, list[KnownCommand]] = {}
    for command in sorted(commands, key=lambda one: (one.bot, one.name)):
        if level_for(command) <= level:
            by_bot.setdefault(command.bot, []).append(command)
    return by_bot
