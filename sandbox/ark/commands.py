"""RCON commands: what each does to the server, and its reply to the letter.

Replies are those quoted in public clients (Sp1rit/ArkRcon, arkmanager, aliig/arkserversuite and bots), slips included.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from sandbox.ark import lines
from sandbox.ark.life import arrivals
from sandbox.ark.screen import Shown
from sandbox.ark.world import Game, Survivor

if TYPE_CHECKING:
    from sandbox.ark.server import ArkServer

# For accepted commands without text, and for unknown ones alike (arkmanager; conqp/rcon#21).
NO_RESPONSE = "Server received, But no response!!"
QUOTED = re.compile(r'\s*"([^"]*)"\s?(.*)', re.DOTALL)

Command = Callable[["ArkServer", str], Awaitable[str]]


async def run_command(server: ArkServer, text: str) -> str:
    """Run one command and return its reply without the trailing blanks."""
    name, _, rest = text.strip().partition(" ")
    command = COMMANDS.get(name.lower())
    return NO_RESPONSE if command is None else await command(server, rest)


async def _list_players(server: ArkServer, _: str) -> str:
    online = server.online()
    if not online:
        return "No Players Connected"
    rows = [
        f"{number}. {lines.platform_name(server.voice, survivor.platform_name)}, {survivor.account}"
        for number, survivor in enumerate(online)
    ]
    # ASE begins with a line feed, ASA ends with one (a 2020 bot's literal; a 2026 manager's tests).
    return "\n" + "\n".join(rows) if server.spec.game is Game.ASE else "\n".join(rows) + "\n"


async def _get_chat(server: ArkServer, _: str) -> str:
    return server.unread.take_chat() or NO_RESPONSE


async def _get_game_log(server: ArkServer, _: str) -> str:
    return server.unread.take_log() or NO_RESPONSE


async def _server_chat(server: ArkServer, rest: str) -> str:
    line = lines.server_chat(rest)
    server.emit([line])
    return NO_RESPONSE


async def _server_chat_to(server: ArkServer, rest: str) -> str:
    """``ServerChatTo "account" text``: shown to one, logged nowhere."""
    return _tell(server, rest, lambda survivor, who: survivor.account == who)


async def _server_chat_to_player(server: ArkServer, rest: str) -> str:
    """``ServerChatToPlayer "name" text``: by the survivor's or the platform's name."""
    return _tell(server, rest, lambda survivor, who: who in {survivor.name, survivor.platform_name})


def _tell(server: ArkServer, rest: str, is_meant: Callable[[Survivor, str], bool]) -> str:
    found = QUOTED.fullmatch(rest)
    who, text = (found[1], found[2]) if found else rest.partition(" ")[::2]
    for survivor in server.online():
        if is_meant(survivor, who):
            server.show(Shown.PRIVATE, text, to=survivor.name)
    return NO_RESPONSE


async def _broadcast(server: ArkServer, rest: str) -> str:
    server.show(Shown.BROADCAST, rest)
    return NO_RESPONSE


async def _save_world(server: ArkServer, _: str) -> str:
    await server.save()
    return "World Saved"


async def _do_exit(server: ArkServer, _: str) -> str:
    server.restart_soon()
    return "Exiting..."


async def _kick(server: ArkServer, rest: str) -> str:
    account = rest.strip()
    for survivor in server.online():
        if survivor.account == account:
            server.emit(arrivals.leave(server.scene, survivor))
    return f"{account} Kicked"


async def _ban(server: ArkServer, rest: str) -> str:
    account = rest.strip()
    server.world.banned.add(account)
    await _kick(server, account)
    return f"{account} Banned"


async def _unban(server: ArkServer, rest: str) -> str:
    server.world.banned.discard(rest.strip())
    return f"{rest.strip()} Unbanned"


async def _allow(_: ArkServer, rest: str) -> str:
    return f"{rest.strip()} Allow Player To Join No Check"


async def _disallow(_: ArkServer, rest: str) -> str:
    # Sic.
    return f"{rest.strip()} Disallowed Player To Join No Checknned"


async def _wipe_wild(server: ArkServer, _: str) -> str:
    server.wipe_wild()
    return NO_RESPONSE if server.quirks.is_wild_wipe_silent else "All Wild Dinos Destroyed"


async def _set_message(server: ArkServer, rest: str) -> str:
    server.message_of_the_day = rest
    # Sic.
    return f"Message of set to {rest}"


async def _show_message(server: ArkServer, _: str) -> str:
    server.show(Shown.BROADCAST, server.message_of_the_day)
    return "Message of the day Shown"


async def _set_time(_: ArkServer, rest: str) -> str:
    return f"Time of day has been set to {rest.strip()}"


async def _player_id(server: ArkServer, rest: str) -> str:
    """Only the part "PlayerID: digits" of this reply is known."""
    for survivor in server.world.survivors.values():
        if survivor.account == rest.strip():
            return f"PlayerID: {survivor.player_id}"
    return NO_RESPONSE


COMMANDS: dict[str, Command] = {
    "listplayers": _list_players,
    "getchat": _get_chat,
    "getgamelog": _get_game_log,
    "serverchat": _server_chat,
    "serverchatto": _server_chat_to,
    "serverchattoplayer": _server_chat_to_player,
    "broadcast": _broadcast,
    "saveworld": _save_world,
    "doexit": _do_exit,
    "kickplayer": _kick,
    "banplayer": _ban,
    "unbanplayer": _unban,
    "allowplayertojoinnocheck": _allow,
    "disallowplayertojoinnocheck": _disallow,
    "destroywilddinos": _wipe_wild,
    "setmessageoftheday": _set_message,
    "showmessageoftheday": _show_message,
    "settimeofday": _set_time,
    "getplayeridforsteamid": _player_id,
}
