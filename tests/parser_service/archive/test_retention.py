"""Which saves' columns are forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from parser_service.archive.retention import HistoryPolicy, KeptColumns, choose_forgotten
from shared.ids import SaveId

NOW = datetime(2026, 9, 13, 18, 0, tzinfo=UTC)
MEGABYTE = 1 << 20


def every(hours: float, count: int, size: int = MEGABYTE) -> list[KeptColumns]:
    """Return saves at even distances, the newest first; their ids are the hours of their age."""
    return [
        KeptColumns(save_id=SaveId(number), saved_at=NOW - timedelta(hours=hours * number), bytes=size)
        for number in range(count)
    ]


def kept(saves: list[KeptColumns], policy: HistoryPolicy, in_use: int | None = None) -> list[int]:
    forgotten = choose_forgotten(saves, policy, now=NOW, in_use=None if in_use is None else SaveId(in_use))
    return [save.save_id for save in saves if save.save_id not in forgotten]


def test_all_of_two_days_and_one_a_day_for_thirty_are_kept() -> None:
    found = kept(every(1, 24 * 40), HistoryPolicy())

    assert found[:49] == list(range(49))
    older = [NOW - timedelta(hours=number) for number in found[49:]]
    assert len({at.date() for at in older}) == len(older) == 28
    assert all(at.hour == 23 for at in older)
    assert NOW - older[-1] <= timedelta(days=30)


def test_a_server_never_has_more_than_its_bytes_and_the_newest_stay() -> None:
    found = kept(every(1, 48), HistoryPolicy(most_bytes=10 * MEGABYTE))

    assert found == list(range(10))


def test_the_newest_and_the_one_in_use_are_kept_whatever_the_limit() -> None:
    saves = every(24 * 50, 3)

    assert kept(saves, HistoryPolicy(most_bytes=0), in_use=2) == [0, 2]
    assert kept(saves[1:], HistoryPolicy(most_bytes=0)) == [1]


def test_the_oldest_are_forgotten_first() -> None:
    forgotten = choose_forgotten(every(1, 5), HistoryPolicy(most_bytes=0), now=NOW, in_use=None)

    assert forgotten == [4, 3, 2, 1]


def test_nothing_kept_is_nothing_to_forget() -> None:
    assert choose_forgotten([], HistoryPolicy(), now=NOW, in_use=None) == []


def test_what_was_forgotten_once_leaves_the_rest_as_it_is() -> None:
    first = every(1, 24 * 40)
    left = [save for save in first if save.save_id in kept(first, HistoryPolicy())]

    assert kept(left, HistoryPolicy()) == [save.save_id for save in left]
