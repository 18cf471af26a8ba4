from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.nitrado.budget import Budget, RateLimit, read_rate_limit

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ONE = NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({}, RateLimit()),
        (
            {
                "X-RateLimit-Limit": "10.000",
                "X-RateLimit-Remaining": "450",
                "X-RateLimit-Reset": str(int(ONE.timestamp())),
            },
            RateLimit(limit=10_000, remaining=450, reset_at=ONE),
        ),
        (
            {"X-RateLimit-Limit": "15,000", "X-RateLimit-Remaining": " 9.950 "},
            RateLimit(limit=15_000, remaining=9_950),
        ),
        (
            {"X-RateLimit-Limit": "many", "X-RateLimit-Remaining": "-1", "X-RateLimit-Reset": "9" * 30},
            RateLimit(),
        ),
    ],
)
def test_the_headers_tell_the_budget(headers: dict[str, str], told: RateLimit) -> None:
    assert read_rate_limit(headers) == told


def test_the_documented_budget_holds_until_an_answer_tells_another() -> None:
    budget = Budget()

    budget.spend(NOON)

    assert budget.remaining(NOON) == 9_999
    assert budget.remaining(ONE) == 10_000


def test_an_answer_that_was_overtaken_gives_nothing_back() -> None:
    budget = Budget()

    budget.note(RateLimit(limit=100, remaining=40, reset_at=ONE))
    budget.note(RateLimit(limit=100, remaining=41, reset_at=ONE))

    assert budget.remaining(NOON) == 40


def test_a_new_period_starts_with_what_the_answer_tells() -> None:
    budget = Budget()
    budget.note(RateLimit(limit=100, remaining=3, reset_at=ONE))

    budget.note(RateLimit(limit=100, remaining=99, reset_at=ONE + timedelta(hours=1)))

    assert budget.remaining(ONE) == 99


def test_a_spent_budget_is_blocked_until_its_renewal_and_a_reserve_is_kept() -> None:
    budget = Budget()
    budget.note(RateLimit(limit=100, remaining=5, reset_at=ONE))

    assert budget.blocked_until(NOON) is None
    assert budget.blocked_until(NOON, reserve=5) == ONE
    assert budget.blocked_until(ONE, reserve=5) is None
    assert budget.limit == 100
