"""Smallest worlds, byte by byte: ASA and ASE files with as many structures as a test needs."""

from __future__ import annotations

import sqlite3
import struct
import uuid
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from shared.saves.names import hashed_name

Value: TypeAlias = "bool | int | float | str | tuple[str, bytes] | Piece | dict[str, Value]"
"""A property's value; a pair is a type's name and raw bytes, a piece a reference to it, a dictionary a struct."""


class Role(StrEnum):
    """What an object is to the engine."""

    ACTOR = "actor"
    COMPONENT = "component"
    ITEM = "item"
    PLACED = "placed"
    """An actor that the level's makers put there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """An object to be written: a structure, or with ``is_bare`` what its properties make it.

    A name such as ``ColorSetIndices[2]`` is the property with that array index.
    """

    class_name: str = "Floor_Stone_C"
    position: tuple[float, float, float] = (0.0, 0.0, 0.0)
    tribe_id: int = 1_000_000_001
    owner_name: str = "Northern Lights"
    number: int = 0
    properties: dict[str, Value] = field(default_factory=dict)
    role: Role = Role.ACTOR
    is_bare: bool = False

    def all_properties(self) -> dict[str, Value]:
        """Return the properties that make it a structure, and the test's own."""
        if self.is_bare:
            return self.properties
        basics: dict[str, Value] = {
            "bHasResetDecayTime": True,
            "StructureID": self.number + 1,
            "OwnerName": self.owner_name,
            "TargetingTeam": self.tribe_id,
        }
        return basics | self.properties


def text(value: str) -> bytes:
    """Return an FString."""
    if not value:
        return struct.pack("<i", 0)
    if value.isascii():
        return struct.pack("<i", len(value) + 1) + value.encode() + b"\0"
    raw = value.encode("utf-16-le")
    return struct.pack("<i", -(len(raw) // 2 + 1)) + raw + b"\0\0"


Link: TypeAlias = Callable[["Piece"], bytes]
"""Gives the bytes of a reference to a piece."""
Encode: TypeAlias = Callable[[str, Value], bytes]
"""Gives the bytes of one property."""


def no_link(piece: Piece) -> bytes:
    """Refuse a reference where there is no world around the property."""
    message = f"{piece.class_name} is in no world"
    raise LookupError(message)


def _typed(value: Value, encode: Encode, end: bytes, link: Link) -> tuple[str, bytes]:
    if isinstance(value, tuple):
        return value
    if isinstance(value, Piece):
        return "ObjectProperty", link(value)
    if isinstance(value, dict):
        return "StructProperty", b"".join(encode(name, inner) for name, inner in value.items()) + end
    if isinstance(value, bool):
        return "BoolProperty", b""
    if isinstance(value, int):
        return "IntProperty", struct.pack("<i", value)
    if isinstance(value, float):
        return "DoubleProperty", struct.pack("<d", value)
    return "StrProperty", text(value)


class AseNames:
    """Gives names their places in an ASE world's table."""

    def __init__(self) -> None:
        self.table: list[str] = []

    def id(self, name: str) -> bytes:
        """Return a name as it is written: its place, from 1, and instance 0."""
        if name not in self.table:
            self.table.append(name)
        return struct.pack("<ii", self.table.index(name) + 1, 0)


def _hashed(name: str) -> bytes:
    return struct.pack("<Ii", hashed_name(name), 0)


def _indexed(name: str) -> tuple[str, int]:
    """Return a name without the array index behind it, and that index."""
    plain, _, index = name.partition("[")
    return plain, int(index[:-1]) if index else 0


def tag_a(names: AseNames, name: str, value: Value, link: Link = no_link) -> bytes:
    """Return a tag of generation A."""
    name, index = _indexed(name)

    def encode(name: str, value: Value) -> bytes:
        return tag_a(names, name, value, link)

    kind, raw = _typed(value, encode, names.id("None"), link)
    head = names.id(name) + names.id(kind) + struct.pack("<ii", len(raw), index)
    if kind == "BoolProperty":
        head += struct.pack("<B", bool(value))
    elif kind in {"StructProperty", "ByteProperty", "ArrayProperty"}:
        head += names.id("IntProperty")
    return head + raw


def tag_b(name: str, value: Value, link: Link = no_link) -> bytes:
    """Return a tag of generation B with hashed names."""
    name, index = _indexed(name)
    kind, raw = _typed(value, tag_b, _hashed("None"), link)
    head = _hashed(name) + _hashed(kind) + struct.pack("<ii", len(raw), index)
    if kind == "BoolProperty":
        head += struct.pack("<B", bool(value))
    elif kind == "StructProperty":
        head += _hashed("Vector") + bytes(16)
    elif kind in {"ByteProperty", "ArrayProperty"}:
        head += _hashed("IntProperty")
    return head + b"\0" + raw


def tag_c(name: str, value: Value, link: Link = no_link) -> bytes:
    """Return a tag of generation C with hashed names."""
    name, index = _indexed(name)
    kind, raw = _typed(value, tag_c, _hashed("None"), link)
    flags = (0x10 if value is True else 0) | (0x01 if index else 0)
    types = _hashed(kind) + struct.pack("<i", 0)
    if kind == "ArrayProperty":
        types = _hashed(kind) + struct.pack("<i", 1) + _hashed("IntProperty") + struct.pack("<i", 0)
    if kind == "StructProperty":
        inner = (
            _hashed("Vector") + struct.pack("<i", 1) + _hashed("/Script/CoreUObject") + struct.pack("<i", 0)
        )
        types = _hashed(kind) + struct.pack("<i", 1) + inner
    tail = struct.pack("<i", index) if index else b""
    return _hashed(name) + types + struct.pack("<iB", len(raw), flags) + tail + raw


def ase_world(pieces: Sequence[Piece], *, version: int = 9, game_time: float = 1_000_000.0) -> bytes:
    """Return an ASE world of version 6 to 12."""
    names = AseNames()
    headers, lists = b"", b""
    # equal pieces are written twice on purpose; a reference goes to the first
    place = {id(piece): index for index, piece in reversed([*enumerate(pieces)])}

    def link(piece: Piece) -> bytes:
        return struct.pack("<ii", 0, place.get(id(piece), -1))

    for piece in pieces:
        block = b"".join(tag_a(names, name, value, link) for name, value in piece.all_properties().items())
        headers += bytes(16) + names.id(piece.class_name) + _ase_header(piece, names)
        headers += struct.pack("<ii", len(lists), 0)
        lists += block + names.id("None") + struct.pack("<i", 0)
    body = struct.pack("<f", game_time) + (struct.pack("<i", 7) if version >= 9 else b"")
    body += struct.pack("<i", 1) + text("TheIsland") + struct.pack("<ii", 0, 0)
    body += struct.pack("<i", len(pieces)) + headers
    prefix = 2 + (64 if version >= 11 else 0) + (8 if version >= 7 else 0) + 8
    names_at = prefix + len(body)
    table = struct.pack("<i", len(names.table)) + b"".join(text(name) for name in names.table)
    head = struct.pack("<h", version) + (bytes(64) if version >= 11 else b"")
    head += struct.pack("<ii", names_at, 0) if version >= 7 else b""
    head += struct.pack("<ii", names_at, names_at + len(table))
    return head + body + table + lists


def _ase_header(piece: Piece, names: AseNames) -> bytes:
    """Return what an object's header says between its class and where its list is."""
    own = struct.pack("<ii", struct.unpack("<i", names.id("Structure")[:4])[0], piece.number + 1)
    count = 2 if piece.role is Role.COMPONENT else 1
    is_placed = piece.role in {Role.ACTOR, Role.PLACED}
    place = struct.pack("<6f", *piece.position, 0.0, 90.0, 0.0) if is_placed else b""
    flags = struct.pack("<ii", piece.role is Role.ITEM, count)
    return flags + own * count + struct.pack("<iii", 0, 0, is_placed) + place


def guid_of(piece: Piece) -> bytes:
    """Return the GUID under which a piece is written."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{piece.class_name}/{piece.number}").bytes_le


# Bits of an object's flags: an item, placed by the level's makers, has a record of its place.
_FLAGS = {Role.ACTOR: 8, Role.COMPONENT: 0, Role.ITEM: 1, Role.PLACED: 10}


def asa_value(piece: Piece, *, version: int = 14) -> bytes:
    """Return the value that a piece has in the table of objects."""
    tag = tag_c if version >= 14 else tag_b
    path = f"/Game/Structures/{piece.class_name[:-2]}.{piece.class_name}"
    count = 2 if piece.role is Role.COMPONENT else 1
    head = _hashed(path) + struct.pack("<ii", 0, count) + count * text(f"{piece.class_name}_{piece.number}")
    head += struct.pack("<iB", 0, _FLAGS[piece.role]) + (b"\0" if version >= 14 else b"")

    def link(piece: Piece) -> bytes:
        return struct.pack("<h", 0) + guid_of(piece)

    block = b"".join(tag(name, value, link) for name, value in piece.all_properties().items())
    return head + block + _hashed("None") + struct.pack("<i", 1) + guid_of(piece)


def asa_header(
    classes: Sequence[str], *, version: int = 14, game_time: float = 1e8, map_name: str = "TheIsland_WP"
) -> bytes:
    """Return the blob ``SaveHeader``."""
    head = struct.pack("<h", version) + (struct.pack("<ii", 522, 1013) if version >= 14 else b"")
    body = struct.pack("<di", game_time, 3) + struct.pack("<i", 1) + text(map_name) + struct.pack("<i", -1)
    body += struct.pack("<ii", 0, 0)
    paths = [f"/Game/Structures/{name[:-2]}.{name}" for name in classes]
    table = struct.pack("<i", len(paths)) + b"".join(
        struct.pack("<I", hashed_name(path)) + text(path) for path in paths
    )
    return head + struct.pack("<i", len(head) + 4 + len(body)) + body + table


def write_asa_world(
    path: Path,
    pieces: Sequence[Piece],
    *,
    version: int = 14,
    game_time: float = 1e8,
    store: bytes = bytes(20),
    values: dict[bytes, bytes] | None = None,
    header: bytes | None = None,
) -> Path:
    """Write an ASA world of version 13 or 14; ``values`` are further rows, or replace those of pieces."""
    classes = sorted({piece.class_name for piece in pieces})
    transforms = b"".join(
        guid_of(piece) + struct.pack("<7d", *piece.position, 0.0, 0.0, 0.0, 1.0)
        for piece in pieces
        if piece.role in {Role.ACTOR, Role.PLACED}
    )
    custom = {
        "SaveHeader": asa_header(classes, version=version, game_time=game_time) if header is None else header,
        "ActorTransforms": transforms + bytes(16),
        "GameModeCustomBytes": store,
    }
    rows = {guid_of(piece): asa_value(piece, version=version) for piece in pieces} | (values or {})
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE game (key BLOB primary key not null, value blob not null)")
        database.execute("CREATE TABLE custom (key VARCHAR(64) primary key not null, value blob not null)")
        database.executemany("INSERT INTO custom VALUES (?, ?)", custom.items())
        database.executemany("INSERT INTO game VALUES (?, ?)", rows.items())
        database.commit()
    return path


def tribe_file(
    tribe_id: int, name: str, *, members: Sequence[tuple[int, str, int]] = (), admins: Sequence[int] = ()
) -> bytes:
    """Return an ``.arktribe`` file of ASE; members are (player id, name, rank), the first is the owner."""

    def tag(key: str, kind: str, raw: bytes, extra: bytes = b"") -> bytes:
        return text(key) + text(kind) + struct.pack("<ii", len(raw), 0) + extra + raw

    def array(key: str, inner: str, elements: list[bytes]) -> bytes:
        return tag(key, "ArrayProperty", struct.pack("<i", len(elements)) + b"".join(elements), text(inner))

    data = tag("TribeName", "StrProperty", text(name))
    data += tag("OwnerPlayerDataID", "UInt32Property", struct.pack("<I", members[0][0] if members else 0))
    data += tag("TribeId", "IntProperty", struct.pack("<i", tribe_id))
    data += array("MembersPlayerName", "StrProperty", [text(member) for _, member, _ in members])
    data += array(
        "MembersPlayerDataID", "UInt32Property", [struct.pack("<I", player) for player, _, _ in members]
    )
    data += array("MembersRankGroups", "ByteProperty", [struct.pack("<B", rank) for _, _, rank in members])
    data += array("TribeAdmins", "UInt32Property", [struct.pack("<I", player) for player in admins])
    data += text("None")
    head = struct.pack("<ii", 1, 1) + bytes(16) + text("PrimalTribeData") + struct.pack("<ii", 0, 1)
    head += text("PrimalTribeData_1") + struct.pack("<iii", 0, 0, 0)
    head += struct.pack("<ii", len(head) + 8, 0)
    return (
        head
        + tag("TribeData", "StructProperty", data, text("TribeData"))
        + text("None")
        + struct.pack("<i", 0)
    )


def tribe_store(images: Sequence[tuple[int, bytes]]) -> bytes:
    """Return the blob ``GameModeCustomBytes``; images are (key, bytes), key 0 for a superseded copy."""
    data = b"".join(image for _, image in images)
    entries, at = b"", 0
    for key, image in images:
        entries += struct.pack("<qii", key, at, len(image))
        at += len(image)
    return struct.pack("<iii", 1, len(data), len(images)) + data + entries + bytes(8)
