"""What Redis says of a key's time, to the millisecond."""

from __future__ import annotations

import pytest

from shared.cache.kept.store import _seconds_left


@pytest.mark.parametrize(
    ("pttl", "seconds"),
    [
        # gone; never one of ours, it has no time; there until the clock's next millisecond; there
        (-2, 0.0),
        (-1, 0.0),
        (0, 0.001),
        (1, 0.002),
        (59_999, 60.0),
    ],
)
def test_a_key_is_over_when_redis_has_let_it_expire_and_not_a_millisecond_before(
    pttl: int, seconds: float
) -> None:
    assert _seconds_left(pttl) == seconds
