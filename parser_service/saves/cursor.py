"""Reads the small, sequential parts of a save; every count and length is bounded before it is used."""

from __future__ import annotations

import struct
from typing import Final

_I16: Final = struct.Struct("<h")
_I32: Final = struct.Struct("<i")
_U32: Final = struct.Struct("<I")
_I64: Final = struct.Struct("<q")
_F32: Final = struct.Struct("<f")
_F64: Final = struct.Struct("<d")


class FormatError(Exception):
    """The bytes do not say what the format demands; the caller knows which file, and what to do."""


class Cursor:
    """A place in bytes that moves as values are read, and never leaves them."""

    __slots__ = ("data", "end", "position")

    def __init__(self, data: bytes | memoryview, position: int = 0, end: int | None = None) -> None:
        self.data = data
        self.end = len(data) if end is None else end
        self.position = 0
        self.seek(position)

    @property
    def remaining(self) -> int:
        """The bytes that are left."""
        return self.end - self.position

    def seek(self, position: int) -> None:
        """Go to a position, which has to lie inside."""
        if not 0 <= position <= self.end <= len(self.data):
            message = f"an offset points to byte {position:,} of {self.end:,}"
            raise FormatError(message)
        self.position = position

    def take(self, size: int) -> int:
        """Step over ``size`` bytes and return where they start."""
        if not 0 <= size <= self.remaining:
            message = f"{size:,} bytes are announced at byte {self.position:,}, {self.remaining:,} are left"
            raise FormatError(message)
        start = self.position
        self.position += size
        return start

    def u8(self) -> int:
        """Read a byte."""
        return self.data[self.take(1)]

    def i16(self) -> int:
        """Read a signed 16-bit integer."""
        return int(_I16.unpack_from(self.data, self.take(2))[0])

    def i32(self) -> int:
        """Read a signed 32-bit integer."""
        return int(_I32.unpack_from(self.data, self.take(4))[0])

    def u32(self) -> int:
        """Read an unsigned 32-bit integer."""
        return int(_U32.unpack_from(self.data, self.take(4))[0])

    def i64(self) -> int:
        """Read a signed 64-bit integer."""
        return int(_I64.unpack_from(self.data, self.take(8))[0])

    def f32(self) -> float:
        """Read a 32-bit float."""
        return float(_F32.unpack_from(self.data, self.take(4))[0])

    def f64(self) -> float:
        """Read a 64-bit float."""
        return float(_F64.unpack_from(self.data, self.take(8))[0])

    def count(self, element_bytes: int) -> int:
        """Read a count of elements that take at least ``element_bytes`` each."""
        number = self.i32()
        if not 0 <= number <= self.remaining // element_bytes:
            message = f"{number:,} elements are announced at byte {self.position - 4:,}, which cannot fit"
            raise FormatError(message)
        return number

    def text(self) -> str:
        """Read an FString: length with its NUL; negative lengths count UTF-16 units."""
        units = self.i32()
        if units == 0:
            return ""
        size = units if units > 0 else -2 * units
        nul = 1 if units > 0 else 2
        start = self.take(size)
        if any(self.data[start + size - nul : start + size]):
            message = f"the text at byte {start - 4:,} does not end where its length says"
            raise FormatError(message)
        raw = bytes(self.data[start : start + size - nul])
        text = raw.decode("utf-8" if units > 0 else "utf-16-le", errors="replace")
        return text.replace("\0", "\ufffd")  # no text of ours may hold a NUL: databases refuse it

    def skip_text(self) -> None:
        """Step over an FString."""
        units = self.i32()
        self.take(units if units >= 0 else -2 * units)
