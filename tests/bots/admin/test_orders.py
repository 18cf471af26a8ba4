"""Orders for game servers: queued once, put on record with their outcome."""

from __future__ import annotations

import pytest

from bots.admin.running.cards import console_answer, run_answer
from bots.admin.running.domain import RunLine, is_over
from bots.admin.servers.cards import status_cards
from bots.admin.servers.service import ServersService
from shared.domain.permissions import Level
from shared.errors import ForbiddenError, InvalidInputError, NotFoundError
from shared.store.commands import CommandState
from tests.bots.admin.helpers import queued, settle
from tests.bots.admin.world import World, actor


@pytest.fixture
def service(world: World) -> ServersService:
    return ServersService(world.db, world.runs, world.clock)


async def test_an_order_for_all_servers_is_on_record_before_and_after(
    world: World, service: ServersService
) -> None:
    run = await service.save(actor(), None)
    (before,) = await world.entries()
    await world.runs.settle()
    (unsettled,) = await world.entries()
    await settle(world.db, reply="World Saved")
    await world.runs.settle()
    (after,) = await world.entries()

    assert (before.action, before.target, before.result) == ("server.save", "all servers", "")
    assert unsettled.result == ""
    assert after.result == "Island: confirmed: World Saved; Ragnarok: confirmed: World Saved"
    assert is_over(await world.runs.lines([run]))
    assert await queued(world.db) == ["SaveWorld", "SaveWorld"]


async def test_an_outcome_is_recorded_once_and_tells_what_may_have_run(
    world: World, service: ServersService
) -> None:
    await service.broadcast(actor(), "island", "hello")
    await settle(world.db, "failed", failure="The server did not answer: it may or may not have run.")
    await world.runs.settle()
    await settle(world.db, reply="never")
    await world.runs.settle()

    (entry,) = await world.entries()
    assert entry.result == "Island: The server did not answer: it may or may not have run."
    assert entry.arguments == {"text": "hello"}


@pytest.mark.parametrize(
    ("text", "island", "ragnarok"),
    [
        ("hello all", "hello all", "hello all"),
        ('a "quote"\nDoExit | x', "a 'quote' DoExit ¦ x", "a 'quote' DoExit ! x"),
        ('<RichColor Color="1,0,0,1">Über</>', "< RichColor Color='1,0,0,1'>Über< />", "< RichColor Color='1,0,0,1'>Uber< />"),
    ],
)  # fmt: skip
async def test_broadcasts_are_one_harmless_line(
    world: World, service: ServersService, text: str, island: str, ragnarok: str
) -> None:
    await service.broadcast(actor(), None, text)

    assert await queued(world.db) == [f"Broadcast {island}", f"Broadcast {ragnarok}"]


async def test_only_staff_may_order_and_only_of_servers_there_are(
    world: World, service: ServersService
) -> None:
    with pytest.raises(ForbiddenError):
        await service.save(actor(Level.MEMBER), None)
    with pytest.raises(ForbiddenError):
        await service.broadcast(actor(Level.MEMBER), None, "x")
    with pytest.raises(NotFoundError):
        await service.save(actor(), "atlantis")
    with pytest.raises(InvalidInputError):
        await service.broadcast(actor(), None, "\u200b")

    assert await queued(world.db) == []
    assert await world.entries() == []


async def test_the_status_of_servers_nobody_has_looked_at_says_what_to_do(
    world: World, service: ServersService
) -> None:
    await world.see(world.island, is_up=True)

    (embed,) = status_cards(await service.status(actor(), None))

    assert embed.title == "1 of 2 servers up"
    assert "Nobody has looked yet" in str(embed.to_dict())
    assert "oldest look 0 " in str(embed.footer.text)


async def test_one_server_is_counted_in_the_singular(world: World, service: ServersService) -> None:
    await world.see(world.island, is_up=True)

    (embed,) = status_cards(await service.status(actor(), "island"))

    assert embed.title == "1 of 1 server up"


def _line(reply: str = "", state: CommandState = CommandState.CONFIRMED, failure: str = "") -> RunLine:
    return RunLine(audit_id=1, command_id=1, server="Island", state=state, reply=reply, failure=failure)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (_line(), "✅ **Island**: confirmed (no output)"),
        (_line(state=CommandState.QUEUED), "⏳ **Island**: queued"),
        (_line(state=CommandState.SENDING), "📨 **Island**: sent"),
        (_line(state=CommandState.EXPIRED), "it did not run"),
        (_line(state=CommandState.FAILED, failure="may or may not have run"), "may or may not have run"),
    ],
)
def test_every_state_of_an_order_has_words(line: RunLine, text: str) -> None:
    assert text in str(run_answer("Save", [line]).embed.description)


def test_long_replies_go_into_a_file_and_cannot_end_their_block() -> None:
    short = console_answer("> x", [_line("a ``` b")], "")
    long = console_answer("> x", [_line("secret row\n" * 1000)], "secret")

    assert str(short.embed.description).count("```") == 2
    assert short.files() == []
    assert len(long.embed) <= 6000
    assert "secret" not in long.file_text
    assert long.file_text.count("*** row") == 1000
