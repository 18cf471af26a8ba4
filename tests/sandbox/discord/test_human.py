"""A person and a real discord.py bot, end to end."""

from __future__ import annotations

import discord
import pytest

from sandbox.discord.human import Human, RefusedError
from tests.sandbox.discord.bot import ExampleBot, Panel


async def test_a_person_hears_the_answer_to_a_command(bot: ExampleBot, alice: Human) -> None:
    asked = await alice.slash("hello", text="there")

    assert (await asked.reply()).content == "hello there"


async def test_a_subcommand_answers_with_a_card_and_its_picture(bot: ExampleBot, alice: Human) -> None:
    reply = await (await alice.slash("points balance", member="bob")).reply()

    assert "Bob** has 120 points" in reply.text
    assert reply.attachments == []
    assert reply.embeds[0]["image"]["url"].startswith("http://127.0.0.1")


async def test_an_ephemeral_answer_reaches_only_who_asked(bot: ExampleBot, alice: Human, bob: Human) -> None:
    reply = await (await alice.slash("secret")).reply()

    assert reply.is_ephemeral
    assert reply.id not in bob.client.messages
    assert reply.id not in {m.id for m in await alice.history("welcome")}
    assert not [args for name, args in bot.heard if name == "message" and str(args[0].id) == reply.id]
    with pytest.raises(discord.NotFound):
        await bot.text_channel("welcome").fetch_message(int(reply.id))


async def test_the_first_followup_fills_in_a_deferred_answer(bot: ExampleBot, alice: Human) -> None:
    asked = await alice.slash("slow")
    placeholder = await asked.thinking()

    first, second = await asked.reply(), await asked.reply(1)

    assert (first.content, second.content) == ("that took a while", "and one more thing")
    assert first.id == placeholder.id
    assert first.raw["edited_timestamp"] is None


async def test_choices_are_offered_while_typing(bot: ExampleBot, alice: Human) -> None:
    choices = await alice.autocomplete("fruit", "name", "ap")

    assert [choice["value"] for choice in choices] == ["apple", "apricot"]


async def test_options_name_people_and_carry_files(bot: ExampleBot, alice: Human) -> None:
    asked = await alice.slash(
        "fruit", name="pear", member="bob", amount=2, file="a.txt", files=[("a.txt", b"xyz")]
    )

    assert (await asked.reply()).content == "2 pear for Bob (3 bytes)"


async def test_a_button_opens_a_form_that_opens_a_private_thread(
    bot: ExampleBot, alice: Human, bob: Human, sam: Human
) -> None:
    await bot.text_channel("tickets").send("Need help?", view=Panel())
    panel = await bob.sees("tickets", "Need help?")

    form = await (await bob.click(panel, "Open a ticket")).modal()
    reply = await (await bob.submit(form, {"Subject": "Lost rex"})).reply()
    thread = await bob.thread("Lost rex")

    assert form.title == "Open a ticket"
    assert reply.is_ephemeral
    assert thread["id"] in reply.content
    await bob.sees(thread, "nothing more")
    assert not sam.sees_channel("ticket: Lost rex")
    with pytest.raises(RefusedError) as refused:
        await sam.history(thread["id"])
    assert refused.value.discord_code == 50001


async def test_a_button_changes_its_message(bot: ExampleBot, alice: Human) -> None:
    await bot.text_channel("welcome").send("Pressed 0", view=Panel())
    panel = await alice.sees("welcome", "Pressed 0")

    changed = await (await alice.click(panel, "panel:count")).update()

    assert changed.content == "Pressed 1"


async def test_a_menu_gives_its_value(bot: ExampleBot, alice: Human) -> None:
    await bot.text_channel("welcome").send("A menu", view=Panel())
    panel = await alice.sees("welcome", "A menu")

    reply = await (await alice.select(panel, "Which map?", "island")).reply()

    assert reply.content == "You chose island."
