from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rcon.errors import RconProtocolError
from shared.rcon.protocol import (
    MAX_PACKET_BYTES,
    Incoming,
    PacketDecoder,
    decode_text,
    encode_command,
    encode_login,
    is_recent,
    next_id,
)
from tests.shared.rcon.servers import packet

PACKETS = st.lists(st.tuples(st.integers(-1, 255), st.integers(-1, 9), st.binary(max_size=40)), max_size=8)


def test_packets_are_written_as_valve_describes_them() -> None:
    assert encode_command(7, b"ListPlayers") == packet(7, 2, b"ListPlayers")
    assert encode_login(1, "pässword") == packet(1, 3, "pässword".encode())


@given(PACKETS, st.lists(st.integers(1, 30), min_size=1))
def test_packets_are_read_in_whatever_pieces_they_come(
    packets: list[tuple[int, int, bytes]], sizes: list[int]
) -> None:
    data = b"".join(packet(*values) for values in packets)
    decoder = PacketDecoder()
    read: list[Incoming] = []

    at = 0
    while at < len(data):
        step = sizes[at % len(sizes)]
        read += decoder.feed(data[at : at + step])
        at += step

    assert [(item.id, item.type, item.body) for item in read] == packets


@given(st.binary(max_size=200))
def test_any_bytes_are_packets_or_refused(data: bytes) -> None:
    decoder = PacketDecoder()

    try:
        for at in range(len(data)):
            decoder.feed(data[at : at + 1])
    except RconProtocolError:
        pass
    else:
        assert len(decoder._buffer) <= len(data)


@pytest.mark.parametrize("size", [-1, 0, 9, MAX_PACKET_BYTES + 1, 2**31 - 1])
def test_a_size_that_no_packet_has_is_refused_before_anything_is_kept(size: int) -> None:
    with pytest.raises(RconProtocolError, match=f"{size} bytes"):
        PacketDecoder().feed(struct.pack("<i", size))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"World Saved \n ", "World Saved"),
        (b"\n0. Ada, 1 \n ", "\n0. Ada, 1"),
        (b"Server received, But no response!! \n ", ""),
        (b"", ""),
        ("Grüße 日本".encode(), "Grüße 日本"),
        ("Grüße".encode("latin-1"), "Grüße"),
        (b"\xff\xfe\0", "ÿþ\ufffd"),
    ],
)
def test_a_replys_text_is_read_whatever_its_bytes(body: bytes, text: str) -> None:
    assert decode_text(body) == text


def test_ids_run_from_1_to_255_and_again() -> None:
    ids = [0]
    for _ in range(600):
        ids.append(next_id(ids[-1]))

    assert set(ids[1:]) == set(range(1, 256))
    assert ids[255:258] == [255, 1, 2]


@pytest.mark.parametrize(
    ("packet_id", "current", "recent"),
    [
        (4, 5, True),
        (255, 1, True),
        (250, 3, True),
        (5, 5, False),
        (6, 5, False),
        (0, 5, False),
        (999, 5, False),
    ],
)
def test_an_id_of_a_command_before_is_told_from_a_strangers(
    packet_id: int, current: int, recent: bool
) -> None:
    assert is_recent(packet_id, current) is recent
