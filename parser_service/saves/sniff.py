"""Tells what a file is by its first bytes, and refuses what is no world in words that help."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Final

from parser_service.saves.errors import EmptySaveError, ForeignFileError, UnreadableSaveError

SQLITE_MAGIC: Final = b"SQLite format 3\0"
_HEAD_BYTES: Final = 512
# A world begins with its version, a small number: ASE's 5 to 12, Mobile's 33.
_HIGHEST_VERSION: Final = 1000
_COPY_AGAIN: Final = "Upload or copy the world's .ark file itself."
_FOREIGN: Final = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive; unpack it first"),
    (b"\x1f\x8b", "gzip-compressed; unpack it first"),
    (b"\xfd7zXZ\0", "xz-compressed; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it first"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"(\xb5/\xfd", "zstd-compressed; unpack it first"),
    (b"version https://git-lfs", "a git-lfs pointer: the file's content was never fetched"),
)
_INNER: Final = (
    (b"PrimalTribeData", "a tribe's file"),
    (b"PrimalPlayerData", "a survivor's profile"),
    (b"PrimalLocalProfile", "a player's local profile"),
    (b"ArkCloudInventoryData", "a cluster inventory"),
)


class Container(StrEnum):
    """How a world is packed."""

    SQLITE = "sqlite"
    BINARY = "binary"


def sniff(path: Path) -> Container:
    """Return how the world in a file is packed; refuse what cannot be a world."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise unreadable(error) from error
    if not head:
        raise EmptySaveError("the file is empty", "Copy it again once the server has finished saving.")
    if head.startswith(SQLITE_MAGIC):
        return Container.SQLITE
    _refuse_foreign(head)
    return Container.BINARY


def unreadable(error: OSError) -> UnreadableSaveError:
    """Return the refusal for a file that the operating system does not hand over."""
    return UnreadableSaveError(
        f"the file cannot be read ({error.strerror or error})", "Check that it exists and may be read."
    )


def _refuse_foreign(head: bytes) -> None:
    for magic, what in _FOREIGN:
        if head.startswith(magic):
            raise ForeignFileError(f"the file is {what}", _COPY_AGAIN)
    for name, what in _INNER:
        if name in head:
            raise ForeignFileError(f"the file is {what}, not a world", _COPY_AGAIN)
    if not any(head):
        raise ForeignFileError(
            "the file begins with nothing but zeros", "Take an older save or the backup beside it."
        )
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise ForeignFileError("the file is a web page: the download gave an error page instead", _COPY_AGAIN)
    if text.startswith((b"{", b"[")) or all(32 <= byte < 127 or byte in b"\t\r\n" for byte in head):
        raise ForeignFileError("the file is plain text", _COPY_AGAIN)
    if abs(int.from_bytes(head[:2], "little", signed=True)) > _HIGHEST_VERSION:
        raise ForeignFileError(
            f"the file begins with {head[:4].hex(' ')}, as no ARK world does",
            "Its beginning is damaged, or it is something else: take an older save or the backup beside it.",
        )
