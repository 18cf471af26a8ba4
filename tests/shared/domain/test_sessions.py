"""Sessions come from the log alone, and doubt never adds playtime."""

from __future__ import annotations

import random
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
from shared.domain.sessions import (
    ClosedSession,
    OpenSession,
    SessionBook,
    SessionEnd,
    Stay,
    player_key,
    visits_of,
)
from shared.ids import PlatformId, ServerId

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
    (session,) = run((10, joined()), (5, ServerStarted(name="The Island")))

    assert session.duration == timedelta(0)


def test_a_late_leave_of_an_earlier_session_does_not_end_the_present_one() -> None:
    book = SessionBook()

    ended = run((0, joined()), (60, joined()), (30, left()), (90, left()), book=book)

    assert [session.duration for session in ended] == [timedelta(0), timedelta(minutes=30)]


def test_a_join_that_is_told_again_changes_nothing() -> None:
    (session,) = run((5, joined()), (4, joined()), (5, joined()), (30, left()))

    assert session.duration == timedelta(minutes=25)


def test_a_start_that_is_told_late_does_not_end_the_sessions_of_the_run_it_began() -> None:
    (session,) = run((60, joined()), (0, ServerStarted(name="The Island")), (90, left()))

    assert session.duration == timedelta(minutes=30)


def stay(server: int, begin: float, end: float | None, player: str = "name:Otter") -> Stay:
    left_at = None if end is None else at(end)
    return Stay(server_id=ServerId(server), player=player, joined_at=at(begin), left_at=left_at)


def test_a_hop_between_maps_is_one_visit_with_two_parts() -> None:
    (visit,) = visits_of([stay(2, 63, 90), stay(1, 0, 60)])

    assert [part.server_id for part in visit.stays] == [1, 2]
    assert visit.playtime(at(100)) == timedelta(minutes=87)
    assert (visit.began_at, visit.ended_at) == (at(0), at(90))


def test_who_comes_back_after_more_than_250_seconds_makes_another_visit() -> None:
    visits = visits_of([stay(1, 0, 60), stay(2, 60 + 251 / 60, 90)])

    assert [len(visit.stays) for visit in visits] == [1, 1]


def test_visits_of_two_people_are_theirs() -> None:
    visits = visits_of([stay(1, 0, 60), stay(2, 61, 90, "name:Lynx")])

    assert [visit.player for visit in visits] == ["name:Lynx", "name:Otter"]


def test_time_on_two_maps_at_once_counts_once() -> None:
    (visit,) = visits_of([stay(1, 0, 120), stay(2, 30, 60), stay(3, 100, 140)])

    assert visit.playtime(at(200)) == timedelta(minutes=140)


def test_a_leave_counts_when_nobody_came_back_in_time() -> None:
    (gone,) = visits_of([stay(1, 0, 60)])
    (here,) = visits_of([stay(1, 0, 60), stay(2, 62, None)])

    assert [gone.is_over(at(minute)) for minute in (61, 64, 65)] == [False, False, True]
    assert not here.is_over(at(600))
    assert here.playtime(at(72)) == timedelta(minutes=70)


@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(0, 300), st.integers(0, 40)), max_size=12), st.randoms()
)
def test_visits_do_not_depend_on_the_order_in_which_servers_were_read(
    found: list[tuple[int, int, int]], chance: random.Random
) -> None:
    stays = [stay(server, begin, begin + length) for server, begin, length in found]
    shuffled = chance.sample(stays, len(stays))

    visits = visits_of(shuffled)

    assert [visit.began_at for visit in visits] == [visit.began_at for visit in visits_of(stays)]
    total = sum((visit.playtime(at(400)) for visit in visits), timedelta())
    assert total <= sum((part.left_at - part.joined_at for part in stays if part.left_at), timedelta())
    minutes = {minute for _, begin, length in found for minute in range(begin, begin + length)}
    assert total == timedelta(minutes=len(minutes))


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
