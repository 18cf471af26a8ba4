"""Sessions come from the log alone, and doubt never adds playtime."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.events import (
    Chat,
    GameEvent,
    Joined,
    Left,
    ServerLine,
    ServerStarted,
    ServerTopic,
    WorldSaved,
)
from shared.domain.sessions import ClosedSession, OpenSession, SessionBook, SessionEnd, player_key
from shared.ids import PlatformId

T0 = datetime(2026, 5, 1, 12, tzinfo=UTC)
OTTER = PlatformId("0002a1b2c3d4e5f60718293a4b5c6d7e")
LYNX = PlatformId("0002ffffc3d4e5f60718293a4b5c6d7e")


def at(minute: float) -> datetime:
    return T0 + timedelta(minutes=minute)


def run(*events: tuple[float, GameEvent], book: SessionBook | None = None) -> list[ClosedSession]:
    book = book or SessionBook()
    changes = [change for minute, event in events for change in book.apply(event, at(minute))]
    return [change for change in changes if isinstance(change, ClosedSession)]


def joined(name: str = "Otter", platform_id: PlatformId | None = OTTER) -> Joined:
    return Joined(platform_name=name, platform_id=platform_id)


def left(name: str = "Otter", platform_id: PlatformId | None = OTTER) -> Left:
    return Left(platform_name=name, platform_id=platform_id)


def said(name: str = "Otter") -> Chat:
    return Chat(platform_name=name, survivor="Rex", text="hello")


def test_a_join_and_a_leave_make_a_session() -> None:
    (session,) = run((0, joined()), (30, left()))

    assert session.player == OTTER
    assert session.duration == timedelta(minutes=30)
    assert session.end is SessionEnd.LEFT


def test_who_is_on_is_known_while_they_are_on() -> None:
    book = SessionBook()

    (change,) = book.apply(joined(), at(0))

    assert isinstance(change, OpenSession)
    assert list(book.open) == [OTTER]


def test_a_leave_without_id_ends_the_session_of_that_name() -> None:
    (session,) = run((0, joined()), (5, left(platform_id=None)))

    assert (session.player, session.end) == (OTTER, SessionEnd.LEFT)


def test_a_leave_without_id_ends_nothing_where_two_bear_the_name() -> None:
    book = SessionBook()

    ended = run((0, joined()), (1, joined("Otter", LYNX)), (5, left(platform_id=None)), book=book)

    assert ended == []
    assert set(book.open) == {OTTER, LYNX}


def test_a_leave_with_an_id_never_ends_the_session_of_another_id() -> None:
    assert run((0, joined()), (5, left("Otter", LYNX))) == []


def test_a_leave_of_somebody_who_was_on_before_the_log_began_is_no_session() -> None:
    assert run((5, left())) == []


def test_a_second_join_ends_the_first_session_at_its_last_sign_of_life() -> None:
    (session,) = run((0, joined()), (7, said()), (60, joined()))

    assert session.duration == timedelta(minutes=7)
    assert session.end is SessionEnd.REJOINED


def test_a_server_start_ends_all_sessions_at_the_last_line_of_the_run_before() -> None:
    boot = ServerLine(topic=ServerTopic.STARTUP, text="Log file open")

    sessions = run(
        (0, joined()),
        (10, joined("Lynx", LYNX)),
        (40, WorldSaved()),
        (300, boot),
        (305, ServerStarted(name="The Island")),
    )

    assert {session.player: session.duration for session in sessions} == {
        OTTER: timedelta(minutes=40),
        LYNX: timedelta(minutes=30),
    }


def test_a_clock_that_was_set_back_makes_no_negative_time() -> None:
    (session,) = run((10, joined()), (5, left()))

    assert session.duration == timedelta(0)


@pytest.mark.parametrize(
    ("name", "platform_id", "expected"),
    [
        ("Otter", OTTER, OTTER),
        ("Otter", PlatformId(OTTER.upper()), OTTER),
        ("Otter", None, "name:Otter"),
        ("  Otter ", None, "name:Otter"),
        ("Otter", PlatformId("0"), "name:Otter"),
        ("Otter", PlatformId("0" * 32), "name:Otter"),
        ("Otter", PlatformId(""), "name:Otter"),
        ("Otter", PlatformId("null"), "name:Otter"),
        ("Unavailable name", None, None),
        ("Unavailable name", OTTER, OTTER),
        ("", None, None),
    ],
)
def test_a_player_is_written_by_id_where_there_is_one(
    name: str, platform_id: PlatformId | None, expected: str | None
) -> None:
    assert player_key(name, platform_id) == expected


names = st.sampled_from(["Otter", "Lynx", "Unavailable name"])
ids = st.sampled_from([OTTER, LYNX, None])
events = st.one_of(
    st.builds(Joined, platform_name=names, platform_id=ids),
    st.builds(Left, platform_name=names, platform_id=ids),
    st.builds(Chat, platform_name=names, survivor=st.just("Rex"), text=st.just("hi")),
    st.just(ServerStarted(name="The Island")),
    st.just(WorldSaved()),
)


@given(st.lists(st.tuples(st.integers(0, 9), events), max_size=40), st.data())
def test_sessions_do_not_depend_on_how_the_log_was_cut(
    steps: list[tuple[int, GameEvent]], data: st.DataObject
) -> None:
    whole, cut, minute = SessionBook(), SessionBook(), 0
    for wait, event in steps:
        minute += wait

        expected = whole.apply(event, at(minute))
        if data.draw(st.booleans()):
            cut = SessionBook(list(cut.open.values()), alive_at=cut.alive_at)

        assert cut.apply(event, at(minute)) == expected
    assert cut.open == whole.open


@given(st.lists(st.tuples(st.integers(0, 9), events), max_size=40))
def test_a_player_is_never_on_for_longer_than_time_went_by(steps: list[tuple[int, GameEvent]]) -> None:
    book, minute = SessionBook(), 0
    total: dict[str, timedelta] = {}
    for wait, event in steps:
        minute += wait
        for change in book.apply(event, at(minute)):
            if isinstance(change, ClosedSession):
                total[change.player] = total.get(change.player, timedelta()) + change.duration

    assert all(timedelta() <= time <= timedelta(minutes=minute) for time in total.values())
