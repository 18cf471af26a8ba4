"""Survivors, tribes and creatures made up for tests of small files, and ways to damage bytes."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from hypothesis import strategies as st

from parser_service.saves import SaveError
from parser_service.saves.cursor import FormatError
from sandbox.ark.world import Creature, Game, Place, Survivor, Tribe, World
from sandbox.ark.writer.pods import Vitals

PLACE = Place(x=0.0, y=0.0, z=0.0)
EOS_ACCOUNT = "0002aabbccddeeff00112233445566ff"
STEAM_ACCOUNT = "76561198000000001"
ACCOUNTS = {Game.ASE: STEAM_ACCOUNT, Game.ASA: EOS_ACCOUNT}
# File versions that can be written for each game.
VERSIONS = {Game.ASE: (1,), Game.ASA: (5, 6, 7)}
ALL_VERSIONS = [(game, version) for game, versions in VERSIONS.items() for version in versions]

Damage: TypeAlias = Callable[[bytes], bytes]

# Numbers that break decoders: limits of their types, and neighbours of what is expected.
NASTY = (0, 1, -1, 2, 7, 24, 255, 4096, 2**16, 2**24, 2**31 - 1, -(2**31), 2**31 - 64, 0x7FC00000, 0x7F800001)

# What the game lets people write, with a NUL never among it.
names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=24)


def survivor(game: Game = Game.ASA, **changes: object) -> Survivor:
    """Return a survivor with what matters to a test."""
    plain = Survivor(
        player_id=700_000_001,
        name="Ada",
        platform_name="ada_plays",
        account=ACCOUNTS[game],
        level=42,
        place=PLACE,
        team=1_500_000_001,
        tribe_id=1_500_000_001,
        last_seen_time=2_000.0,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # a test names fields of the class


def tribe(**changes: object) -> Tribe:
    """Return a tribe with what matters to a test."""
    plain = Tribe(
        tribe_id=1_500_000_001, name="Northern Lights", owner_id=700_000_001, member_ids=(700_000_001,)
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # a test names fields of the class


def world(game: Game, *people: Survivor, tribes: tuple[Tribe, ...] = ()) -> World:
    """Return a world with nothing but people and tribes."""
    return World(
        game=game,
        map_name="TheIsland_WP" if game is Game.ASA else "TheIsland",
        seed=1,
        game_time=1e6,
        survivors={person.player_id: person for person in people},
        tribes={item.tribe_id: item for item in tribes},
    )


def creature(**changes: object) -> Creature:
    """Return a creature with what matters to a test."""
    plain = Creature(
        number=12,
        id1=61_692_565,
        id2=297_410_458,
        species="rex",
        level=150,
        place=PLACE,
        is_female=True,
        team=1_500_000_001,
        name="Duchess",
        tamer="Ada",
        tribe_name="Northern Lights",
        tamed_time=1234.5,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # a test names fields of the class


points = st.lists(st.integers(0, 255), min_size=12, max_size=12).map(tuple)
floats32 = st.floats(width=32, allow_nan=False, allow_infinity=False)
ids = st.integers(0, 2**32 - 1)

creatures = st.builds(
    Creature,
    number=st.integers(0, 10**6),
    id1=ids,
    id2=ids,
    species=st.sampled_from(["dodo", "rex", "argent"]),
    level=st.just(1),
    place=st.just(PLACE),
    is_female=st.booleans(),
    team=st.integers(50_000, 2_000_000_000),
    name=names,
    tamer=names,
    tribe_name=names,
    tamed_time=st.none() | st.floats(allow_nan=False, allow_infinity=False),
)
vitals = st.builds(
    Vitals,
    base_level=st.integers(1, 2**31 - 1),
    extra_level=st.integers(0, 2**16 - 1),
    experience=floats32,
    imprint=st.none() | st.floats(0, 1, width=32),
    imprinter=names,
    stats=st.lists(floats32, min_size=12, max_size=12).map(tuple),
    wild_points=points,
    tamed_points=points,
    mutation_points=points,
    colours=st.lists(st.integers(0, 255), min_size=6, max_size=6).map(tuple),
)


@st.composite
def damages(draw: st.DrawFn) -> Damage:
    """Draw a way to damage bytes: up to four cuts, flips, numbers, copies, zeros, at made-up places."""
    kinds = draw(st.lists(st.sampled_from(["cut", "flip", "number", "copy", "zero"]), min_size=1, max_size=4))
    places = draw(st.lists(st.floats(0, 1, exclude_max=True), min_size=len(kinds), max_size=len(kinds)))
    choices = draw(st.lists(st.integers(0, 10**6), min_size=len(kinds), max_size=len(kinds)))

    def damage(data: bytes) -> bytes:
        for kind, place, choice in zip(kinds, places, choices, strict=True):
            data = _damaged(data, kind, int(place * max(0, len(data) - 4)), choice)
        return data

    return damage


def _damaged(data: bytes, kind: str, at: int, choice: int) -> bytes:
    if kind == "cut" or len(data) < 8:
        return data[:at]
    if kind == "flip":
        return data[:at] + bytes([data[at] ^ 1 << choice % 8]) + data[at + 1 :]
    if kind == "number":
        return data[:at] + struct.pack("<I", NASTY[choice % len(NASTY)] & 0xFFFFFFFF) + data[at + 4 :]
    size = choice % 64 + 1
    piece = bytes(size) if kind == "zero" else data[choice % len(data) :][:size]
    return data[:at] + piece + data[at + len(piece) :]


def refused(read: Callable[[bytes], object], data: bytes) -> bool:
    """Return whether bytes are refused in the way that readers may refuse them; any other error is one."""
    try:
        read(data)
    except (FormatError, SaveError):
        return True
    return False


def store(tribes: list[tuple[int, bytes]], profiles: list[tuple[int, bytes]]) -> bytes:
    """Return the blob ``GameModeCustomBytes``; entries are (key, image), key 0 for a superseded copy."""
    blob = struct.pack("<i", 1)
    for images in (tribes, profiles):
        data, entries = b"", b""
        for key, image in images:
            entries += struct.pack("<qii", key, len(data), len(image))
            data += image
        blob += struct.pack("<ii", len(data), len(images)) + data + entries
    return blob + struct.pack("<iI", 10, 0xCCAA1122)
