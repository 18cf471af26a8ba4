from __future__ import annotations

from datetime import UTC, datetime, timedelta

from parser_service.link.roster import Roster
from shared.domain.events import GameEvent, Joined, Left, ServerStarted
from shared.ids import PlatformId
from shared.rcon.models import Player
from shared.store.events import NewEvent

AT = datetime(2026, 9, 13, 18, 0, tzinfo=UTC)


def at(seconds: int, event: GameEvent) -> NewEvent:
    return NewEvent(occurred_at=AT + timedelta(seconds=seconds), event=event, raw="")


def joined(name: str, platform_id: str | None = None) -> Joined:
    return Joined(platform_name=name, platform_id=PlatformId(platform_id) if platform_id else None)


def left(name: str, platform_id: str | None = None) -> Left:
    return Left(platform_name=name, platform_id=PlatformId(platform_id) if platform_id else None)


def test_joins_and_leaves_move_the_list_on() -> None:
    roster = Roster()
    roster.set_list([Player(name="Aster", platform_id=None)], AT)

    changed = roster.move([at(1, joined("Bryony")), at(2, left("Aster")), at(3, joined("Clover"))])

    assert changed
    assert roster.names == ("Bryony", "Clover")


def test_what_happened_before_the_list_was_taken_is_in_it_already() -> None:
    roster = Roster()
    roster.set_list([Player(name="Aster", platform_id=None)], AT)

    assert not roster.move([at(-5, left("Aster")), at(-4, joined("Bryony"))])
    assert roster.names == ("Aster",)


def test_of_two_with_one_name_the_one_with_the_id_leaves() -> None:
    roster = Roster()
    roster.move([at(1, joined("Unavailable name", "a1")), at(2, joined("Unavailable name", "b2"))])

    roster.move([at(3, left("Unavailable name", "b2")), at(4, joined("Bryony", "c3"))])

    assert roster.names == ("Unavailable name", "Bryony")


def test_who_leaves_without_an_id_is_found_by_name() -> None:
    roster = Roster()
    roster.move([at(1, joined("Aster", "a1")), at(2, joined("Bryony", "b2"))])

    roster.move([at(3, left("Aster"))])

    assert roster.names == ("Bryony",)


def test_joining_twice_counts_once() -> None:
    roster = Roster()

    roster.move([at(1, joined("Aster", "a1")), at(2, joined("Aster", "a1"))])

    assert roster.names == ("Aster",)


def test_a_server_that_started_is_empty() -> None:
    roster = Roster()
    roster.move([at(1, joined("Aster"))])

    assert roster.move([at(2, ServerStarted(name="The Island"))])
    assert roster.names == ()


def test_leaving_without_having_been_there_changes_nothing() -> None:
    assert not Roster().move([at(1, left("Aster"))])


def test_joins_without_leaves_do_not_pile_up_for_ever() -> None:
    roster = Roster()

    roster.move([at(number, joined(f"Aster {number}")) for number in range(10_000)])

    assert len(roster.names) == 500
    assert roster.names[-1] == "Aster 9999"


def test_a_name_that_rcon_cannot_write_stays_as_the_log_told_it() -> None:
    roster = Roster()
    roster.move([at(0, joined("Ødegaard Björn")), at(1, joined("Mira 🦖"))])

    roster.set_list(
        [Player(name=name, platform_id=None) for name in ("?degaard Bj?rn", "Mira ??", "Who?")], AT
    )

    assert roster.names == ("Ødegaard Björn", "Mira 🦖", "Who?")
