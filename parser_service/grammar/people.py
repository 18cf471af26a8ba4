"""Lines in which somebody says something, comes, goes, or commands."""

from __future__ import annotations

from parser_service.grammar.masking import mask_passwords
from parser_service.grammar.names import read_id
from parser_service.grammar.words import JOINED, LEFT, LEVEL_MARKS
from shared.domain.accounts import read_platform_id
from shared.domain.events import AdminCommand, Chat, GameEvent, Joined, Left, ServerChat, SurvivorId
from shared.ids import PlatformId


def read_server_chat(message: str) -> GameEvent | None:
    """Return the event of "SERVER: text"."""
    return ServerChat(text=message[8:]) if message.startswith("SERVER: ") else None


def read_chat(message: str) -> GameEvent | None:
    """Return the event of "PlatformName (SurvivorName): text".

    Both names may hold brackets; the last bracket that opens before "): " is taken for the game's.
    """
    opening = message.find(" (")
    closing = message.find("): ", opening) if opening > 0 else -1
    if closing < 0:
        return None
    platform_name, _, survivor = message[:closing].rpartition(" (")
    if any(mark in platform_name for mark in LEVEL_MARKS):
        # "X - Lvl 5 (a): b) was killed!": a tribe's name that imitates chat
        return None
    return Chat(platform_name=platform_name, survivor=survivor, text=mask_passwords(message[closing + 3 :]))


def read_presence(message: str, *, game: str) -> GameEvent | None:
    """Return the event of "… joined this ARK!" and "… left this ARK!"; ASA gives an id, or an empty one."""
    if not message.endswith("!"):
        return None
    for endings, make in ((JOINED, Joined), (LEFT, Left)):
        for ending in endings:
            if message.endswith(ending):
                name, platform_id = _read_visitor(message[: -len(ending)], game)
                return make(platform_name=name, platform_id=platform_id) if name else None
    return None


def read_admin_command(message: str) -> GameEvent | None:
    """Return the event of "AdminCmd: <command> (PlayerName: X, ARKID: n, SteamID: <id>)".

    The last field is "PlatformID" since 2026. The command may be empty, and may hold anything.
    """
    if not message.startswith("AdminCmd: "):
        return None
    command, has_actor, actor = message[10:].rpartition(" (PlayerName: ")
    if not has_actor:
        return AdminCommand(command=mask_passwords(message[10:].strip()))
    rest, _, platform_id = actor.removesuffix(")").rpartition(", ")
    name, _, survivor_id = rest.rpartition(", ARKID: ")
    number = read_id(survivor_id)
    return AdminCommand(
        command=mask_passwords(command.strip()),
        platform_name=name or None,
        survivor_id=SurvivorId(number) if number else None,
        platform_id=read_platform_id(platform_id.partition(": ")[2]),
    )


def _read_visitor(text: str, game: str) -> tuple[str, PlatformId | None]:
    # on ASE the brackets would be part of a Steam name
    if game == "asa" and text.endswith("]"):
        name, found, rest = text.rpartition(" [UniqueNetId:")
        if found:
            return name, read_platform_id(rest.partition(" Platform:")[0])
    return text, None
