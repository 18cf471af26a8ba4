"""Addresses of files and pictures (Discord docs, "CDN")."""

from __future__ import annotations

import hashlib
import hmac
import re
import struct
import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import quote

# Discord docs, "Signed Attachment CDN URLs"; observed: they live for a day.
LIFETIME = timedelta(days=1)

# Discord docs, "Uploading Files": what a file may be called is narrowed to this (observed).
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class Signer:
    """Signs attachment addresses, which is why a copy of a link stops working after a day."""

    def __init__(self, base_url: str, secret: bytes) -> None:
        self._base_url = base_url
        self._secret = secret

    def url(self, path: str, now: datetime) -> str:
        """Return the full address of a file, good for a day."""
        made, ends = int(now.timestamp()), int((now + LIFETIME).timestamp())
        return f"{self._base_url}{quote(path)}?ex={ends:x}&is={made:x}&hm={self._mark(path, ends)}&"

    def is_good(self, path: str, query: Mapping[str, str], now: datetime) -> bool:
        """Return whether an address was signed here and has not expired."""
        ends = query.get("ex", "")
        if not re.fullmatch(r"[0-9a-f]{1,12}", ends) or int(ends, 16) < now.timestamp():
            return False
        return hmac.compare_digest(self._mark(path, int(ends, 16)), query.get("hm", ""))

    def _mark(self, path: str, ends: int) -> str:
        return hmac.new(self._secret, f"{path}|{ends}".encode(), hashlib.sha256).hexdigest()


def safe_filename(name: str) -> str:
    """Return the name a file gets on the CDN."""
    return _UNSAFE.sub("_", name.rsplit("/", 1)[-1])[-100:].strip("_") or "file"


def picture_size(body: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG or GIF; other formats are shown without."""
    # PNG specification, 11.2.2: after the signature and the IHDR's length and name.
    if body.startswith(b"\x89PNG\r\n\x1a\n") and len(body) >= 24:
        width, height = struct.unpack(">II", body[16:24])
        return width, height
    # GIF89a, "Logical Screen Descriptor".
    if body[:6] in {b"GIF87a", b"GIF89a"} and len(body) >= 10:
        width, height = struct.unpack("<HH", body[6:10])
        return width, height
    return None


def plain_picture(seed: str, size: int = 64) -> bytes:
    """Return a PNG of one colour made from ``seed``: the avatar of who has none."""
    red, green, blue = hashlib.sha256(seed.encode()).digest()[:3]
    row = b"\x00" + bytes((red, green, blue)) * size
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            # 8 bits a channel, colour type 2 (RGB).
            _chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)),
            _chunk(b"IDAT", zlib.compress(row * size)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
