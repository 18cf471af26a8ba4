"""What a new user does, step by step, in a real browser on the whole of Helena.

It runs a Helena of its own, at the speed a new user has it: tickets are counted and survivors linked once.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.chromium import open_browser
from tests.e2e.browsing import (
    PHONE,
    Desk,
    command,
    cut_off,
    pick,
    sent,
    server_card,
    somebody_on,
    speak,
)
from tests.e2e.outside import errors_in
from tests.e2e.running import running_helena
from tests.waiting import until

pytestmark = pytest.mark.browser

CHANNELS = ["welcome", "chat-island", "chat-ragnarok", "status", "decay-watch", "tickets"]
SERVERS = ["The Island", "Ragnarok"]
SERVICES = [
    *("sandbox", "parser", "dashboard"),
    *("activity_points", "admin", "chat_bridge", "decay", "stats", "tickets"),
]


@pytest.fixture(scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """Return a browser in front of a running Helena; afterwards no log may tell of an error."""
    data = tmp_path_factory.mktemp("browser")
    async with open_browser() as browser, running_helena(data) as helena:
        pictures = data / "pictures"
        pictures.mkdir()
        yield Desk(browser=browser, helena=helena, pictures=pictures)
    assert errors_in(data / "logs") == []


# The console.


async def test_the_console_shows_the_channels_the_panel_and_living_chat(desk: Desk) -> None:
    async with desk.console("bob", "status") as page:
        panel = page.locator(".message", has_text="Server status")
        await expect(panel.locator(".embed")).to_contain_text("2 of 2 servers up")
        for name in SERVERS:
            await expect(panel).to_contain_text(name)
        await expect(page.locator("[data-channel]:not(.nested) .name")).to_have_text(CHANNELS)

        await page.locator("[data-channel]", has_text="chat-island").click()

        newest = page.locator(".message").last
        seen = await newest.get_attribute("data-message") or ""
        await expect(newest).not_to_have_attribute("data-message", seen, timeout=60_000)


async def test_a_line_typed_in_discord_is_on_the_games_screen(desk: Desk) -> None:
    async with desk.console("bob", "chat-island") as page, desk.game() as game:
        await page.keyboard.type("anyone near the volcano?")
        await page.keyboard.press("Enter")

        mine = page.locator(".message", has_text="anyone near the volcano?")
        await expect(mine.locator(".author")).to_have_text("Bob")
        screen = server_card(game, "The Island").locator(".screen")
        await expect(screen).to_contain_text("Bob: anyone near the volcano?")
        await expect(mine.locator(".reaction")).to_contain_text("✅")


async def test_a_line_spoken_in_the_game_is_in_discord_under_the_survivors_name(desk: Desk) -> None:
    async with desk.console("bob", "chat-ragnarok") as page, desk.game() as game:
        card = server_card(game, "Ragnarok")
        name = await somebody_on(card)
        await speak(card, "coming over, @everyone hold the <b>gate</b>")

        message = page.locator(".message", has_text="coming over, @everyone hold the <b>gate</b>")
        await expect(message.locator(".author")).to_contain_text(name)
        await expect(message.locator(".tag")).to_have_text("APP")
        await expect(message.locator(".pill")).to_have_count(0)
        await expect(message).not_to_have_class(re.compile("mentioned"))


async def test_a_numbered_list_keeps_its_numbers_and_everyone_is_not_marked(desk: Desk) -> None:
    async with desk.console("bob", "welcome") as page:
        for line in ("3. third, not for @everyone", "4. fourth"):
            await page.keyboard.type(line)
            await page.keyboard.press("Shift+Enter")
        await page.keyboard.press("Enter")

        said = page.locator(".message", has_text="not for @everyone")
        await expect(said.locator("ol[start='3'] li")).to_have_text(["third, not for @everyone", "fourth"])
        await expect(said.locator(".pill")).to_have_count(0)


async def test_an_open_menu_outlives_news(desk: Desk) -> None:
    async with desk.console("alice", "welcome") as of_alice, desk.console("sam", "staff") as of_sam:
        await of_alice.locator(".me").click()
        menu = of_alice.locator("#people")
        await expect(menu).to_be_visible()
        await of_sam.keyboard.type("anybody here?")
        await of_sam.keyboard.press("Enter")
        await expect(of_alice.locator("[data-channel].unread", has_text="staff")).to_be_visible()

        await expect(menu).to_be_visible()


# Commands.


async def test_status_and_the_servers_are_asked_with_the_keyboard_alone(desk: Desk) -> None:
    async with desk.console("bob", "welcome") as page:
        status = await command(page, "status")
        await expect(status.locator(".embed")).to_contain_text("2 of 2 servers up")

        await pick(page, "server status")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.keyboard.type("isl")
        await expect(page.locator("#popup .choice.here")).to_contain_text("The Island")
        await page.keyboard.press("Enter")
        of_one = await sent(page, "server status")

        await expect(of_one).to_contain_text("The Island")
        await expect(of_one).not_to_contain_text("Ragnarok")


async def test_decay_and_bases_speak_of_worlds_decoded_from_saves(desk: Desk) -> None:
    async with desk.console("bob", "welcome") as page:
        bases = await answer_with(page, "bases", "structures")
        await expect(bases.locator("time[data-relative]").first).to_be_visible()
        await bases.locator(".button", has_text="▶").last.press("Enter")
        await expect(bases.locator(".button:disabled", has_text=re.compile(r"^2 / \d+$"))).to_be_visible()

        listed = await answer_with(page, "decay list", "most urgent first")

        await expect(listed.locator("time[data-relative]").first).to_have_text(re.compile("^in |ago$"))


async def test_a_picture_of_who_was_on_is_drawn_and_loaded(desk: Desk) -> None:
    async with desk.console("bob", "status") as page:

        async def drawn() -> bool:
            return await (await command(page, "graph players")).locator("img").count() == 1

        await until(drawn, within=90, every=3)
        picture = page.locator(".message img").last
        await picture.scroll_into_view_if_needed()
        await expect(picture).not_to_have_js_property("naturalWidth", 0)


async def test_one_links_a_survivor_with_a_code_and_sees_ones_points(desk: Desk) -> None:
    async with desk.console("alice", "welcome") as page, desk.game() as game:
        asked = await command(page, "link")
        await expect(asked).to_contain_text("Only you can see this")
        code = re.search(r"!link [A-Z0-9-]{6,}", await asked.inner_text())
        assert code is not None, await asked.inner_text()
        card = server_card(game, "The Island")
        await somebody_on(card)

        await speak(card, code[0])

        await expect(asked).to_contain_text("You are")
        await answer_with(page, "points balance", re.compile(r"\d+ points?"))
        top = await command(page, "points top")

        await expect(top.locator(".embed")).to_contain_text("Most points")


# Tickets.


async def test_a_ticket_goes_from_the_panels_button_to_a_transcript(desk: Desk) -> None:
    async with desk.console("bob", "tickets") as of_bob, desk.console("sam", "transcripts") as of_sam:
        await of_bob.get_by_role("button", name="Lost something").click()
        form = of_bob.locator("dialog")
        await form.get_by_label("Subject").fill("My raptor Biscuit")
        await form.locator(".select").click()
        await form.get_by_role("option", name="The Island").click()
        await form.get_by_label("What happened").fill("Gone since the restart.")
        await form.get_by_text("Submit").click()
        await expect(form).to_have_count(0)
        await of_bob.locator(".ephemeral .pill", has_text="My raptor Biscuit").click()
        await expect(of_bob.locator("#channel-head h1")).to_contain_text("My raptor Biscuit")
        await of_bob.keyboard.type("It was near the green obelisk.")
        await of_bob.keyboard.press("Enter")
        await expect(of_bob.locator(".message", has_text="green obelisk")).to_be_visible()

        await (
            of_sam.locator(".message", has_text="My raptor Biscuit")
            .get_by_role("button", name="Claim")
            .click()
        )
        await of_sam.locator("[data-channel].nested", has_text="My raptor Biscuit").click()
        await of_sam.keyboard.type("Found it behind the smithy.")
        await of_sam.keyboard.press("Enter")
        await expect(of_bob.locator(".message", has_text="behind the smithy")).to_be_visible()

        await close_ticket(of_sam, "It is back")

        await check_transcript(of_sam, "transcripts")
        await check_transcript(of_bob, "Helena Tickets")


async def test_a_private_thread_is_not_there_for_another_member(desk: Desk) -> None:
    async with desk.console("alice", "tickets") as page:
        await page.get_by_role("button", name="Open a ticket").click()
        await page.locator("dialog").get_by_label("Subject").fill("A word in private")
        await page.locator("dialog").get_by_text("Submit").click()
        await expect(page.locator("[data-channel].nested", has_text="A word in private")).to_be_visible()

        await page.locator(".me").click()
        await page.get_by_role("menuitemradio", name="Bob").click()

        await expect(page.locator(".me")).to_contain_text("Bob")
        await expect(page.locator("[data-channel]:not(.nested) .name").first).to_have_text("welcome")
        await expect(page.locator("[data-channel]", has_text="A word in private")).to_have_count(0)


# The other pages.


async def test_the_supervisors_page_shows_every_service_and_leads_to_every_page(desk: Desk) -> None:
    async with desk.opened(desk.url(0)) as page:
        await expect(page.locator(".banner")).to_contain_text("everything runs")
        for name in SERVICES:
            card = page.locator(".card", has=page.locator(".meta", has_text=re.compile(rf"^{name} ")))
            await expect(card.locator(".badge")).to_have_text("ready")
        for name, head in (
            ("Sandbox console", "Ark of Helena"),
            ("The game", "The game"),
            ("Dashboard", "Helena"),
        ):
            await page.get_by_role("link", name=name).click()
            await expect(page.get_by_text(head, exact=True).first).to_be_visible()
            await page.goto(desk.url(0))
        await page.get_by_role("link", name="health", exact=True).click()

        await expect(page.locator("body")).to_have_text("OK")


async def test_the_dashboard_shows_every_server(desk: Desk) -> None:
    async with desk.opened(desk.url(2)) as page:
        for name in SERVERS:
            card = page.locator("article", has_text=name)
            await expect(card).to_contain_text("online")
            await expect(card).to_contain_text(re.compile(r"\d+ tribes, \d+ bases, \d+ structures"))


@pytest.mark.parametrize("channel", CHANNELS)
async def test_on_a_phone_nothing_of_the_console_is_cut_off(desk: Desk, channel: str) -> None:
    async with desk.console("alice", channel, width=PHONE) as page:
        await expect(page.locator(".message, .hint").last).to_be_visible()

        assert await cut_off(page) == []
        await page.get_by_role("button", name="Channels").click()
        await expect(page.locator("[data-channel] >> text='tickets'")).to_be_in_viewport(ratio=1)
        assert await cut_off(page) == []


@pytest.mark.parametrize(
    ("service", "path", "shown"), [(0, "/", ".card"), (1, "/game/", ".server"), (2, "/", "article")]
)
async def test_on_a_phone_nothing_of_the_other_pages_is_cut_off(
    desk: Desk, service: int, path: str, shown: str
) -> None:
    async with desk.opened(desk.url(service, path), width=PHONE) as page:
        await expect(page.locator(shown).last).to_be_visible()

        assert await cut_off(page) == []


async def answer_with(page: Page, path: str, words: str | re.Pattern[str]) -> Locator:
    """Ask until the answer holds words that are there only once something else has happened."""
    answers: list[Locator] = []

    async def said() -> bool:
        answers[:] = [await command(page, path)]
        return bool(re.search(words, await answers[0].inner_text()))

    await until(said, within=60, every=2)
    return answers[0]


async def close_ticket(page: Page, reason: str) -> None:
    """Press the button of the open thread, and say why."""
    await page.locator(".message").get_by_role("button", name="Close").click()
    await page.locator("dialog").get_by_label("Reason").fill(reason)
    await page.locator("dialog").get_by_text("Submit").click()
    await expect(page.locator("dialog")).to_have_count(0)


async def check_transcript(page: Page, channel: str) -> None:
    """Fetch the file in a channel, and look for what was said."""
    await page.locator("[data-channel]", has_text=channel).click()
    async with page.expect_download() as download:
        await page.locator(".attachment a", has_text=".html").last.click()
    file = Path(await (await download.value).path())
    text = file.read_text(encoding="utf-8")
    for said in ("It was near the green obelisk.", "Found it behind the smithy.", "It is back"):
        assert said in text
