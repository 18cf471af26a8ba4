"""Lines of the server about itself, by their first word."""

from __future__ import annotations

import re

from parser_service.grammar.masking import mask_line
from shared.domain.events import GameEvent, ServerLine, ServerStarted, ServerTopic, WorldSaved

# how a line begins, and what it is about; every row was seen in a real log
_BEGINNINGS = (
    ("Log file open,", ServerTopic.LOG_FILE),
    ("Log file closed,", ServerTopic.LOG_FILE),
    ("ARK Version: ", ServerTopic.VERSION),
    ("Version ", ServerTopic.VERSION),
    ("PID: ", ServerTopic.STARTUP),
    ("Full Startup: ", ServerTopic.STARTUP),
    ("Number of cores ", ServerTopic.STARTUP),
    ("Primal Game Data Took ", ServerTopic.STARTUP),
    ("*** Running raw sockets and new net code ***", ServerTopic.STARTUP),
    ("Server Initializing with BattlEye", ServerTopic.STARTUP),
    ("BattlEye successfully started.", ServerTopic.STARTUP),
    ("Commandline: ", ServerTopic.SETTINGS),
    ("bEnableMeshBitingProtection is ", ServerTopic.SETTINGS),
    ("Server has completed startup and is now advertising", ServerTopic.ADVERTISING),
    ("IP for incoming account ", ServerTopic.CONNECTING),
    ("Saving world...", ServerTopic.SAVING),
    ("Mission Started: ", ServerTopic.MISSION),
    ("[TCsAR] ||", ServerTopic.MOD),
    ("Admin Removed Soul Recovery Entry", ServerTopic.MOD),
    ("SteamSocketsOpenSource: ", ServerTopic.ENGINE),
    ("gethostbyname failed", ServerTopic.ENGINE),
    ("Cleaning up expired peer connections", ServerTopic.ENGINE),
    ("Force respawning Wild Dinos!", ServerTopic.OTHER),
)
_BY_FIRST_WORD: dict[str, list[tuple[str, ServerTopic]]] = {}
for _beginning, _topic in _BEGINNINGS:
    _BY_FIRST_WORD.setdefault(_beginning.split(" ", 1)[0], []).append((_beginning, _topic))

_STARTED = re.compile(r'Server: "([^\n]*)" has successfully started!')
_SAVED = re.compile(r"World Save Complete\. Took: (\d{1,6}(?:\.\d{1,9})?)", re.ASCII)


def read_server_line(message: str) -> GameEvent | None:
    """Return the event of a line that the server writes about itself, without addresses and passwords."""
    word = message.split(" ", 1)[0]
    if word == "Server:" and (started := _STARTED.fullmatch(message)):
        return ServerStarted(name=started[1])
    if word == "World" and (saved := _SAVED.match(message)):
        return WorldSaved(took_seconds=float(saved[1]))
    topic = _topic_of(message, word)
    return None if topic is None else ServerLine(topic=topic, text=mask_line(message))


def _topic_of(message: str, word: str) -> ServerTopic | None:
    for beginning, topic in _BY_FIRST_WORD.get(word, ()):
        if message.startswith(beginning):
            return topic
    if word.startswith("Log") and word.endswith(":"):
        # Unreal's own categories: LogMemory, LogTemp, …
        return ServerTopic.MEMORY if word == "LogMemory:" else ServerTopic.ENGINE
    return None
