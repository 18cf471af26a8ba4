"""Inputs of several parts, for containers whose own bytes (checksums, pages) would hide the decoder from a fuzzer.

A part is a letter, its length (u32) and its bytes. Any bytes can be taken apart, for a fuzzer cuts where it likes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import NamedTuple

_HEAD = struct.Struct("<cI")


class Part(NamedTuple):
    """One part of an input."""

    kind: bytes
    content: bytes


def together(parts: Iterable[Part]) -> bytes:
    """Return the input of parts."""
    return b"".join(_HEAD.pack(part.kind, len(part.content)) + part.content for part in parts)


def apart(data: bytes) -> list[Part]:
    """Return the parts of an input; the last one may be shorter than it says."""
    parts, at = [], 0
    while at + _HEAD.size <= len(data):
        kind, size = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        parts.append(Part(kind, data[at : at + size]))
        at += size
    return parts
