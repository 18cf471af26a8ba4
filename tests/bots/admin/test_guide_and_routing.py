"""The help, and where things go."""

from __future__ import annotations

import pytest

from bots.admin.guide.commands import help_cards
from bots.admin.guide.domain import level_for, shown_to
from bots.admin.routing.cards import change_card, routes_card
from bots.admin.routing.domain import BOT_OF, POSTED
from bots.admin.routing.service import Routing
from shared.domain.permissions import Level
from shared.errors import ForbiddenError, InvalidInputError, NotFoundError
from shared.ids import ChannelId
from shared.store.known_commands import KnownCommand, list_known_commands, set_known_commands
from shared.store.servers import Purpose
from tests.bots.admin.world import GUILD, World, actor

OWNER = actor(Level.OWNER)


def command(name: str, description: str = "Do it.", bot: str = "admin") -> KnownCommand:
    return KnownCommand(bot=bot, name=name, description=description)


@pytest.mark.parametrize(
    ("description", "level"),
    [
        ("Show how servers are.", Level.MEMBER),
        ("Talk to the staff.", Level.MEMBER),
        ("Staff: save the world.", Level.STAFF),
        ("Stop carrying chat (staff).", Level.STAFF),
        ("Owner: run a command.", Level.OWNER),
    ],
)
def test_descriptions_say_who_may(description: str, level: Level) -> None:
    assert level_for(command("x", description)) is level


def test_each_level_is_shown_what_it_may_use() -> None:
    commands = [command("b", "Staff: b."), command("a"), command("c", "Owner: c."), command("z", bot="decay")]

    assert [one.name for one in shown_to(Level.MEMBER, commands)["admin"]] == ["a"]
    assert [one.name for one in shown_to(Level.STAFF, commands)["admin"]] == ["a", "b"]
    assert [one.name for one in shown_to(Level.OWNER, commands)["admin"]] == ["a", "b", "c"]


def test_a_hundred_commands_fit_onto_pages() -> None:
    commands = [command(f"group command{n:03}", "x" * 100) for n in range(100)]

    cards = help_cards(shown_to(Level.MEMBER, commands), Level.MEMBER)

    text = "".join(str(one.to_dict()) for one in cards)
    assert all(f"command{n:03}" in text for n in range(100))
    assert all(len(one) <= 6000 for one in cards)
    assert "Try again" in str(help_cards({}, Level.MEMBER)[0].description)


async def test_commands_that_are_gone_are_forgotten(world: World) -> None:
    async with world.db.transaction() as conn:
        await set_known_commands(conn, GUILD, "admin", [command("a"), command("b")])
        await set_known_commands(conn, GUILD, "decay", [command("z", bot="decay")])
        await set_known_commands(conn, GUILD, "admin", [command("b", "New."), command("c")])
        known = await list_known_commands(conn, GUILD)

    assert known == [command("b", "New."), command("c"), command("z", bot="decay")]


async def test_a_route_is_set_and_on_record_with_before_and_after(world: World) -> None:
    routing = Routing(world.db, world.clock)

    await routing.set(OWNER, Purpose.CHAT, ChannelId(1), "island")
    change = await routing.set(OWNER, Purpose.CHAT, ChannelId(2), "island")
    await routing.set(OWNER, Purpose.CHAT, ChannelId(3), None)

    assert (change.before, change.after) == (1, 2)
    assert "It was <#1> before" in str(change_card(change).description)
    text = str(routes_card(await routing.show(OWNER)).to_dict())
    assert "<#2> for Island" in text
    assert "<#3>" in text
    assert "<#1>" not in text
    newest = (await world.entries())[1]
    assert (newest.target, dict(newest.arguments)) == ("chat of island", {"before": "1", "after": "2"})


async def test_what_cannot_be_routed_is_refused(world: World) -> None:
    routing = Routing(world.db, world.clock)

    with pytest.raises(InvalidInputError):
        await routing.set(OWNER, Purpose.AUDIT, ChannelId(1), "island")
    with pytest.raises(NotFoundError):
        await routing.set(OWNER, Purpose.CHAT, ChannelId(1), "atlantis")
    with pytest.raises(ForbiddenError):
        await routing.set(actor(), Purpose.AUDIT, ChannelId(1), None)
    with pytest.raises(ForbiddenError):
        await routing.show(actor())

    assert await world.entries() == []


def test_every_purpose_is_explained_and_has_a_bot() -> None:
    assert set(POSTED) == set(BOT_OF) == set(Purpose)
