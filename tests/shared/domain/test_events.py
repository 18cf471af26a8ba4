from __future__ import annotations

import dataclasses
import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.events import (
    JSON,
    Audience,
    Chat,
    Creature,
    Direction,
    EventKind,
    Fighter,
    FighterKind,
    GameEvent,
    Killed,
    Position,
    SurvivorId,
    Transferred,
    TribeStamp,
    Unknown,
    audience_of,
    decode,
    encode,
)
from shared.ids import TribeId

EVENT_CLASSES: tuple[type[GameEvent], ...] = get_args(GameEvent)
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
ANY_EVENT: st.SearchStrategy[GameEvent] = st.one_of([st.from_type(cls) for cls in EVENT_CLASSES])

KILL = Killed(
    victim=Fighter(name="Ada", kind=FighterKind.SURVIVOR, level=12, tribe="Moss"),
    killer=Fighter(name="Rex", kind=FighterKind.CREATURE, level=140),
    killer_survivor_id=SurvivorId(7),
    position=Position(x=1.0, y=-2.5, z=3.0),
    stamp=TribeStamp(tribe="Moss", tribe_id=TribeId(1_234_567_890), day=3, time="01:02:03"),
)


def test_every_kind_has_exactly_one_class() -> None:
    assert sorted(cls.kind for cls in EVENT_CLASSES) == sorted(EventKind)


def test_every_event_is_frozen_and_slotted() -> None:
    for cls in EVENT_CLASSES:
        assert getattr(cls, "__dataclass_params__").frozen  # noqa: B009 # typeshed does not know the attribute
        assert "__slots__" in vars(cls)


@given(ANY_EVENT)
def test_an_event_survives_being_stored(event: GameEvent) -> None:
    kind, data = encode(event)

    assert decode(kind, json.loads(json.dumps(data))) == event


@given(ANY_EVENT)
def test_an_older_reader_ignores_what_a_newer_writer_adds(event: GameEvent) -> None:
    kind, data = encode(event)
    newer: dict[str, JSON] = {**data, "added_later": {"deep": [1, None]}}

    assert decode(kind, newer) == event


def test_a_kind_of_a_newer_writer_reads_as_unknown() -> None:
    assert decode("danced", {"survivor": "Ada"}) == Unknown()


def test_a_member_of_a_set_that_a_newer_writer_added_reads_as_the_catch_all() -> None:
    _, data = encode(KILL)
    data["victim"] = {"name": "Ada", "kind": "ghost"}

    event = decode("killed", data)

    assert isinstance(event, Killed)
    assert event.victim.kind is FighterKind.UNKNOWN


def test_stored_data_is_plain_json_without_nulls() -> None:
    kind, data = encode(KILL)

    assert kind is EventKind.KILLED
    assert data["victim"] == {"name": "Ada", "kind": "survivor", "level": 12, "tribe": "Moss"}
    assert "cause" not in data


def test_a_member_of_a_set_is_stored_as_a_plain_string() -> None:
    event = Transferred(direction=Direction.UPLOADED, survivor="Ada", creature=Creature(name="Pip"))

    _, data = encode(event)

    assert type(data["direction"]) is str


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({"platform_name": "a", "survivor": "b"}, "Chat.text is missing"),
        ({"platform_name": "a", "survivor": "b", "text": 5}, "Chat.text: 5 is not"),
    ],
)
def test_data_that_no_writer_stored_is_refused(data: dict[str, JSON], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        decode("chat", data)


def test_a_line_of_a_tribes_log_concerns_that_tribe_alone() -> None:
    public = dataclasses.replace(KILL, stamp=None)
    chat = Chat(platform_name="ada", survivor="Ada", text="hi")

    assert [audience_of(event) for event in (KILL, public, chat, Unknown())] == [
        Audience.TRIBE,
        Audience.EVERYONE,
        Audience.EVERYONE,
        Audience.STAFF,
    ]
