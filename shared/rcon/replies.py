"""Replies with a form of their own, to values."""

from __future__ import annotations

import re

from shared.ids import PlatformId
from shared.rcon.models import Player

# "0. Ada, 76561190000000001"; a line that does not begin like this continues the name before it
_PLAYER = re.compile(r"(\d{1,4})\. ", re.ASCII)
# Steam ids are 17 digits, EOS ids 32 hexadecimal ones; consoles have others of their own
_PLATFORM_ID = re.compile(r"[0-9A-Za-z_-]{3,64}", re.ASCII)
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
    platform_id = platform_id.strip().lower()
    if not name or not _PLATFORM_ID.fullmatch(platform_id) or not platform_id.strip("0"):
        return Player(name=(name or entry).strip(), platform_id=None)
    return Player(name=name, platform_id=PlatformId(platform_id))
