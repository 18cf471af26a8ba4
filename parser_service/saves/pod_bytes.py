"""Unpacks the creature in an ASA cryopod: compressed twice, first by runs of zeros, then by zlib."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from typing import Final

from parser_service.saves.cursor import Cursor, FormatError
from parser_service.saves.taglist import NameReader, numbered_names

# Since Unreal 5.5; before that [unverified: no such pod could be had].
MARK_UE55: Final = 0x0407
"""Begins the image of a creature in saves of version 14."""
MARK_OLDER: Final = 0x0406
"""Begins the image of a creature in saves of version 13."""
# The head: mark, size of what zlib gives, place of the names in what the runs give.
_HEAD: Final = struct.Struct("<iii")
# The largest of 17 real creatures has 3.3 kB before and 5.9 kB after the runs; mods keep long lists of ancestors.
_MOST_INFLATED: Final = 16 * 2**20
_MOST_EXPANDED: Final = 64 * 2**20
_RUN: Final = re.compile(
    rb"\xf0(?P<one>.)|\xf1(?P<two>.)|(?P<zeros>[\xf2-\xfe])|\xff(?P<ids>..)|(?P<cut>[\xf0\xf1\xff])",
    re.DOTALL,
)
# Ids of names in the creature's own table have this bit; smaller ones are the game's constants.
_OWN_NAME: Final = 0x10000000
_MOST_NAMES: Final = 100_000
# Confirmed by the order and the values of the properties of 17 real creatures, but for 16 and 17, which the tool
# arkparse names.
_CONSTANTS: Final = {
    0: "TamerString",
    1: "StrProperty",
    2: "bServerInitializedDino",
    3: "BoolProperty",
    5: "FloatProperty",
    6: "ColorSetIndices",
    7: "ByteProperty",
    8: "None",
    9: "ColorSetNames",
    10: "NameProperty",
    12: "ObjectProperty",
    13: "RequiredTameAffinity",
    14: "TamingTeamID",
    15: "IntProperty",
    16: "OwningPlayerID",
    17: "OwningPlayerName",
    19: "StructProperty",
    23: "DinoID1",
    24: "UInt32Property",
    25: "DinoID2",
    26: "UntamedPoopTimeCache",
    31: "UploadedFromServerName",
    32: "TamedOnServerName",
    34: "MyCharacterStatusComponent",
    36: "TargetingTeam",
    38: "bReplicateGlobalStatusValues",
    39: "bAllowLevelUps",
    40: "bServerFirstInitialized",
    41: "ExperiencePoints",
    42: "CurrentStatusValues",
    44: "ArrayProperty",
    55: "bIsFemale",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpackedPod:
    """A creature's objects and property lists, up to ``end``, where its names begin."""

    mark: int
    data: bytes
    end: int
    names: NameReader


def unpack(image: bytes) -> UnpackedPod:
    """Return what a packed image holds; raise ``FormatError`` where it is none, or too large."""
    if len(image) < _HEAD.size:
        message = "ends inside its head"
        raise FormatError(message)
    mark, inflated_size, names_at = _HEAD.unpack_from(image)
    if mark not in {MARK_UE55, MARK_OLDER}:
        message = f"begins with the unknown mark {mark:#x}"
        raise FormatError(message)
    if not 0 <= inflated_size <= _MOST_INFLATED:
        message = f"says that it unpacks to {inflated_size:,} bytes"
        raise FormatError(message)
    data = expand(_inflate(image[_HEAD.size :], inflated_size))
    return UnpackedPod(mark=mark, data=data, end=names_at, names=_read_names(data, names_at))


def _inflate(packed: bytes, size: int) -> bytes:
    inflater = zlib.decompressobj()
    try:
        # One byte more than announced tells a stream that is longer.
        data = inflater.decompress(packed, size + 1)
    except zlib.error as error:
        message = f"cannot be unpacked ({error})"
        raise FormatError(message) from error
    if len(data) != size:
        message = "does not unpack to the size it says"
        raise FormatError(message)
    return data


def expand(data: bytes) -> bytes:
    r"""Return bytes with their runs written out.

    ``F0 x`` is the byte x; ``F1 x`` two bytes F0 to FF, by the halves of x; ``F2`` to ``FE`` 2 to 14 zeros;
    ``FF a b`` the eleven bytes 0 0 0 a 0 0 0 b 0 0 0; any other byte is itself.

    Examples
    --------
    >>> expand(b"A\xf3B\xf0\xf2\xff\x01\x02").hex(" ")
    '41 00 00 00 42 f2 00 00 00 01 00 00 00 02 00 00 00'
    """
    most = (
        len(data) + 8 * data.count(0xFF) + sum((code & 15) * data.count(code) for code in range(0xF2, 0xFF))
    )
    if most > _MOST_EXPANDED:
        message = f"expands to {most:,} bytes"
        raise FormatError(message)
    return _RUN.sub(_written_out, data)


def _written_out(run: re.Match[bytes]) -> bytes:
    kind = run.lastgroup
    if kind == "zeros":
        return bytes(run[0][0] & 15)
    if kind == "ids":
        return b"\0\0\0%c\0\0\0%c\0\0\0" % (run[0][1], run[0][2])
    if kind == "cut":
        message = "ends inside a run"
        raise FormatError(message)
    value = run[0][1]
    return bytes((value,)) if kind == "one" else bytes((0xF0 | value >> 4, 0xF0 | value & 15))


def _read_names(data: bytes, at: int) -> NameReader:
    """Return the reader of the creature's names: the game's constants, and its own table at the end."""
    cursor = Cursor(data, at)
    count = cursor.count(4)
    if count > _MOST_NAMES:
        message = f"announces {count:,} names"
        raise FormatError(message)
    own = {_OWN_NAME | number: cursor.text() for number in range(count)}
    return numbered_names(_CONSTANTS | own)
