"""Ways to change inputs, beside those that the fuzzer knows: numbers that break decoders, moved and zeroed stretches."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from typing import TypeAlias

from tests.fuzz.frames import Part, apart, together
from tests.parser_service.saves.small_files import NASTY

Mutate: TypeAlias = Callable[[bytes, int], bytes]
"""The fuzzer's own way: bytes and the largest size in, other bytes out."""
Mutator: TypeAlias = Callable[[bytes, int, int], bytes]
"""What the fuzzer asks for: bytes, the largest size and a seed in, other bytes out."""


def of_bytes(mutate: Mutate) -> Mutator:
    """Return a mutator of files."""

    def mutator(data: bytes, most: int, seed: int) -> bytes:
        return _changed(data, most, random.Random(seed), mutate)

    return mutator


def of_parts(mutate: Mutate) -> Mutator:
    """Return a mutator of inputs of several parts: it changes one of them, or their order and number."""

    def mutator(data: bytes, most: int, seed: int) -> bytes:
        rng, parts = random.Random(seed), apart(data)
        if not parts:
            return mutate(data, most)
        at, kind = rng.randrange(len(parts)), rng.randrange(10)
        if kind == 0:
            parts.insert(rng.randrange(len(parts) + 1), parts[at])
        elif kind == 1:
            del parts[at]
        else:
            others = len(together(parts)) - len(parts[at].content)
            content = _changed(parts[at].content, max(1, most - others), rng, mutate)
            parts[at] = Part(parts[at].kind, content)
        return together(parts)[:most]

    return mutator


def _changed(data: bytes, most: int, rng: random.Random, mutate: Mutate) -> bytes:
    if len(data) < 16 or rng.random() < 0.5:
        return mutate(data, most)
    for _ in range(rng.randrange(1, 4)):
        data = _damaged(data, rng) or bytes(1)
    return data[:most]


def _damaged(data: bytes, rng: random.Random) -> bytes:
    at, kind = rng.randrange(max(1, len(data) - 8)), rng.randrange(6)
    if kind == 0:
        return data[:at] + bytes(rng.randrange(1, 64)) + data[at + 4 :]
    if kind == 1:
        source, size = rng.randrange(len(data)), rng.randrange(1, 256)
        return data[:at] + data[source : source + size] + data[at + rng.choice((0, size)) :]
    if kind == 2:
        return data[:at] + data[at + rng.randrange(1, 64) :]
    size, form = rng.choice(((1, "<B"), (4, "<I"), (4, "<I"), (4, "<I"), (8, "<Q")))
    known = int.from_bytes(data[at : at + size], "little")
    number = rng.choice(NASTY) if kind == 3 else known + rng.choice((-8, -4, -1, 1, 4, 8))
    return data[:at] + struct.pack(form, number % 256**size) + data[at + size :]
