"""The console page in a real Chromium, against a real discord.py bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, expect

from sandbox.discord.human import Human
from sandbox.discord.server import DiscordStandIn
from tests.chromium import open_browser
from tests.sandbox.discord.bot import ExampleBot, Panel

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Return a Chromium."""
    async with open_browser() as opened:
        yield opened


@asynccontextmanager
async def console(
    browser: Browser,
    server: DiscordStandIn,
    person: str,
    channel: str,
    *,
    width: int = 1280,
    height: int = 800,
) -> AsyncIterator[Page]:
    """Open the page as a person; on the way out no script may have failed."""
    faults: list[str] = []
    context = await browser.new_context(viewport={"width": width, "height": height})
    context.set_default_timeout(8000)
    page = await context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    await page.goto(f"{server.url}/?as={person}#{channel}")
    await expect(page.locator("#channel-head h1")).to_have_text(channel)
    yield page
    await context.close()
    # A refusal that a test provokes is logged by the browser itself, and is no fault of the page.
    assert not [fault for fault in faults if "Failed to load resource" not in fault]


async def test_two_people_talk(browser: Browser, discord_server: DiscordStandIn) -> None:
    async with (
        console(browser, discord_server, "alice", "chat-ragnarok") as of_alice,
        console(browser, discord_server, "bob", "welcome") as of_bob,
    ):
        await of_alice.keyboard.type("Hello **Bob**, @Bob")
        await of_alice.keyboard.press("Escape")
        await of_alice.keyboard.press("Enter")

        await expect(of_alice.locator(".message strong")).to_have_text("Bob")
        await expect(of_bob.locator('[data-channel].unread >> text="chat-ragnarok"')).to_be_visible()
        await expect(of_bob.locator("[data-channel] .pings")).to_have_text("1")
        await of_bob.locator('[data-channel] >> text="chat-ragnarok"').click()
        await expect(of_bob.locator(".message.mentioned")).to_contain_text("Hello Bob, @Bob")
        await expect(of_bob.locator("[data-channel] .pings")).to_have_count(0)


async def test_a_command_is_picked_filled_and_answered(
    browser: Browser, discord_server: DiscordStandIn, bot: ExampleBot
) -> None:
    async with console(browser, discord_server, "bob", "welcome") as page:
        await page.keyboard.type("/fru")
        await expect(page.locator("#popup .choice.here")).to_contain_text("/fruit")
        await page.keyboard.press("Enter")
        await page.keyboard.type("ap")
        await expect(page.locator("#popup .choice")).to_have_text(["Apple", "Apricot"])
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await page.keyboard.type("sa")
        await page.keyboard.press("Tab")
        await page.locator("text=+amount").click()
        await page.keyboard.type("many")
        await page.keyboard.press("Enter")
        await expect(page.locator('[data-option="amount"]')).to_have_class("option wrong")
        await page.locator('[data-option="amount"] input').fill("3")
        await page.keyboard.press("Enter")

        answer = page.locator(".message", has_text="3 apricot for Sam")
        await expect(answer.locator(".origin")).to_contain_text("Bob used /fruit")


async def test_a_required_option_is_marked_and_missed(
    browser: Browser, discord_server: DiscordStandIn, bot: ExampleBot
) -> None:
    async with console(browser, discord_server, "bob", "welcome") as page:
        await page.keyboard.type("/fruit")
        await page.keyboard.press("Escape")
        await page.keyboard.press("Enter")
        await expect(page.locator(".option.required")).to_have_count(2)
        await page.keyboard.press("Escape")
        await page.keyboard.press("Enter")
        await expect(page.locator(".option.wrong")).to_have_count(2)
        await page.keyboard.press("Escape")

        await expect(page.locator("#composer textarea")).to_be_focused()


async def test_a_subcommand_shows_its_card_and_picture(
    browser: Browser, discord_server: DiscordStandIn, bot: ExampleBot
) -> None:
    async with console(browser, discord_server, "sam", "welcome") as page:
        await page.keyboard.type("/points balance")
        await page.keyboard.press("Escape")
        await page.keyboard.press("Enter")

        card = page.locator(".embed", has_text="Sam has 120 points").last
        await expect(card.locator(".field")).to_contain_text("3rd")
        await expect(card.locator("img")).to_have_js_property("naturalWidth", 1)


async def test_only_i_see_an_ephemeral_answer_and_i_dismiss_it(
    browser: Browser, discord_server: DiscordStandIn, bot: ExampleBot
) -> None:
    async with (
        console(browser, discord_server, "alice", "welcome") as of_alice,
        console(browser, discord_server, "bob", "welcome") as of_bob,
    ):
        await of_bob.keyboard.type("/secret")
        await of_bob.keyboard.press("Escape")
        await of_bob.keyboard.press("Enter")
        mine = of_bob.locator(".message.ephemeral")
        await expect(mine).to_contain_text("Only you can see this")
        await expect(of_alice.locator(".message.ephemeral")).to_have_count(0)
        await mine.get_by_text("Dismiss message").click()

        await expect(mine).to_have_count(0)


async def test_a_deferred_answer_is_seen_thinking(
    browser: Browser, discord_server: DiscordStandIn, bot: ExampleBot
) -> None:
    async with console(browser, discord_server, "alice", "decay-watch") as page:
        await page.keyboard.type("/slow")
        await expect(page.locator("#popup .choice.here")).to_contain_text("/slow")
        await page.keyboard.press("Enter")
        await page.locator("text=+seconds").click()
        await page.keyboard.type("0.6")
        await page.keyboard.press("Enter")
        await expect(page.locator(".thinking")).to_contain_text("Helena Admin is thinking…")

        await expect(page.locator(".message", has_text="that took a while")).to_be_visible()
        await expect(page.locator(".message", has_text="and one more thing")).to_be_visible()
        await expect(page.locator(".thinking")).to_have_count(0)


async def test_a_panel_opens_a_form_and_the_form_a_private_thread(
    browser: Browser, discord_server: DiscordStandIn, bot: ExampleBot
) -> None:
    await bot.text_channel("tickets").send("Browser panel", view=Panel())
    async with (
        console(browser, discord_server, "bob", "tickets") as of_bob,
        console(browser, discord_server, "sam", "tickets") as of_sam,
    ):
        panel = of_bob.locator(".message", has_text="Browser panel")
        await panel.get_by_text("Open a ticket").click()
        form = of_bob.locator("dialog")
        await form.locator('[name="ticket:details"]').fill("it fell off a cliff")
        await form.get_by_text("Submit").click()
        await expect(form).to_be_visible()  # the subject is required
        await form.locator('[name="ticket:subject"]').fill("My rex")
        await form.get_by_text("Submit").click()
        await expect(form).to_have_count(0)
        await of_bob.locator(".message .pill", has_text="ticket: My rex").click()

        await expect(of_bob.locator("#channel-head h1")).to_have_text("ticket: My rex")
        await expect(of_bob.locator(".message", has_text="it fell off a cliff")).to_be_visible()
        await expect(of_sam.locator("[data-channel]", has_text="My rex")).to_have_count(0)


async def test_a_menu_is_used_with_the_keyboard_and_escape_closes_a_form(
    browser: Browser, discord_server: DiscordStandIn, bot: ExampleBot
) -> None:
    await bot.text_channel("welcome").send("Keyboard panel", view=Panel())
    async with console(browser, discord_server, "alice", "welcome") as page:
        panel = page.locator(".message", has_text="Keyboard panel")
        await panel.locator(".select").click()
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await expect(page.locator(".message.ephemeral")).to_contain_text("You chose Ragnarok.")
        await panel.get_by_text("Open a ticket").click()
        await expect(page.locator("dialog")).to_be_visible()
        await page.keyboard.press("Escape")

        await expect(page.locator("dialog")).to_have_count(0)


async def test_what_strangers_write_stays_text(
    browser: Browser, discord_server: DiscordStandIn, bot: ExampleBot, bob: Human
) -> None:
    hostile = "<img src=x onerror=\"document.title='owned'\"> <script>document.title='owned'</script>"
    await bob.say("chat-island", hostile + " [click](javascript:document.title='owned') **<b>bold</b>**")
    async with console(browser, discord_server, "alice", "chat-island") as page:
        message = page.locator(".message", has_text="onerror")

        await expect(message).to_contain_text(hostile.partition(" <script>")[0])
        await expect(message.locator("img, script, b")).to_have_count(0)
        await expect(message.locator("a[href^=javascript]")).to_have_count(0)
        assert "owned" not in await page.title()


async def test_an_edit_a_reaction_and_a_deletion_arrive(
    browser: Browser, discord_server: DiscordStandIn, bob: Human, sam: Human
) -> None:
    said = await bob.say("chat-island", "first words")
    async with console(browser, discord_server, "alice", "chat-island") as page:
        row = page.locator(f'[data-message="{said.id}"]')
        await bob.edit(said, "second words")
        await expect(row.locator(".content")).to_have_text("second words (edited)")
        await sam.react(said, "A")
        await expect(row.locator(".reaction")).to_have_text("A1")
        await row.locator(".reaction").click()
        await expect(row.locator(".reaction.mine")).to_have_text("A2")
        await bob.delete(said)

        await expect(row).to_have_count(0)


async def test_relative_times_are_written_out_and_kept_right(
    browser: Browser, discord_server: DiscordStandIn, bob: Human
) -> None:
    async with console(browser, discord_server, "alice", "chat-island") as page:
        soon = int(await page.evaluate("Math.floor(Date.now() / 1000) + 3")) + 60
        await bob.say("chat-island", f"restart <t:{soon}:R>")
        time = page.locator(".message", has_text="restart").last.locator("time[data-relative]")
        await expect(time).to_have_text("in 1 minute")

        await expect(time).to_have_text("in 59 seconds")


async def test_the_page_comes_back_by_itself_with_what_it_missed(
    browser: Browser, discord_server: DiscordStandIn, bob: Human
) -> None:
    async with console(browser, discord_server, "alice", "chat-island") as page:
        discord_server.drop_person("alice")
        await bob.say("chat-island", "said while away")

        await expect(page.locator(".message", has_text="said while away")).to_be_visible()
        await expect(page.locator("#banner")).to_be_hidden()


async def test_one_acts_as_another_and_sees_what_they_see(
    browser: Browser, discord_server: DiscordStandIn
) -> None:
    async with console(browser, discord_server, "alice", "staff") as page:
        await page.locator(".me").click()
        await page.get_by_role("menuitemradio", name="Bob").click()

        await expect(page.locator(".me")).to_contain_text("Bob")
        await expect(page.locator("#channel-head h1")).to_have_text("welcome")
        await expect(page.locator('[data-channel] >> text="staff"')).to_have_count(0)
        await page.reload()
        await expect(page.locator(".me")).to_contain_text("Alice")  # the address names her


async def test_older_messages_are_read_by_scrolling_up(
    browser: Browser, discord_server: DiscordStandIn, bob: Human
) -> None:
    for number in range(120):
        await bob.say("chat-ragnarok", f"line {number}")
    async with console(browser, discord_server, "sam", "chat-ragnarok") as page:
        await expect(page.locator(".message", has_text="line 119")).to_be_in_viewport()
        await expect(page.get_by_text("line 40", exact=True)).to_have_count(0)
        await page.locator("#messages").evaluate("box => { box.scrollTop = 0; }")
        await expect(page.get_by_text("line 40", exact=True)).to_have_count(1)
        await page.locator("#jump").click()

        await expect(page.locator(".message", has_text="line 119")).to_be_in_viewport()


async def test_channels_are_found_with_the_keyboard(browser: Browser, discord_server: DiscordStandIn) -> None:
    async with console(browser, discord_server, "alice", "welcome") as page:
        await page.keyboard.press("Control+k")
        await page.keyboard.type("trans")
        await page.keyboard.press("Enter")

        await expect(page.locator("#channel-head h1")).to_have_text("transcripts")


async def test_on_a_phone_the_channels_are_a_drawer(browser: Browser, discord_server: DiscordStandIn) -> None:
    async with console(browser, discord_server, "alice", "welcome", width=390, height=800) as page:
        wide = await page.evaluate("document.documentElement.scrollWidth")
        await expect(page.locator('[data-channel] >> text="status"')).not_to_be_in_viewport()
        await page.get_by_role("button", name="Channels").click()
        await expect(page.locator('[data-channel] >> text="status"')).to_be_in_viewport()
        await page.locator('[data-channel] >> text="status"').click()

        await expect(page.locator("#channel-head h1")).to_have_text("status")
        await expect(page.locator('[data-channel] >> text="status"')).not_to_be_in_viewport()
        assert wide <= 390


async def test_the_hint_leads_to_what_it_names_and_stays_away_when_told(
    browser: Browser, discord_server: DiscordStandIn
) -> None:
    async with console(browser, discord_server, "alice", "welcome") as page:
        hint = page.locator(".hint")
        # The channel may have a long history by now; the hint stands at its beginning.
        for _ in range(8):
            await page.locator("#messages").evaluate("box => { box.scrollTop = 0; }")
            if await hint.count():
                break
            await page.wait_for_timeout(150)
        await expect(hint).to_contain_text("Press the button in #tickets")
        await hint.get_by_text("/status").click()
        await expect(page.locator("#composer textarea")).to_have_value("/status")
        await page.get_by_text("Got it").click()

        await expect(hint).to_have_count(0)
