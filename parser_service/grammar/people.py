"""Lines in which somebody says something, comes, goes, or commands."""

from __future__ import annotations

from functools import lru_cache

from parser_service.grammar.loading import Game, Words
from parser_service.grammar.masking import mask_passwords
from parser_service.grammar.names import Names, read_id
from parser_service.grammar.quick import quick
from shared.domain.accounts import read_platform_id
from shared.domain.events import AdminCommand, Chat, GameEvent, Joined, Left, ServerChat, SurvivorId
from shared.ids import PlatformId

# the same players come and go, and the same few command
_platform_id = lru_cache(maxsize=1_024)(read_platform_id)

_admin_command = quick(AdminCommand)
_chat = quick(Chat)
_joined = quick(Joined)
_left = quick(Left)
_server_chat = quick(ServerChat)


class People:
    """Reads what people do, in the words of all languages."""

    def __init__(self, words: Words, names: Names) -> None:
        self._level_marks = names.level_marks
        self._makers: list[tuple[str, type[Joined | Left]]] = [
            *((f" {ending}", _joined) for ending in words.joined),
            *((f" {ending}", _left) for ending in words.left),
        ]
        self._endings = tuple(ending for ending, _ in self._makers)

    def read_chat(self, message: str) -> GameEvent | None:
        """Return the event of "PlatformName (SurvivorName): text".

        Both names may hold brackets; the last bracket that opens before "): " is taken for the game's.
        """
        opening = message.find(" (")
        closing = message.find("): ", opening) if opening > 0 else -1
        if closing < 0:
            return None
        platform_name, _, survivor = message[:closing].rpartition(" (")
        if " - " in platform_name and any(mark in platform_name for mark in self._level_marks):
            # "X - Lvl 5 (a): b) was killed!": a tribe's name that imitates chat
            return None
        return _chat(
            platform_name=platform_name, survivor=survivor, text=mask_passwords(message[closing + 3 :])
        )

    def read_presence(self, message: str, game: Game) -> GameEvent | None:
        """Return the event of "… joined this ARK!" and "… left this ARK!"; ASA gives an id, or an empty one."""
        if not message.endswith(self._endings):
            return None
        for ending, make in self._makers:
            if message.endswith(ending):
                name, platform_id = _read_visitor(message[: -len(ending)], game)
                return make(platform_name=name, platform_id=platform_id) if name else None
        return None


def read_server_chat(message: str) -> GameEvent | None:
    """Return the event of "SERVER: text"."""
    return _server_chat(text=message[8:]) if message.startswith("SERVER: ") else None


def read_admin_command(message: str) -> GameEvent | None:
    """Return the event of "AdminCmd: <command> (PlayerName: X, ARKID: n, SteamID: <id>)".

    The last field is "PlatformID" since 2026. The command may be empty, and may hold anything.
    """
    if not message.startswith("AdminCmd: "):
        return None
    command, has_actor, actor = message[10:].rpartition(" (PlayerName: ")
    if not has_actor:
        return _admin_command(command=mask_passwords(message[10:].strip()))
    rest, _, platform_id = actor.removesuffix(")").rpartition(", ")
    name, _, survivor_id = rest.rpartition(", ARKID: ")
    number = read_id(survivor_id)
    return _admin_command(
        command=mask_passwords(command.strip()),
        platform_name=name or None,
        survivor_id=SurvivorId(number) if number else None,
        platform_id=_platform_id(platform_id.partition(": ")[2]),
    )


def _read_visitor(text: str, game: Game) -> tuple[str, PlatformId | None]:
    # on ASE the brackets would be part of a Steam name
    if game == "asa" and text.endswith("]"):
        name, found, rest = text.rpartition(" [UniqueNetId:")
        if found:
            return name, _platform_id(rest.partition(" Platform:")[0])
    return text, None
