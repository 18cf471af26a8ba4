"""What the database says of a server: up or not, who is on, from where, since when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from parser_service.link.presence import Presence
from parser_service.stopping import Stop
from sandbox.ark.server import ArkServer
from shared.clock import FrozenClock
from shared.domain.events import Joined, Left, Unknown
from shared.rcon.link import Address, open_link
from shared.store.events import NewEvent
from shared.store.states import ServerState, list_player_counts, list_states
from tests.parser_service.conftest import Environment
from tests.parser_service.game import rcon_of
from tests.parser_service.link.conftest import FAST, Side
from tests.parser_service.programs import GUILD, server_entry, until
from tests.parser_service.tasks import tasks

INTERVAL = timedelta(milliseconds=200)


def presence_of(side: Side) -> Presence:
    return Presence(side.server, side.link, side.resources, stop=side.stop, interval=INTERVAL)


class Watching:
    """What the database says just now."""

    def __init__(self, side: Side) -> None:
        self._side = side

    async def state(self) -> ServerState | None:
        async with self._side.resources.db.connection() as conn:
            states = await list_states(conn, GUILD)
        return states[0] if states else None

    async def until(self, holds: Callable[[ServerState], bool]) -> ServerState:
        found: list[ServerState] = []

        async def is_so() -> bool:
            state = await self.state()
            found[:] = [state] if state is not None and holds(state) else []
            return bool(found)

        await until(is_so, what="the state")
        return found[0]


async def test_players_are_listed_with_source_and_instant(side: Side) -> None:
    who = next(iter(side.game.world.survivors.values()))
    side.game.join(who.name)
    async with tasks(presence_of(side).run):
        state = await Watching(side).until(lambda state: state.players == (who.platform_name,))

    assert (state.is_up, state.source, state.problem) == (True, "rcon", None)
    assert datetime.now(UTC) - state.observed_at < timedelta(seconds=10)


async def test_a_join_in_the_log_shows_before_the_next_list(side: Side) -> None:
    presence = Presence(side.server, side.link, side.resources, stop=side.stop, interval=timedelta(hours=1))
    async with tasks(presence.run):
        await Watching(side).until(lambda state: state.is_up)
        at = datetime.now(UTC) + timedelta(seconds=1)
        presence.notice([NewEvent(occurred_at=at, event=Joined(platform_name="Aster"), raw="")])
        joined = await Watching(side).until(lambda state: state.players == ("Aster",))
        presence.notice([NewEvent(occurred_at=at, event=Left(platform_name="Aster"), raw="")])
        left = await Watching(side).until(lambda state: state.players == ())

    assert (joined.source, left.source) == ("log", "log")
    async with side.resources.db.connection() as conn:
        counts = await list_player_counts(conn, GUILD, since=at - timedelta(hours=1))
    assert [count.players for count in counts] == [0, 1, 0]


async def test_a_crashed_server_is_down_with_the_reason_since_then_and_no_failure_of_ours(side: Side) -> None:
    async with tasks(presence_of(side).run):
        up = await Watching(side).until(lambda state: state.is_up)
        side.game.crash()
        down = await Watching(side).until(lambda state: not state.is_up)
        later = await Watching(side).until(lambda state: state.observed_at > down.observed_at)
        side.game.start()
        back = await Watching(side).until(lambda state: state.is_up)

    assert down.problem
    assert (down.players, later.since) == ((), down.since)
    assert up.since < down.since < back.since
    assert side.resources.reporter.report().problems == ()


async def test_a_silent_server_is_down(side: Side) -> None:
    async with tasks(presence_of(side).run):
        await Watching(side).until(lambda state: state.is_up)
        side.game.stall(60)

        state = await Watching(side).until(lambda state: not state.is_up)

    assert state.problem


async def test_a_server_that_refuses_the_password_is_up_and_the_operator_is_told(
    side: Side, environment: Environment, game: ArkServer
) -> None:
    server = await environment.serve(server_entry(rcon=rcon_of(game, password="wrong")))
    rcon = server.entry.rcon
    assert rcon is not None
    address = Address(host=rcon.host, port=rcon.port, password=rcon.password)
    async with open_link(address, clock=side.resources.clock, keeping=FAST) as link:
        wrong = replace(side, link=link, server=server)
        async with tasks(presence_of(wrong).run):
            state = await Watching(wrong).until(lambda state: state.problem is not None)

    assert state.is_up
    assert side.resources.reporter.report().problems == (
        "island: RCON refused the password (RCON-02). Set rcon.password of 'island' in the community file.",
    )


async def test_without_rcon_the_log_shows_whether_the_server_lives(environment: Environment) -> None:
    server = await environment.serve(server_entry())
    clock = FrozenClock(datetime(2026, 9, 13, 18, 0, tzinfo=UTC))
    presence = Presence(
        server, None, environment.resources(clock), stop=Stop(), interval=timedelta(seconds=15)
    )

    async def look() -> ServerState:
        await presence.look_once()
        async with environment.db.connection() as conn:
            return (await list_states(conn, GUILD))[0]

    silent = await look()
    presence.notice(
        [
            NewEvent(occurred_at=clock.now(), event=Joined(platform_name="Aster"), raw=""),
            NewEvent(occurred_at=clock.now(), event=Unknown(text="x"), raw=""),
        ]
    )
    clock.advance(timedelta(seconds=20))
    living = await look()
    clock.advance(timedelta(hours=1))
    dead = await look()

    assert [state.is_up for state in (silent, living, dead)] == [False, True, False]
    assert [state.players for state in (living, dead)] == [("Aster",), ()]
    assert {state.source for state in (silent, living, dead)} == {"log"}


async def test_the_number_of_players_is_kept_once_a_minute_and_on_change(environment: Environment) -> None:
    server = await environment.serve(server_entry())
    clock = FrozenClock(datetime(2026, 9, 13, 18, 0, tzinfo=UTC))
    presence = Presence(
        server, None, environment.resources(clock), stop=Stop(), interval=timedelta(seconds=10)
    )
    for second in range(140):
        if second == 65:
            joined = Joined(platform_name="Aster")
            presence.notice([NewEvent(occurred_at=clock.now(), event=joined, raw="")])
        await presence.look_once()
        clock.advance(timedelta(seconds=1))

    async with environment.db.connection() as conn:
        counts = await list_player_counts(conn, GUILD, since=datetime(2026, 9, 13, tzinfo=UTC))
    assert [(count.at.minute, count.at.second, count.players) for count in counts] == [
        (0, 0, 0),
        (1, 0, 0),
        (1, 5, 1),
        (2, 10, 1),
    ]
