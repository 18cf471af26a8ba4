"""The rules of tickets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.tickets import domain
from bots.tickets.domain import Court, Kind, Role, State, Ticket
from shared.domain.permissions import Level
from shared.errors import ForbiddenError, InvalidInputError
from shared.ids import ChannelId
from tests.bots.tickets.builders import NOW, OPENER, OTHER, STAFF, actor, claimed, closed, staff, ticket

LATER = NOW + timedelta(hours=1)


def test_a_member_opens_one_ticket_of_a_kind() -> None:
    with pytest.raises(InvalidInputError, match=r"#7 <#500>"):
        domain.check_may_open([ticket(kind=Kind.HELP)], Kind.HELP, LATER)

    domain.check_may_open([ticket(kind=Kind.HELP)], Kind.REPORT, LATER)
    domain.check_may_open([closed()], Kind.HELP, LATER)


def test_three_open_tickets_are_the_limit() -> None:
    three = [ticket(kind=kind) for kind in (Kind.HELP, Kind.REPORT, Kind.LOST)]

    with pytest.raises(InvalidInputError, match="3 is the limit"):
        domain.check_may_open(three, Kind.APPEAL, LATER)


def test_who_opens_and_closes_over_and_over_has_to_wait() -> None:
    six = [closed()] * 6

    with pytest.raises(InvalidInputError, match="within an hour"):
        domain.check_may_open(six, Kind.HELP, NOW + timedelta(minutes=59))

    domain.check_may_open(six, Kind.HELP, NOW + timedelta(minutes=60))


@pytest.mark.parametrize("before", [ticket(state=State.OPENING, thread_id=None), ticket(), claimed()])
def test_whatever_is_open_can_be_closed_and_reopened(before: Ticket) -> None:
    after = domain.close(before, staff(), " given   back ", LATER)
    again = domain.reopen(after, staff(), [], LATER)

    assert (after.state, after.closings) == (State.CLOSED, 1)
    assert after.closing is not None
    assert after.closing.reason == "given back"
    assert (again.state, again.claim, again.closing) == (before.state, before.claim, None)
    assert before.version < after.version < again.version


@pytest.mark.parametrize(
    "step",
    [
        lambda: domain.claim(closed(), staff()),
        lambda: domain.close(closed(), staff(), "again", LATER),
        lambda: domain.check_may_add(closed(), staff(), OTHER, is_bot=False),
        lambda: domain.check_may_remove(closed(), staff(), OTHER),
        lambda: domain.reopen(ticket(), staff(), [], LATER),
        lambda: domain.reopen(closed(), staff(), [ticket()], LATER),
        lambda: domain.claim(claimed(), staff()),
        lambda: domain.close(ticket(), staff(), "  ", LATER),
        lambda: domain.close(ticket(), staff(), "x" * 301, LATER),
        lambda: domain.check_may_add(ticket(), staff(), OTHER, is_bot=True),
        lambda: domain.check_may_add(ticket(), staff(), OPENER, is_bot=False),
        lambda: domain.check_may_remove(ticket(), staff(), OPENER),
        lambda: domain.rate(ticket(), OPENER, 5),
        lambda: domain.rate(closed(), OPENER, 6),
    ],
)
def test_what_makes_no_sense_is_refused(step: Callable[[], object]) -> None:
    with pytest.raises(InvalidInputError):
        step()


@pytest.mark.parametrize(
    "step",
    [
        lambda: domain.claim(ticket(), actor()),
        lambda: domain.close(ticket(), actor(OTHER), "x", LATER),
        lambda: domain.reopen(closed(), actor(), [], LATER),
        lambda: domain.check_may_add(ticket(), actor(OTHER), OTHER, is_bot=False),
        lambda: domain.check_may_remove(ticket(), actor(), OTHER),
        lambda: domain.rate(closed(), OTHER, 5),
    ],
)
def test_what_somebody_may_not_do_is_refused(step: Callable[[], object]) -> None:
    with pytest.raises(ForbiddenError):
        step()


def test_the_opener_closes_their_own_ticket() -> None:
    assert not domain.close(ticket(), actor(OPENER), "found it", LATER).is_open


def test_staff_take_a_ticket_over() -> None:
    taken = domain.claim(claimed(), staff(OTHER))

    assert taken.claim is not None
    assert taken.claim.member_id == OTHER


@pytest.mark.parametrize(
    ("role", "court"),
    [
        (Role.OPENER, Court.STAFF),
        (Role.PLAYER, Court.STAFF),
        (Role.STAFF, Court.PLAYER),
        (None, Court.PLAYER),
    ],
)
def test_who_spoke_passes_the_turn(role: Role | None, court: Court) -> None:
    before = ticket(waits_on=Court.STAFF if court is Court.PLAYER else Court.PLAYER)

    after = domain.heard(before, role, LATER)

    assert (after.waits_on, after.waits_since) == (court, LATER)
    assert domain.heard(after, role, LATER + timedelta(hours=1)) == after


def test_nobody_waits_in_a_closed_ticket() -> None:
    assert domain.heard(closed(), Role.STAFF, LATER) == closed()


def test_a_deleted_thread_closes_its_ticket_and_reopening_asks_for_a_new_one() -> None:
    lost = domain.lost_thread(claimed(), LATER)
    again = domain.reopen(lost, staff(), [], LATER)
    made = domain.made(again, ChannelId(501))

    assert lost.closing is not None
    assert "deleted" in lost.closing.reason
    assert (lost.state, lost.thread_id) == (State.CLOSED, None)
    assert again.state is State.OPENING
    assert (made.state, made.thread_id) == (State.CLAIMED, 501)


def test_a_closed_ticket_whose_thread_is_deleted_stays_as_it_was_closed() -> None:
    lost = domain.lost_thread(closed(), LATER)

    assert (lost.closing, lost.closings, lost.version) == (closed().closing, 1, closed().version)


def test_a_ticket_closed_while_its_thread_was_made_stays_closed() -> None:
    early = domain.close(ticket(state=State.OPENING, thread_id=None), staff(), "no need", LATER)

    assert domain.made(early, ChannelId(501)).state is State.CLOSED


@given(st.text(max_size=200))
def test_a_threads_name_fits_and_is_recognised(subject: str) -> None:
    one = ticket(form=domain.Form(subject=subject))

    name = domain.thread_name(one)

    assert 1 <= len(name) <= 100
    assert "\n" not in name
    assert domain.is_thread_of(one, name)
    assert not domain.is_thread_of(ticket(number=70), name)
    assert not domain.is_thread_of(ticket(number=1), name)


@given(
    st.lists(st.sampled_from(["claim", "close", "reopen", "lose", "make", "hear"]), max_size=30),
    st.booleans(),
)
def test_no_order_of_steps_gives_an_impossible_ticket(steps: list[str], by_other: bool) -> None:
    one = ticket(state=State.OPENING, thread_id=None)
    who = staff(OTHER if by_other else STAFF)
    for number, step in enumerate(steps):
        before = one
        try:
            match step:
                case "claim":
                    one = domain.claim(one, who)
                case "close":
                    one = domain.close(one, who, "done", LATER)
                case "reopen":
                    one = domain.reopen(one, who, [], LATER)
                case "lose":
                    one = domain.lost_thread(one, LATER)
                case "make":
                    one = domain.made(one, ChannelId(number)) if one.thread_id is None else one
                case _:
                    one = domain.heard(one, Role.STAFF, LATER)
        except InvalidInputError:
            assert one == before

        assert (one.closing is not None) == (one.state is State.CLOSED)
        assert (one.thread_id is not None) or one.state in {State.OPENING, State.CLOSED}
        assert (one.claim is not None) or one.state is not State.CLAIMED
        assert one.version >= before.version


def test_levels_above_staff_may_what_staff_may() -> None:
    assert domain.claim(ticket(), actor(OTHER, Level.OWNER)).state is State.CLAIMED
