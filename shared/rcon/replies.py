"""Replies with a form of their own, to values."""

from __future__ import annotations

import re

from shared.domain.accounts import read_platform_id
from shared.rcon.models import Player

# "0. Ada, 76561190000000001"; a line that does not begin like this continues the name before it
_PLAYER = re.compile(r"(\d{1,4})\. ", re.ASCII)
# a full server has 70 to 200 players
_MAX_PLAYERS = 10_000


def parse_players(reply: str) -> list[Player]:
    """Return who is on, by ``ListPlayers``: names may hold commas and dots, so the last comma counts."""
    entries: list[str] = []
    last_number = -1
    for line in reply.splitlines()[:_MAX_PLAYERS]:
        number = _PLAYER.match(line)
        if number and int(number[1]) > last_number:
            last_number = int(number[1])
            entries.append(line[number.end() :])
        elif entries and line.strip():
            entries[-1] += " " + line
    return [_read_player(entry) for entry in entries]


def _read_player(entry: str) -> Player:
    name, _, platform_id = entry.rpartition(", ")
    return Player(name=(name or entry).strip(), platform_id=read_platform_id(platform_id) if name else None)
