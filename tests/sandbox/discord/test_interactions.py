"""Interactions: deadlines, second answers, forms, and who may use what."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands

from sandbox.discord.human import Human, NoAnswerError, RefusedError, open_human
from sandbox.discord.limits import Limits
from sandbox.discord.server import DiscordStandIn, open_discord
from tests.sandbox.discord.bot import ExampleBot, Panel, pointed_at, running, token_of
from tests.sandbox.discord.rest import open_rest


@pytest.fixture
async def hasty(tmp_path: Path) -> AsyncIterator[tuple[ExampleBot, Human]]:
    """Return a bot and a person on a stand-in that waits 0.3 s for answers, whose tokens live 0.8 s."""
    limits = Limits(answer_seconds=0.3, token_seconds=0.8)
    async with open_discord(port=0, data=tmp_path, limits=limits) as server:
        with pointed_at(server.seed()):
            token = token_of(server.seed(), "admin")
            async with (
                running(ExampleBot(with_commands=True), token) as it,
                open_human(server.seed(), "bob") as bob,
            ):
                yield it, bob


async def test_a_late_answer_finds_the_interaction_gone(hasty: tuple[ExampleBot, Human]) -> None:
    bot, bob = hasty

    with pytest.raises(NoAnswerError):
        await (await bob.slash("late", seconds=0.4)).reply()
    async with asyncio.timeout(5):
        while not bot.errors:
            await asyncio.sleep(0.01)

    error = bot.errors[0]
    assert isinstance(error, discord.NotFound)
    assert error.code == 10062


async def test_a_token_is_of_no_use_after_its_time(hasty: tuple[ExampleBot, Human]) -> None:
    bot, bob = hasty
    await (await bob.slash("hello")).reply()
    (interaction,) = await bot.hears("interaction", lambda i: i.command.name == "hello")

    async def follow_up_for_ever() -> None:
        while True:
            await interaction.followup.send("still there?")
            await asyncio.sleep(0.05)

    with pytest.raises(discord.HTTPException) as refused:
        await asyncio.wait_for(follow_up_for_ever(), 5)

    assert refused.value.code == 50027


async def test_a_second_first_answer_is_refused(
    bot: ExampleBot, alice: Human, discord_server: DiscordStandIn
) -> None:
    since = len(bot.heard)
    await (await alice.slash("hello", text="once")).reply()
    (interaction,) = await bot.hears("interaction", since=since)

    async with open_rest(discord_server.seed()) as rest:
        path = f"/interactions/{interaction.id}/{interaction.token}/callback"
        status, answer, _ = await rest.call("POST", path, {"type": 4, "data": {"content": "twice"}})

    assert (status, answer["code"]) == (400, 40060)


async def test_a_form_checks_what_is_required(bot: ExampleBot, bob: Human) -> None:
    form = await (await bob.slash("form", place="tickets")).modal()

    with pytest.raises(RefusedError) as refused:
        await bob.submit(form, {"Subject": ""})
    reply = await (await bob.submit(form, {"Subject": "filled in"})).reply()
    with pytest.raises(RefusedError):
        await bob.submit(form, {"Subject": "a second time"})

    assert refused.value.discord_code == 50035
    assert "Your ticket is" in reply.content


async def test_a_value_out_of_range_never_reaches_the_bot(bot: ExampleBot, alice: Human) -> None:
    since = len(bot.heard)

    for options in ({"amount": 11}, {"amount": "two"}, {"amount": True}):
        with pytest.raises(RefusedError):
            await alice.slash("fruit", name="pear", member="bob", **options)
    with pytest.raises(RefusedError):
        await alice.slash("fruit", name="pear")
    with pytest.raises(RefusedError):
        await alice.slash("choose", colour="green")

    assert not [name for name, _ in bot.heard[since:] if name == "interaction"]


async def test_a_button_that_is_not_there_cannot_be_pressed(bot: ExampleBot, bob: Human) -> None:
    await bot.text_channel("welcome").send("Buttons", view=Panel())
    panel = await bob.sees("welcome", "Buttons")
    panel.raw["components"][0]["components"][0] |= {"custom_id": "forged", "label": "Forged"}

    with pytest.raises(RefusedError) as refused:
        await bob.click(panel, "Forged")

    assert refused.value.discord_code == 50035


async def test_nobody_presses_a_button_that_only_another_sees(
    bot: ExampleBot, alice: Human, bob: Human
) -> None:
    reply = await (await alice.slash("secret")).reply()
    reply.raw["components"] = [{"type": 2, "custom_id": "x", "label": "x"}]

    with pytest.raises(RefusedError):
        await bob.click(reply, "x")


async def test_a_command_for_staff_is_not_offered_to_members(
    bot: ExampleBot, discord_server: DiscordStandIn, bob: Human, sam: Human
) -> None:
    body: list[dict[str, Any]] = [
        {"name": "audit", "description": "Read the log", "default_member_permissions": "128"},
        {"name": "owner", "description": "For administrators", "default_member_permissions": "0"},
    ]
    app_id = next(a["id"] for a in discord_server.seed()["apps"] if a["name"] == "decay")
    async with open_rest(discord_server.seed(), "decay") as rest:
        status, made, _ = await rest.call("PUT", f"/applications/{app_id}/commands", body)

    await sam.slash("audit")
    for person, command in ((bob, "audit"), (sam, "owner")):
        with pytest.raises(LookupError):
            await person.slash(command)
    assert status == 200
    assert [c["name"] for c in made] == ["audit", "owner"]


async def test_a_command_that_stays_keeps_its_id(discord_server: DiscordStandIn) -> None:
    app_id = next(a["id"] for a in discord_server.seed()["apps"] if a["name"] == "tickets")
    path = f"/applications/{app_id}/commands"
    async with open_rest(discord_server.seed(), "tickets") as rest:
        _, first, _ = await rest.call(
            "PUT", path, [{"name": "a", "description": "A"}, {"name": "b", "description": "B"}]
        )
        _, second, _ = await rest.call("PUT", path, [{"name": "b", "description": "B, again"}])
        _, listed, _ = await rest.call("GET", path)

    assert second[0]["id"] == first[1]["id"]
    assert second[0]["version"] != first[1]["version"]
    assert [c["name"] for c in listed] == ["b"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "With Space", "description": "x"}, "APPLICATION_COMMAND_INVALID_NAME"),
        ({"name": "Upper", "description": "x"}, "APPLICATION_COMMAND_INVALID_NAME"),
        ({"name": "x" * 33, "description": "x"}, "BASE_TYPE_BAD_LENGTH"),
        ({"name": "fine", "description": ""}, "BASE_TYPE_BAD_LENGTH"),
        (
            {
                "name": "fine",
                "description": "x",
                "options": [
                    {"type": 3, "name": "one", "description": "x"},
                    {"type": 3, "name": "two", "description": "x", "required": True},
                ],
            },
            "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
        ),
    ],
)
async def test_a_command_that_discord_would_refuse_is_refused(
    discord_server: DiscordStandIn, body: dict[str, object], code: str
) -> None:
    app_id = next(a["id"] for a in discord_server.seed()["apps"] if a["name"] == "stats")
    async with open_rest(discord_server.seed(), "stats") as rest:
        status, answer, _ = await rest.call("PUT", f"/applications/{app_id}/commands", [body])

    assert status == 400
    assert code in str(answer["errors"])


async def test_nobody_sets_another_applications_commands(discord_server: DiscordStandIn) -> None:
    app_id = next(a["id"] for a in discord_server.seed()["apps"] if a["name"] == "admin")
    async with open_rest(discord_server.seed(), "stats") as rest:
        status, answer, _ = await rest.call("PUT", f"/applications/{app_id}/commands", [])

    assert (status, answer["code"]) == (403, 20012)


async def test_a_context_menu_gives_its_target(tmp_path: Path) -> None:
    it = ExampleBot()

    @it.tree.context_menu(name="Who is this")
    async def who(interaction: discord.Interaction, member: discord.Member) -> None:
        await interaction.response.send_message(member.display_name)

    @it.tree.context_menu(name="Repeat")
    async def repeat(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(message.content)

    async with open_discord(port=0, data=tmp_path) as server, open_human(server.seed(), "sam") as sam:
        with pointed_at(server.seed()):
            async with running(it, token_of(server.seed(), "stats")):
                await it.tree.sync()
                said = await sam.say("welcome", "echo")
                on_user = await (await sam.menu("Who is this", "bob")).reply()
                on_message = await (await sam.menu("Repeat", said)).reply()

    assert (on_user.content, on_message.content) == ("Bob", "echo")
    assert isinstance(who, app_commands.ContextMenu)
    assert isinstance(repeat, app_commands.ContextMenu)
