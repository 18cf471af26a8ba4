"""Tickets on a real database."""

from __future__ import annotations

import asyncio

import pytest

from bots.tickets.domain import Form, Kind, State
from bots.tickets.queries import Presence, list_people
from bots.tickets.service import TicketService, Which
from bots.tickets.upkeep.service import UpkeepService
from shared.clock import FrozenClock
from shared.db import Database
from shared.errors import ForbiddenError, InvalidInputError, NotFoundError
from shared.ids import ChannelId, GuildId, MemberId
from tests.bots.tickets.builders import OPENER, OTHER, STAFF, actor, staff

FORM = Form(subject="Lost my raptor", text="Near the river.")


@pytest.fixture
def service(guild: Database, clock: FrozenClock) -> TicketService:
    return TicketService(guild, clock)


async def test_many_presses_at_once_open_one_ticket(service: TicketService) -> None:
    opening = (service.open(actor(), Kind.HELP, FORM, form_key=number) for number in range(8))

    results = await asyncio.gather(*opening, return_exceptions=True)

    opened = [one for one in results if not isinstance(one, BaseException)]
    assert len(opened) == 1
    assert all(isinstance(one, InvalidInputError) for one in results if one not in opened)


async def test_numbers_have_no_holes_whatever_is_refused(service: TicketService) -> None:
    members = [MemberId(1000 + number) for number in range(6)]
    opening = [
        service.open(actor(member), Kind.HELP, FORM, form_key=member * 10 + twice)
        for member in members
        for twice in (0, 1)
    ]

    results = await asyncio.gather(*opening, return_exceptions=True)

    numbers = sorted(one.number for one in results if not isinstance(one, BaseException))
    assert numbers == [1, 2, 3, 4, 5, 6]


async def test_a_form_sent_in_again_gives_the_same_ticket_even_when_it_was_closed(
    service: TicketService,
) -> None:
    first = await service.open(actor(), Kind.HELP, FORM, form_key=1)
    await service.close(staff(), first.id, "done")

    again = await service.open(actor(), Kind.HELP, FORM, form_key=1)

    assert again.id == first.id
    assert len(await service.listed(staff(), Which.ALL)) == 1


async def test_texts_that_postgres_has_no_place_for_are_kept_without(service: TicketService) -> None:
    opened = await service.open(actor(), Kind.HELP, Form(subject="a\x00b", text="\x00line\nline"), form_key=1)

    assert (opened.form.subject, opened.form.text) == ("ab", "line\nline")


@pytest.mark.parametrize(
    "form", [Form(subject="  "), Form(subject="x" * 81), Form(subject="x", text="y" * 2001)]
)
async def test_a_form_beyond_its_limits_is_refused(service: TicketService, form: Form) -> None:
    with pytest.raises(InvalidInputError):
        await service.open(actor(), Kind.HELP, form, form_key=1)


async def test_without_a_channel_the_person_is_told_whom_to_ask(db: Database, clock: FrozenClock) -> None:
    async with db.transaction() as conn:
        await conn.execute("INSERT INTO communities (guild_id, name, approved_at) VALUES (10, 'x', now())")

    with pytest.raises(NotFoundError, match="/setup channel"):
        await TicketService(db, clock).open(actor(), Kind.HELP, FORM, form_key=1)


async def test_another_guilds_ticket_does_not_exist(service: TicketService) -> None:
    opened = await service.open(actor(), Kind.HELP, FORM, form_key=1)
    foreigner = actor(STAFF, staff().level, GuildId(11))

    for asking in (service.claim(foreigner, opened.id), service.close(foreigner, opened.id, "x")):
        with pytest.raises(NotFoundError):
            await asking
    with pytest.raises(NotFoundError):
        await service.find(foreigner, 1, ChannelId(0))


async def test_two_of_staff_who_claim_at_once_leave_one_in_charge(service: TicketService) -> None:
    opened = await service.open(actor(), Kind.HELP, FORM, form_key=1)

    await asyncio.gather(service.claim(staff(STAFF), opened.id), service.claim(staff(OTHER), opened.id))

    claim = (await service.get(staff(), opened.id)).claim
    assert claim is not None
    assert claim.member_id in {STAFF, OTHER}


async def test_a_closed_ticket_is_closed_once(service: TicketService, guild: Database) -> None:
    opened = await service.open(actor(), Kind.HELP, FORM, form_key=1)

    closing = (service.close(staff(), opened.id, "done") for _ in range(5))
    results = await asyncio.gather(*closing, return_exceptions=True)

    assert sum(not isinstance(one, BaseException) for one in results) == 1
    async with guild.connection() as conn:
        found = await conn.fetchval("SELECT count(*) FROM audit_log WHERE action = 'ticket.close'")
    assert found == 1


async def test_who_claims_and_who_is_added_is_to_be_brought_in(
    service: TicketService, guild: Database
) -> None:
    opened = await service.open(actor(), Kind.HELP, FORM, form_key=1)
    await service.claim(staff(), opened.id)
    await service.add(staff(), opened.id, actor(OTHER), is_bot=False)
    await service.remove(staff(), opened.id, OTHER, "x")

    async with guild.connection() as conn:
        people = {one.member_id: (one.role.value, one.state) for one in await list_people(conn, opened.id)}

    assert people == {
        OPENER: ("opener", Presence.TO_ADD),
        STAFF: ("staff", Presence.TO_ADD),
        OTHER: ("player", Presence.TO_REMOVE),
    }


async def test_only_the_opener_rates_and_only_a_closed_ticket(service: TicketService) -> None:
    opened = await service.open(actor(), Kind.HELP, FORM, form_key=1)
    with pytest.raises(InvalidInputError):
        await service.rate(OPENER, opened.id, 5)
    await service.close(staff(), opened.id, "done")
    with pytest.raises(ForbiddenError):
        await service.rate(OTHER, opened.id, 5)

    assert (await service.rate(OPENER, opened.id, 5)).rating == 5


async def test_a_thread_that_was_replaced_meanwhile_closes_nothing(
    service: TicketService, guild: Database, clock: FrozenClock
) -> None:
    upkeep = UpkeepService(guild, clock)
    opened = await service.open(actor(), Kind.HELP, FORM, form_key=1)
    await upkeep.thread_made(opened.id, ChannelId(501))

    kept = await upkeep.thread_lost(opened.id, MemberId(1), ChannelId(500))
    lost = await upkeep.thread_lost(opened.id, MemberId(1), ChannelId(501))

    assert kept.state is State.OPENED
    assert lost.state is State.CLOSED


async def test_a_thread_is_asked_for_a_second_time_only_after_the_first(
    service: TicketService, guild: Database, clock: FrozenClock
) -> None:
    upkeep = UpkeepService(guild, clock)
    opened = await service.open(actor(), Kind.HELP, FORM, form_key=1)

    assert [await upkeep.thread_asked(opened.id) for _ in range(3)] == [False, True, True]


async def test_staff_find_tickets_while_typing(service: TicketService) -> None:
    for number, subject in enumerate(("Lost my raptor", "Question about points"), start=1):
        await service.open(actor(MemberId(number)), Kind.HELP, Form(subject=subject), form_key=number)

    by_number = await service.suggest(staff(), "#2", only_open=True)
    by_word = await service.suggest(staff(), "RAPTOR", only_open=True)
    foreign = await service.suggest(actor(MemberId(1)), "", only_open=True)

    assert [one.number for one in by_number] == [2]
    assert [one.number for one in by_word] == [1]
    assert [one.number for one in foreign] == [1]
