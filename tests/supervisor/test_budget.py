from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from supervisor.budget import IdentifyBudget

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_a_bot_that_has_used_up_its_starts_waits_until_the_oldest_is_a_day_old(tmp_path: Path) -> None:
    budget = IdentifyBudget(tmp_path / "starts", limit=3)
    for hours in (3, 2, 1):
        budget.book("stats", NOW - timedelta(hours=hours))

    assert budget.wait_for("stats", NOW) == timedelta(hours=21)
    assert budget.wait_for("stats", NOW + timedelta(hours=21)) == timedelta()
    assert budget.wait_for("decay", NOW) == timedelta()


def test_what_was_used_survives_a_restart_of_the_supervisor(tmp_path: Path) -> None:
    IdentifyBudget(tmp_path / "starts", limit=3).book("stats", NOW, 3)

    again = IdentifyBudget(tmp_path / "starts", limit=3)

    assert again.used(NOW) == {"stats": 3}
    assert again.wait_for("stats", NOW) == timedelta(hours=24)


def test_a_clock_that_was_set_back_locks_no_bot_out(tmp_path: Path) -> None:
    budget = IdentifyBudget(tmp_path / "starts", limit=1)
    budget.book("stats", NOW + timedelta(days=300))

    assert budget.wait_for("stats", NOW) == timedelta()


def test_a_file_that_was_cut_short_begins_anew(tmp_path: Path) -> None:
    (tmp_path / "starts").write_text('{"stats": ["2026-03-0')

    assert IdentifyBudget(tmp_path / "starts").used(NOW) == {}
