"""What two sources show counts once, and what one of them shows twice counts twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from parser_service.feeds.overlap import SLACK, KnownLine, runs_of, sift
from shared.domain.events import Unknown
from shared.store.events import NewEvent

AT = datetime(2026, 5, 4, 10, tzinfo=UTC)


def event(second: int, text: str, *, is_rcon: bool = False) -> NewEvent:
    at = AT + timedelta(seconds=second)
    raw = f"{at:%Y.%m.%d_%H.%M.%S}: {text}"
    if not is_rcon:
        raw = f"[{at:%Y.%m.%d-%H.%M.%S}:000][  1]{raw}"
    return NewEvent(occurred_at=at, event=Unknown(text=text), raw=raw)


class Log:
    """The rules of storing, with lists for tables."""

    def __init__(self) -> None:
        self.stored: list[tuple[str, NewEvent]] = []
        self.seen: set[tuple[str, int]] = set()

    def show(self, source: str, events: list[NewEvent]) -> None:
        known = [
            KnownLine(seq=seq, occurred_at=stored.occurred_at, raw=stored.raw)
            for seq, (other, stored) in enumerate(self.stored)
            if other != source and (source, seq) not in self.seen
        ]
        sifted = sift(events, known)
        self.seen |= {(source, line.seq) for line in sifted.repeated}
        self.stored += [(source, new) for new in sifted.fresh]

    def texts(self) -> list[str]:
        return sorted(f"{new.occurred_at} {new.raw[-1]}" for _, new in self.stored)


lines = st.lists(st.tuples(st.integers(0, 3), st.sampled_from("ab")), max_size=12).map(
    lambda found: sorted(found, key=lambda line: line[0])
)


@given(lines, st.data())
def test_a_file_that_rcon_stood_in_for_ends_with_every_line_once(
    told: list[tuple[int, str]], data: st.DataObject
) -> None:
    log = Log()
    fails = data.draw(st.integers(0, len(told)))
    buffered = data.draw(st.integers(0, fails))
    back = data.draw(st.integers(fails, len(told)))

    log.show("log", [event(*line) for line in told[:fails]])
    for start in range(buffered, back, 3):
        log.show("rcon", [event(*line, is_rcon=True) for line in told[start : min(start + 3, back)]])
    for start in range(fails, len(told), 2):
        log.show("log", [event(*line) for line in told[start : start + 2]])

    assert log.texts() == sorted(f"{AT + timedelta(seconds=second)} {text}" for second, text in told)


@given(lines, st.data())
def test_lines_arrive_while_rcon_stands_in_and_are_not_taken_for_others(
    told: list[tuple[int, str]], data: st.DataObject
) -> None:
    log = Log()
    fails = data.draw(st.integers(0, len(told)))
    buffered = data.draw(st.integers(0, fails))

    log.show("log", [event(*line) for line in told[:fails]])
    log.show("rcon", [event(*line, is_rcon=True) for line in told[buffered:]])

    # what RCON shows whole from a second on, the log holds whole from that second on
    first = next((second for second, _ in told[buffered:]), 0)
    whole = [f"{AT + timedelta(seconds=second)} {text}" for second, text in told if second > first]
    stored = [text for text in log.texts() if text >= f"{AT + timedelta(seconds=first + 1)}"]
    assert stored == sorted(whole)


def test_lines_that_cannot_have_been_seen_are_not_looked_up() -> None:
    events = [event(0, "a"), event(30, "b"), event(10_000, "c")]

    assert runs_of(events, AT + timedelta(seconds=20) - SLACK) == [[events[0]]]
    assert runs_of(events, AT + timedelta(days=1)) == [events[:2], events[2:]]
