"""Which commands are dangerous, which are not for people, and what in them is secret."""

from __future__ import annotations

import re
from datetime import timedelta

from shared.errors import InvalidInputError

MASK = "***"

CONFIRM_WITHIN = timedelta(minutes=5)
"""Whoever presses later has forgotten what the button was for."""

# What destroys, ends the server or changes its map (ark-interfaces, section 1.3, and the game's console commands).
_DANGEROUS = frozenset(
    {
        "clearplayerinventory",
        "defeatallbosses",
        "destroyall",
        "destroyallenemies",
        "destroymytarget",
        "destroystructures",
        "destroytribeid",
        "destroytribeiddinos",
        "destroytribeidplayers",
        "destroytribeidstructures",
        "destroytribestructures",
        "destroywilddinos",
        "doexit",
        "exit",
        "forcejointribe",
        "forceplayertojointribe",
        "killplayer",
        "open",
        "openmap",
        "quit",
    }
)
# Every class of these goes: `DestroyAll …`, `DestroyTribeIdDinos …` and whatever a plugin adds.
_DANGEROUS_PREFIXES = ("destroy", "killall", "wipe")
# They hand out each line once, to whoever asks first: lines taken here would be missing in the event log.
_TAKES_LINES = frozenset({"getchat", "getgamelog"})
# Commands with a password as their argument.
_WITH_PASSWORD = re.compile(r"\b(?:enablecheats|requestspectator)\b\s+(\S+)", re.IGNORECASE)
# `?ServerAdminPassword=…`, `-password=…` and the like.
_SETTING = re.compile(r"\b\w{0,40}(?:password|passwd|pwd)\s*[= ]\s*([^?&\s]+)", re.IGNORECASE)
_CHAINED = re.compile(r"\||^(?:admincheat|cheat)\s+", re.IGNORECASE)
_LONGEST = 1000


def read_command(text: str) -> str:
    """Return what was typed as one command.

    Raises
    ------
    InvalidInputError
        For nothing, for more than one line, and for commands that would take lines from the event log.
    """
    command = text.strip()
    if not command or len(command) > _LONGEST or not command.isprintable():
        raise InvalidInputError(
            f"Type one command in one line of at most {_LONGEST} characters, like ListPlayers."
        )
    if any(word in _TAKES_LINES for word in _words(command)):
        raise InvalidInputError(
            "GetChat and GetGameLog hand out each line once, and Helena's event log needs them. "
            "Read the chat channel instead."
        )
    return command


def is_dangerous(command: str) -> bool:
    """Tell whether a command is asked about before it runs.

    Examples
    --------
    >>> is_dangerous("admincheat DestroyWildDinos"), is_dangerous("ListPlayers")
    (True, False)
    """
    return any(word in _DANGEROUS or word.startswith(_DANGEROUS_PREFIXES) for word in _words(command))


def find_secret(command: str) -> str:
    """Return the password in a command, or nothing.

    Examples
    --------
    >>> find_secret("EnableCheats hunter2")
    'hunter2'
    """
    found = _WITH_PASSWORD.search(command) or _SETTING.search(command)
    return found[1] if found is not None else ""


def _words(command: str) -> list[str]:
    """Return the names of the commands in a line; the bar chains commands in Unreal's console."""
    names = []
    for part in command.split("|"):
        words = _CHAINED.sub("", part.strip()).split()
        if words:
            names.append(words[0].lower())
    return names
