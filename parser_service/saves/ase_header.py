"""The head of an ASE or Mobile world: version, offsets, clock, map, names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from parser_service.saves.columns import Game
from parser_service.saves.cursor import Cursor, FormatError
from parser_service.saves.errors import DamagedSaveError, TruncatedSaveError
from parser_service.saves.versions import Layout, is_plausible
from parser_service.saves.walk import PADDING

# Version 5 (2015) has no name table and was never seen; Mobile counts from its own engine's 33.
_FIRST_VERSION: Final = 6
_LAST_PC_VERSION: Final = 12
_MOBILE_VERSION: Final = 33
# The largest name tables of real worlds have some ten thousand entries; ids must stay below 2**20.
_MOST_NAMES: Final = 1_000_000
# No world of this engine comes near: offsets are 32-bit.
_LARGEST_FILE: Final = 2**31 - 1
COPY_AGAIN: Final = (
    "It was most likely copied while the server was writing it: copy it again, or take the backup."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AseHeader:
    """Where things are in an ASE world, and what its head says of it."""

    game: Game
    layout: Layout
    map_name: str
    game_time: float
    save_count: int
    object_count: int
    headers_at: int
    headers_end: int
    properties_at: int
    names: tuple[str, ...]
    file_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offsets:
    hibernation: int
    names: int
    properties: int
    clock: int


def read_header(file: BinaryIO, path: Path, file_bytes: int) -> tuple[AseHeader, bytes]:
    """Return the header, and the bytes up to the end of the object headers, with padding for ``gather``."""
    prefix = Cursor(file.read(128))
    try:
        version = prefix.i16()
        layout = _layout(version)
        if not is_plausible(version, _FIRST_VERSION):
            raise layout.refuse(advice(path))
        offsets = _read_offsets(prefix, layout.read_as)
    except FormatError as error:
        raise TruncatedSaveError(
            f"the file ends inside its header, after {file_bytes:,} bytes", COPY_AGAIN
        ) from error
    with layout.tried(advice(path)):
        return _read_head(file, layout, offsets, file_bytes)


def _read_head(file: BinaryIO, layout: Layout, offsets: _Offsets, file_bytes: int) -> tuple[AseHeader, bytes]:
    _check_offsets(offsets, file_bytes)
    headers_end = offsets.hibernation or offsets.names
    file.seek(0)
    head = file.read(headers_end + PADDING).ljust(headers_end + PADDING, b"\0")
    try:
        cursor = Cursor(head, offsets.clock, headers_end)
        return _read_rest(file, cursor, layout, offsets, file_bytes), head
    except FormatError as error:
        raise DamagedSaveError(
            f"its header contradicts itself: {error}", "Take an older save or the backup beside it."
        ) from error


def _layout(version: int) -> Layout:
    """Return as which version a world is read: those of Mobile count on from its own, PC's do not come near."""
    known = _MOBILE_VERSION if version >= _MOBILE_VERSION else min(version, _LAST_PC_VERSION)
    return Layout(what="an ARK world", version=version, read_as=known)


def advice(path: Path) -> str:
    """Return what to do about a world of another version."""
    if path.suffix.startswith(".tmp"):
        return "A .tmp file is what the game was still writing when it stopped: take the .ark file or a .bak."
    return "Known are ASE's 6 to 12, Mobile's 33, and ASA's 13 and 14. An older world is updated when a server saves it."


def _read_offsets(cursor: Cursor, version: int) -> _Offsets:
    mobile = version == _MOBILE_VERSION
    if version >= 11 and not mobile:
        cursor.take(64)  # 4 x (offset, size): regions of stored tribes, profiles and cryopods
    hibernation = 0
    if version >= 7:
        hibernation = cursor.i32()
        cursor.i32()
    names, properties = cursor.i32(), cursor.i32()
    return _Offsets(hibernation=hibernation, names=names, properties=properties, clock=cursor.position)


def _check_offsets(offsets: _Offsets, file_bytes: int) -> None:
    if file_bytes > _LARGEST_FILE:
        raise DamagedSaveError(
            f"the file has {file_bytes:,} bytes, more than this format can address", "Check the file."
        )
    if not offsets.names or not offsets.properties:
        raise TruncatedSaveError(
            "the game was interrupted while it wrote the file: its header has no place for names and properties yet",
            "Take the .ark file or a .bak.",
        )
    places = (offsets.hibernation or offsets.names, offsets.names, offsets.properties)
    if min(places) <= offsets.clock:
        raise DamagedSaveError("its header points into itself", "Take an older save or the backup beside it.")
    if max(places) > file_bytes:
        raise truncated(file_bytes, max(places))


def truncated(file_bytes: int, needed: int) -> TruncatedSaveError:
    """Return the refusal of a file that ends too early."""
    share = min(99, 100 * file_bytes // max(needed, 1))
    return TruncatedSaveError(
        f"the file ends at {share} %: it has {file_bytes:,} of at least {needed:,} bytes", COPY_AGAIN
    )


def _read_rest(
    file: BinaryIO, cursor: Cursor, layout: Layout, offsets: _Offsets, file_bytes: int
) -> AseHeader:
    version = layout.read_as
    mobile = version == _MOBILE_VERSION
    game_time = cursor.f32()
    save_count = cursor.i32() if version >= 9 and not mobile else 0
    levels = [cursor.text() for _ in range(cursor.count(4))]
    skip_embedded(cursor)
    for _ in range(cursor.count(8)):  # data-file object map: level, names
        cursor.i32()
        for _ in range(cursor.count(4)):
            cursor.skip_text()
    objects = cursor.count(52)  # an object header without names and place
    return AseHeader(
        game=Game.MOBILE if mobile else Game.ASE,
        layout=layout,
        map_name=levels[0] if levels else "",
        game_time=game_time,
        save_count=save_count,
        object_count=objects,
        headers_at=cursor.position,
        headers_end=cursor.end,
        properties_at=offsets.properties,
        names=_read_names(file, offsets, file_bytes),
        file_bytes=file_bytes,
    )


def skip_embedded(cursor: Cursor) -> None:
    """Step over the embedded data: path, parts, blobs of 32-bit units."""
    for _ in range(cursor.count(8)):
        cursor.skip_text()
        for _ in range(cursor.count(4)):
            for _ in range(cursor.count(4)):
                cursor.take(cursor.count(4) * 4)


def _read_names(file: BinaryIO, offsets: _Offsets, file_bytes: int) -> tuple[str, ...]:
    end = offsets.properties if offsets.properties > offsets.names else file_bytes
    file.seek(offsets.names)
    cursor = Cursor(file.read(end - offsets.names))
    count = cursor.count(4)
    if count > _MOST_NAMES:
        message = f"its name table announces {count:,} names"
        raise FormatError(message)
    return tuple(cursor.text() for _ in range(count))
