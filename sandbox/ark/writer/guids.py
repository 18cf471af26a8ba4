"""The GUIDs of ASA objects, made from what the object is, so that an object keeps its GUID from save to save."""

from __future__ import annotations

from hashlib import blake2b


def guid_of(key: str) -> bytes:
    """Return 16 bytes, the same for the same key."""
    return blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).digest()
