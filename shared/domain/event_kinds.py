"""The closed sets that events are described with.

A value that a newer writer stored and this version does not know reads as the set's catch-all.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class OpenSet(StrEnum):
    """A closed set with a catch-all, its last member, for what newer versions may add."""

    @classmethod
    def _missing_(cls, _value: object) -> Self:
        return list(cls)[-1]


class EventKind(OpenSet):
    """The closed set of kinds; a kind this version does not know reads as ``UNKNOWN``."""

    CHAT = "chat"
    SERVER_CHAT = "server_chat"
    JOINED = "joined"
    LEFT = "left"
    TAMED = "tamed"
    CLAIMED = "claimed"
    UNCLAIMED = "unclaimed"
    KILLED = "killed"
    FROZEN = "frozen"
    STARVED = "starved"
    TRANSFERRED = "transferred"
    STRUCTURE_DESTROYED = "structure_destroyed"
    DEMOLISHED = "demolished"
    DECAYED = "decayed"
    TRIBE_JOINED = "tribe_joined"
    TRIBE_LEFT = "tribe_left"
    TRIBE = "tribe"
    ADMIN_COMMAND = "admin_command"
    SERVER_STARTED = "server_started"
    WORLD_SAVED = "world_saved"
    SERVER_LINE = "server_line"
    UNKNOWN = "unknown"


class FighterKind(OpenSet):
    """What a victim or a killer is, as far as the line tells."""

    SURVIVOR = "survivor"
    CREATURE = "creature"
    UNKNOWN = "unknown"


class Direction(OpenSet):
    """Which way something crossed between the world and the ARK's data."""

    UPLOADED = "uploaded"
    DOWNLOADED = "downloaded"
    UNKNOWN = "unknown"


class TribeAction(OpenSet):
    """What a line of a tribe's log is about, where no kind of its own exists."""

    PROMOTED = "promoted"
    DEMOTED = "demoted"
    RANK_SET = "rank_set"
    MERGED_IN = "merged_in"
    ALLIANCE_REQUESTED = "alliance_requested"
    CAPTURED = "captured"
    RELEASED = "released"
    SOUL_DESTROYED = "soul_destroyed"
    ESSENCE_EXPIRED = "essence_expired"
    STRUCTURE_REMOVED = "structure_removed"
    OTHER = "other"


class ServerTopic(OpenSet):
    """What a line of the server about itself is about."""

    LOG_FILE = "log_file"
    VERSION = "version"
    STARTUP = "startup"
    SETTINGS = "settings"
    ADVERTISING = "advertising"
    CONNECTING = "connecting"
    SAVING = "saving"
    MEMORY = "memory"
    MISSION = "mission"
    MOD = "mod"
    ENGINE = "engine"
    OTHER = "other"


class Audience(StrEnum):
    """Whom an event concerns; what has no route for its audience goes nowhere."""

    EVERYONE = "everyone"
    TRIBE = "tribe"
    STAFF = "staff"
