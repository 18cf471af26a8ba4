"""Decodes one survivor: an ``.arkprofile`` file, or its image inside a save.

The file also holds the address from which the player came: it is stepped over, never read, and not even named here.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from parser_service.saves.columns import STATS
from parser_service.saves.cursor import FormatError
from parser_service.saves.dialect import Generation
from parser_service.saves.object_file import ObjectFile, read_file
from parser_service.saves.property_list import PropertyList

_CLASSES: Final = ("PrimalPlayerData", "PrimalPlayerDataBP")
_LOCAL_CLASS: Final = "PrimalLocalProfile"
_WANTED: Final = frozenset(
    {
        "playerdataid",
        "uniqueid",
        "playername",
        "tribeid",
        "logintime",
        "lastlogintime",
        "numofdeaths",
        "myplayercharacterconfig",
        "mypersistentcharacterstats",
    }
)
_CHARACTER: Final = frozenset({"playercharactername", "bisfemale"})
_LEVEL: Final = "characterstatuscomponent_extracharacterlevel"
# The game writes 16 bits.
_HIGHEST_LEVEL: Final = 2**16
_EXPERIENCE: Final = "characterstatuscomponent_experiencepoints"
_POINTS: Final = "characterstatuscomponent_numberofleveluppointsapplied"
_ENGRAMS: Final = "playerstate_engramblueprints"
_STATS: Final = frozenset({_LEVEL, _EXPERIENCE, _POINTS, _ENGRAMS})
# A Steam id has 17 digits, an EOS id 32 hexadecimal ones; Xbox and PlayStation ids have 16 to 20 digits.
_STEAM_ID: Final = re.compile(r"[0-9]{15,20}")
_EOS_ID: Final = re.compile(r"[0-9a-fA-F]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivorRecord:
    """A survivor as the file tells it.

    ``last_seen_time`` is in seconds of the clock of the map that wrote the file, NaN where it says nothing;
    ``deaths`` is -1 where the game does not count them.
    """

    player_id: int
    account: str
    platform_name: str
    name: str
    tribe_id: int
    level: int
    experience: float
    points: tuple[int, ...]
    engrams: tuple[str, ...]
    deaths: int
    is_female: bool
    last_seen_time: float


def read_profile(data: bytes) -> SurvivorRecord:
    """Return the survivor in a file's bytes; raise ``FormatError`` where they are none."""
    file = read_file(data, most_objects=1)
    class_name = file.objects[0].class_name.removesuffix("_C")
    if class_name not in _CLASSES:
        message = (
            "is a player's local data, not a survivor"
            if class_name == _LOCAL_CLASS
            else "is no survivor's file"
        )
        raise FormatError(message)
    outer = file.properties(file.objects[0], frozenset({"mydata"}))
    if outer.find("mydata") is None:
        message = "has no survivor in it"
        raise FormatError(message)
    return _read_data(file, outer.nested("mydata", _WANTED))


def account_of_name(stem: str) -> str:
    """Return the account that a profile's file name is made of, empty where it is something else.

    Examples
    --------
    >>> account_of_name("0002AABB" * 4), account_of_name("LocalPlayer")
    ('0002aabb0002aabb0002aabb0002aabb', '')
    """
    return stem.lower() if _STEAM_ID.fullmatch(stem) or _EOS_ID.fullmatch(stem) else ""


def _read_data(file: ObjectFile, data: PropertyList) -> SurvivorRecord:
    player_id = data.integer("playerdataid")
    if player_id <= 0:
        message = f"has the player id {player_id}, which is none"
        raise FormatError(message)
    character = data.nested("myplayercharacterconfig", _CHARACTER)
    stats = data.nested("mypersistentcharacterstats", _STATS)
    # Either may be the newer: LoginTime is in 76 of 82 real profiles that have both.
    logins = [data.real("logintime"), data.real("lastlogintime")]
    return SurvivorRecord(
        player_id=player_id,
        account=_account(data, file.generation),
        platform_name=data.text("playername"),
        name=character.text("playercharactername"),
        tribe_id=max(0, data.integer("tribeid")),
        level=1 + stats.integer(_LEVEL, most=_HIGHEST_LEVEL),
        experience=stats.real(_EXPERIENCE, default=0.0),
        points=tuple(stats.integer(_POINTS, index=index) & 0xFF for index in range(len(STATS))),
        engrams=tuple(stats.class_names(_ENGRAMS)),
        deaths=_deaths(data, file.generation),
        is_female=character.flag("bisfemale"),
        last_seen_time=max((time for time in logins if not math.isnan(time)), default=math.nan),
    )


def _deaths(data: PropertyList, generation: Generation) -> int:
    """Return how often the survivor died; ASE does not count (none of 60 real files), ASA leaves out a zero."""
    if generation is Generation.A:
        return -1
    deaths = data.real("numofdeaths", default=0.0)
    return int(deaths) if 0 <= deaths < 2**31 else -1


def _account(data: PropertyList, generation: Generation) -> str:
    """Return the account's id, empty where it is not told.

    ASE: a number, then the id as text; of players from Epic, two ids with a bar between them, of which the second
    is the EOS id. ASA: a byte, the kind of account as text, a length, and the id's bytes.
    """
    tag = data.find("uniqueid")
    if tag is None:
        return ""
    cursor = data.value(tag)
    if generation is not Generation.A:
        cursor.u8()
        cursor.skip_text()
        size = cursor.u8()
        start = cursor.take(size)
        return bytes(cursor.data[start : start + size]).hex()
    cursor.i32()
    return account_of_name(cursor.text().rpartition("|")[2])
