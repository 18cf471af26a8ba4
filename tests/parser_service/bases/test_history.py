"""What became of bases from save to save: by tables, and whatever the structures do."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parser_service.bases import BaseEvent, BaseEventKind, BaseMembers, base_events, match_bases, members_from

Bases = list[set[int]]


def members(bases: Bases) -> BaseMembers:
    return members_from([np.array(sorted(base), dtype=np.int64) for base in bases])


def events_of(previous: Bases, current: Bases) -> tuple[BaseEvent, ...]:
    old, new = members(previous), members(current)
    return base_events(old, new, match_bases(old, new))


def brief(event: BaseEvent) -> tuple[str, int | None, int | None, int, int, int]:
    return event.kind.value, event.old, event.new, event.before, event.after, event.shared


@pytest.mark.parametrize(
    ("previous", "current", "expected"),
    [
        ([{1, 2}], [{1, 2}], []),
        ([{1, 2}], [{2, 3}], []),
        ([], [{1, 2}], [("born", None, 0, 0, 2, 0)]),
        ([{1, 2}], [], [("ended", 0, None, 2, 0, 0)]),
        ([{1, 2}], [{1, 2, 3}], [("grown", 0, 0, 2, 3, 2)]),
        ([{1, 2, 3}], [{1, 4}], [("shrunk", 0, 0, 3, 2, 1)]),
        (
            [{1, 2}, {3, 4, 5}],
            [{1, 2, 3, 4, 5, 6}],
            [("grown", 1, 0, 3, 6, 3), ("merged", 0, 0, 2, 6, 2)],
        ),
        (
            [{1, 2, 3, 4, 5}],
            [{1, 2}, {3, 4, 5}],
            [("split", 0, 0, 5, 2, 2), ("shrunk", 0, 1, 5, 3, 3)],
        ),
        (
            [{1, 2, 3}],
            [{7, 8}],
            [("born", None, 0, 0, 2, 0), ("ended", 0, None, 3, 0, 0)],
        ),
        (
            [{1, 2, 3, 9}, {4, 5, 6}],
            [{1, 2, 3, 4}, {5, 6, 7, 8, 10}],
            [("grown", 1, 1, 3, 5, 2)],
        ),
    ],
    ids=["same", "replaced", "born", "ended", "grown", "shrunk", "merged", "split", "moved", "swapped"],
)
def test_what_became_of_bases(
    previous: Bases, current: Bases, expected: list[tuple[str, int | None, int | None, int, int, int]]
) -> None:
    assert [brief(event) for event in events_of(previous, current)] == expected


@st.composite
def partitions(draw: st.DrawFn) -> Bases:
    """Return bases of some of 40 structures, none of them empty, none in two."""
    owners = draw(st.lists(st.integers(-1, 6), min_size=40, max_size=40))
    bases: dict[int, set[int]] = {}
    for structure, owner in enumerate(owners):
        if owner >= 0:
            bases.setdefault(owner, set()).add(structure)
    return [*bases.values()]


@settings(max_examples=400, deadline=None)
@given(previous=partitions(), current=partitions())
def test_every_base_is_accounted_for_exactly_once(previous: Bases, current: Bases) -> None:
    matching = match_bases(members(previous), members(current)).tolist()

    events = events_of(previous, current)

    continued = [old for old in matching if old >= 0]
    ends = [event.old for event in events if event.kind in {BaseEventKind.MERGED, BaseEventKind.ENDED}]
    begins = [event.new for event in events if event.kind in {BaseEventKind.BORN, BaseEventKind.SPLIT}]
    goes_on = [new for new, old in enumerate(matching) if old >= 0]
    assert Counter([*continued, *ends]) == Counter(range(len(previous)))
    assert Counter([*goes_on, *begins]) == Counter(range(len(current)))


@settings(max_examples=400, deadline=None)
@given(previous=partitions(), current=partitions())
def test_the_numbers_are_those_of_the_structures(previous: Bases, current: Bases) -> None:
    matching = match_bases(members(previous), members(current)).tolist()

    for event in events_of(previous, current):
        before = set() if event.old is None else previous[event.old]
        after = set() if event.new is None else current[event.new]
        assert (event.before, event.after, event.shared) == (len(before), len(after), len(before & after))
        if event.kind in {BaseEventKind.GROWN, BaseEventKind.SHRUNK}:
            assert event.new is not None
            assert matching[event.new] == event.old
            assert (event.kind is BaseEventKind.GROWN) == (event.after > event.before)
        if event.kind is BaseEventKind.MERGED:
            assert event.shared == max(len(before & base) for base in current) > 0
        if event.kind is BaseEventKind.SPLIT:
            assert event.shared == max(len(after & base) for base in previous) > 0
        if event.kind is BaseEventKind.BORN:
            assert not any(after & base for base in previous)
        if event.kind is BaseEventKind.ENDED:
            assert not any(before & base for base in current)


@settings(max_examples=200, deadline=None)
@given(previous=partitions(), current=partitions())
def test_a_base_without_an_event_has_as_many_structures_as_before(previous: Bases, current: Bases) -> None:
    matching = match_bases(members(previous), members(current)).tolist()

    told = {event.new for event in events_of(previous, current) if event.kind is not BaseEventKind.MERGED}

    quiet = [(old, new) for new, old in enumerate(matching) if new not in told]
    assert all(len(previous[old]) == len(current[new]) for old, new in quiet)


def test_an_event_can_be_kept_as_json() -> None:
    (event,) = events_of([], [{1, 2}])

    kept = json.loads(json.dumps(asdict(event)))

    assert BaseEvent(**kept | {"kind": BaseEventKind(kept["kind"])}) == event
