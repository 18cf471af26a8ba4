"""Tries what Nitrado told of a game server: RCON, the log, the saves. What does not work comes with what to do."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import PurePosixPath

from parser_service.hosting.found import FoundServer
from shared.nitrado.client import NitradoClient
from shared.nitrado.errors import NitradoError, NitradoFileMissingError
from shared.nitrado.models import FileEntry, ServerStatus
from shared.nitrado.retrying import read_again
from shared.rcon.client import open_rcon
from shared.rcon.errors import RconAuthError, RconError
from shared.rcon.models import Timeouts
from shared.rcon.replies import parse_players

# Enough to see that there are lines.
_TAIL_BYTES = 4096
# Shorter than what a running link waits: somebody sits before this.
_TIMEOUTS = Timeouts(connect_seconds=5.0, login_seconds=5.0, reply_seconds=5.0)


class Outcome(StrEnum):
    """What became of a check."""

    WORKS = "works"
    FAILS = "fails"
    UNTRIED = "untried"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was tried; ``advice`` says what to do where it does not work."""

    what: str
    outcome: Outcome
    text: str
    advice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedServer:
    """A game server, and what works of it."""

    found: FoundServer
    rcon: Check
    log: Check
    saves: Check

    @property
    def checks(self) -> tuple[Check, ...]:
        """Return all checks, in the order people care."""
        return (self.rcon, self.log, self.saves)


async def check_server(client: NitradoClient, found: FoundServer, *, chance: random.Random) -> CheckedServer:
    """Try everything; whatever fails is in the result, and nothing is raised but what is a bug."""
    return CheckedServer(
        found=found,
        rcon=await check_rcon(found),
        log=await _check_log(client, found, chance),
        saves=await _check_saves(client, found, chance),
    )


async def check_rcon(found: FoundServer) -> Check:
    """Log in to RCON and ask who is on."""
    if found.rcon_host is None or found.rcon_port is None:
        return _fails("RCON", "Nitrado tells no address of it", "This edition has no RCON; the log serves.")
    if found.rcon_password is None:
        advice = "Set an admin password in Nitrado's web interface, restart the server, and run this again."
        return _fails("RCON", "there is no admin password, which is RCON's", advice)
    where = f"{found.rcon_host}:{found.rcon_port}"
    if found.status is ServerStatus.STOPPED:
        advice = "Start the server, and run this again."
        return Check(
            what="RCON", outcome=Outcome.UNTRIED, text=f"{where}; the server is stopped", advice=advice
        )
    try:
        async with open_rcon(
            found.rcon_host, found.rcon_port, found.rcon_password, timeouts=_TIMEOUTS
        ) as connection:
            players = parse_players((await connection.execute("ListPlayers")).text)
    except RconAuthError:
        advice = "It takes a new admin password only after a restart: restart the server, and run this again."
        return _fails("RCON", f"{where} refuses the admin password of the settings", advice)
    except RconError as error:
        return _fails("RCON", str(error), "Switch RCON on in Nitrado's web interface, and run this again.")
    return _works("RCON", f"{where} answers, {len(players)} on")


async def _check_log(client: NitradoClient, found: FoundServer, chance: random.Random) -> Check:
    path = found.log_path
    if path is None:
        return _fails("log", "Nitrado does not say where it is", "Run this again when the game is installed.")
    call = partial(client.seek, found.service_id, str(path), offset=-_TAIL_BYTES, length=_TAIL_BYTES)
    try:
        tail = await read_again(call, chance=chance)
    except NitradoFileMissingError:
        return _fails("log", f"there is no {path}", "Start the server once, so that the game writes one.")
    except NitradoError as error:
        return _fails("log", str(error), _allow("read its files"))
    if not tail.strip():
        return _fails(
            "log", f"{path} is empty", "Wait until the game has written something, and run this again."
        )
    return _works("log", str(path))


async def _check_saves(client: NitradoClient, found: FoundServer, chance: random.Random) -> Check:
    folder = found.saves_path
    if folder is None:
        return _fails(
            "saves", "Nitrado does not say where they are", "Run this again when the game is installed."
        )
    try:
        world = await _find_world(client, found, folder, chance)
    except NitradoFileMissingError:
        return _fails("saves", f"there is no {folder}", "Let the game save once, and run this again.")
    except NitradoError as error:
        return _fails("saves", str(error), _allow("read its files"))
    if world is None:
        return _fails(
            "saves", f"there is no world in {folder}", "Let the game save once, and run this again."
        )
    return _works("saves", f"{world.path} ({world.size:,} bytes)")


async def _find_world(
    client: NitradoClient, found: FoundServer, folder: PurePosixPath, chance: random.Random
) -> FileEntry | None:
    """Return the world's file: in the folder, or (ASA) in that of its map."""
    entries = await read_again(partial(client.list_files, found.service_id, str(folder)), chance=chance)
    below = next((entry for entry in entries if not entry.is_file and entry.name == found.map_name), None)
    if below is not None:
        call = partial(client.list_files, found.service_id, str(folder / below.name))
        entries = await read_again(call, chance=chance)
    worlds = [entry for entry in entries if entry.is_file and entry.name.endswith(".ark")]
    # beside the world of the map lie copies of it with dates in their names
    named = [entry for entry in worlds if entry.name == f"{found.map_name}.ark"]
    return next(iter(named or worlds), None)


def _works(what: str, text: str) -> Check:
    return Check(what=what, outcome=Outcome.WORKS, text=text)


def _fails(what: str, text: str, advice: str) -> Check:
    return Check(what=what, outcome=Outcome.FAILS, text=text, advice=advice)


def _allow(what: str) -> str:
    return (
        f"If it stays so: let the token's owner {what} (Nitrado's web interface, permissions of the service)."
    )
