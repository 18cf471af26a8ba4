"""RCON packets: bytes to values and back, no I/O.

``int32 size | int32 id | int32 type | body | 00 00``, little endian; the size counts everything behind itself
(Valve, "Source RCON Protocol"). Packets are written with the framing of the package ``rcon``. They are read here,
because its reader returns short when a packet comes in pieces, and raises on types it does not know.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from rcon.source.proto import LittleEndianSignedInt32, Packet, Type

from shared.rcon.errors import RconProtocolError

AUTH_REFUSED = -1
"""The id, or with some servers the type, of the answer to a wrong password."""
MAX_PACKET_BYTES = 4 * 1024 * 1024
"""No reply of a game server is longer: 600 lines of its log are a tenth of this."""
MAX_COMMAND_BYTES = 4_000
"""Source servers read packets of 4,096 bytes."""

NO_RESPONSE = "Server received, But no response!!"
"""What ARK answers when a command ran and has no output, and to commands that it does not know."""

# ids wrap at 256 in one version of ARK ("if id=256 server will return id=0"), and 0 is what keep-alives bear
_LAST_ID = 255
# a command this many ids ago may still be answered late; one further away counts as ahead
_RECENT_IDS = 128
# id, type and the two zero bytes behind the body
_MIN_SIZE = 10
_KEEP_ALIVE = b"Keep Alive"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A packet that the server sent."""

    id: int
    type: int
    body: bytes

    @property
    def is_keep_alive(self) -> bool:
        """Return whether it is the packet that ARK sends unasked, at any time, also before a reply."""
        return self.id == 0 and self.body.strip() == _KEEP_ALIVE

    @property
    def is_refusal(self) -> bool:
        """Return whether it says that the password is wrong."""
        return AUTH_REFUSED in (self.id, self.type)


class PacketDecoder:
    """Cuts what a socket delivers, in whatever pieces, into packets."""

    def __init__(self, *, max_bytes: int = MAX_PACKET_BYTES) -> None:
        self._buffer = bytearray()
        self._max_bytes = max_bytes

    def feed(self, data: bytes) -> list[Incoming]:
        """Return the packets that ``data`` completes."""
        self._buffer += data
        packets: list[Incoming] = []
        while (size := self._next_size()) is not None and len(self._buffer) >= 4 + size:
            packets.append(_decode(bytes(self._buffer[4 : 4 + size])))
            del self._buffer[: 4 + size]
        return packets

    def _next_size(self) -> int | None:
        if len(self._buffer) < 4:
            return None
        size = int.from_bytes(self._buffer[:4], "little", signed=True)
        if not _MIN_SIZE <= size <= self._max_bytes:
            message = f"The server announced a packet of {size} bytes. Is this port RCON?"
            raise RconProtocolError(message, was_sent=True)
        return size


def encode_login(packet_id: int, password: str) -> bytes:
    """Return the packet that logs in."""
    return bytes(Packet(LittleEndianSignedInt32(packet_id), Type.SERVERDATA_AUTH, password.encode()))


def encode_command(packet_id: int, command: bytes) -> bytes:
    """Return the packet that runs a command."""
    return bytes(Packet(LittleEndianSignedInt32(packet_id), Type.SERVERDATA_EXECCOMMAND, command))


def next_id(packet_id: int) -> int:
    """Return the id after ``packet_id``: 1 to 255 and again."""
    return packet_id % _LAST_ID + 1


def is_recent(packet_id: int, current_id: int) -> bool:
    """Return whether a packet belongs to a command before the current one."""
    return 1 <= packet_id <= _LAST_ID and 1 <= (current_id - packet_id) % _LAST_ID <= _RECENT_IDS


def decode_text(body: bytes) -> str:
    """Return a reply's text without trailing blanks; "no response" is what ARK says for success without output."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        # mods and old servers write in Windows' code page; every byte is something in latin-1
        text = body.decode("latin-1")
    text = text.replace("\0", "\N{REPLACEMENT CHARACTER}").rstrip()
    return "" if text.strip() == NO_RESPONSE else text


def _decode(payload: bytes) -> Incoming:
    packet_id, packet_type = struct.unpack_from("<ii", payload)
    return Incoming(packet_id, packet_type, payload[8:-2])
