from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import get_args

import pytest

from parser_service.grammar.quick import quick
from shared.domain.events import Fighter, FighterKind, GameEvent, ServerChat

FIGHTER = Fighter(name="Ada", kind=FighterKind.SURVIVOR, level=12)


def test_a_quickly_made_value_is_like_any_other() -> None:
    made = quick(Fighter)(name="Ada", kind=FighterKind.SURVIVOR, level=12)

    assert type(made) is Fighter
    assert made == FIGHTER
    assert hash(made) == hash(FIGHTER)
    assert repr(made) == repr(FIGHTER)
    assert dataclasses.replace(made, level=13).level == 13
    assert pickle.loads(pickle.dumps(made)) == copy.deepcopy(made) == FIGHTER


def test_a_quickly_made_value_cannot_be_changed() -> None:
    made = quick(ServerChat)(text="hello")

    with pytest.raises(dataclasses.FrozenInstanceError):
        made.text = "bye"  # type: ignore[misc] # that it is frozen is the point


def test_a_field_that_is_missing_or_unknown_is_refused() -> None:
    with pytest.raises(TypeError):
        quick(ServerChat)()  # type: ignore[call-arg] # what is tested
    with pytest.raises(TypeError):
        quick(ServerChat)(text="hello", note="")  # type: ignore[call-arg] # what is tested


@pytest.mark.parametrize("cls", get_args(GameEvent))
def test_every_event_can_be_made_quickly(cls: type[GameEvent]) -> None:
    values = {field.name: field.name for field in dataclasses.fields(cls)}

    assert quick(cls)(**values) == cls(**values)  # type: ignore[arg-type] # types do not matter here


def test_a_class_that_does_more_than_store_its_fields_is_refused() -> None:
    @dataclasses.dataclass(frozen=True, slots=True)
    class Checked:
        value: int

        def __post_init__(self) -> None:
            raise ValueError

    with pytest.raises(TypeError, match="Checked"):
        quick(Checked)
