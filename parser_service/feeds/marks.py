"""How a cursor recognises its place in a file again, whatever the file is called by then.

A place is known by the bytes before it: a hash of the file's beginning and one of the last bytes before the place.
Both hold stamps to the millisecond, so another file, or the same file begun anew, does not match. Inodes alone would
not do: network mounts change them, a copied file has another one, and a deleted file's is soon given out again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Self

HEAD_BYTES = 256
TAIL_BYTES = 64

_FIELDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What the bytes before a place look like; ``inode`` only breaks ties between equal candidates."""

    inode: int
    head_length: int
    head_hash: str
    tail_length: int
    tail_hash: str

    @classmethod
    def of(cls, *, inode: int, head: bytes, tail: bytes) -> Self:
        """Return the mark of the place that has these bytes before it, at the beginning and at the end."""
        return cls(
            inode=inode,
            head_length=len(head),
            head_hash=_hash(head),
            tail_length=len(tail),
            tail_hash=_hash(tail),
        )

    def fits(self, *, head: bytes, tail: bytes) -> bool:
        """Tell whether the bytes before a place are those that were marked."""
        return _hash(head) == self.head_hash and _hash(tail) == self.tail_hash

    def to_text(self) -> str:
        """Return the mark as the cursor's file identity."""
        return f"{self.inode} {self.head_length} {self.head_hash} {self.tail_length} {self.tail_hash}"

    @classmethod
    def from_text(cls, text: str) -> Self | None:
        """Read a file identity; ``None`` where it is not a mark, and so fits no file."""
        fields = text.split(" ")
        if len(fields) != _FIELDS or not (fields[0] + fields[1] + fields[3]).isdecimal():
            return None
        inode, head_length, tail_length = int(fields[0]), int(fields[1]), int(fields[3])
        if head_length > HEAD_BYTES or tail_length > TAIL_BYTES:
            return None
        return cls(
            inode=inode,
            head_length=head_length,
            head_hash=fields[2],
            tail_length=tail_length,
            tail_hash=fields[4],
        )


def _hash(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
