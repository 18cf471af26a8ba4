from __future__ import annotations

import random

import pytest

from shared.nitrado.errors import NitradoMaintenanceError, NitradoUnreachableError
from shared.nitrado.retrying import read_again


class Flaky:
    """Fails so many times before it answers."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls = 0

    async def call(self) -> str:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "answer"


async def test_no_answer_is_asked_for_again() -> None:
    flaky = Flaky(NitradoUnreachableError("gone"), NitradoUnreachableError("gone"))

    found = await read_again(flaky.call, chance=random.Random(1), pause_seconds=0.001)

    assert (found, flaky.calls) == ("answer", 3)


async def test_the_last_try_tells_why() -> None:
    flaky = Flaky(*(NitradoUnreachableError(f"gone {number}") for number in range(9)))

    with pytest.raises(NitradoUnreachableError, match="gone 2"):
        await read_again(flaky.call, chance=random.Random(1), pause_seconds=0.001)

    assert flaky.calls == 3


async def test_a_refusal_is_not_asked_for_again() -> None:
    flaky = Flaky(NitradoMaintenanceError("later"))

    with pytest.raises(NitradoMaintenanceError):
        await read_again(flaky.call, chance=random.Random(1), pause_seconds=0.001)

    assert flaky.calls == 1
