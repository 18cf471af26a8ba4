"""Every decoder that is fuzzed reads what it begins with, and whatever a fuzzer found before."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.fuzz.entries import ENTRIES
from tests.fuzz.frames import apart, together
from tests.fuzz.mutating import of_bytes, of_parts

CORPUS = Path(__file__).with_name("corpus")


@pytest.mark.parametrize("name", ENTRIES)
def test_a_decoder_answers_to_what_its_fuzzing_begins_with(name: str) -> None:
    entry = ENTRIES[name]

    for seed in entry.seeds():
        entry.feed(seed)


@pytest.mark.parametrize(
    "path", sorted(CORPUS.glob("*/*")), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_a_decoder_answers_to_what_was_kept(path: Path) -> None:
    ENTRIES[path.parent.name].feed(path.read_bytes())


@pytest.mark.parametrize("name", ENTRIES)
def test_inputs_are_changed_in_the_ways_of_a_fuzzer(name: str) -> None:
    entry, rng = ENTRIES[name], random.Random(name)
    make = of_parts if entry.has_parts else of_bytes
    mutator = make(lambda data, most: bytes(reversed(data))[:most])
    data = entry.seeds()[0]

    changed = [mutator(data, len(data) + 64, rng.randrange(2**32)) for _ in range(20)]

    assert all(len(other) <= len(data) + 64 for other in changed)
    assert len(set(changed)) > 5
    for other in changed:
        entry.feed(other)


def test_parts_come_apart_as_they_were_put_together() -> None:
    data = ENTRIES["asa_world"].seeds()[0]

    parts = apart(data)

    assert together(parts) == data
    assert apart(data[:-3])[:-1] == parts[:-1]
