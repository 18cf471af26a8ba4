"""Make the README's picture: ``python docs/make_pictures.py`` while ``python3 helena.py up`` runs with its sandbox.

It plays a short scene in the sandbox, as people would: Bob opens a ticket, survivors and members talk in
#chat-island, and Bob asks for ``/status``. Then it photographs the console as Bob sees it.

It needs Chromium, and for names as people have them the fonts ``fonts-noto-color-emoji`` and ``fonts-noto-cjk``.
The scene is best played in a fresh data folder (``HELENA_DATA=…``), a minute after the start.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

PICTURE = Path(__file__).resolve().parent / "images" / "console.png"
PATIENCE_MS = 20_000
SUBJECT = "Lost my raptor Biscuit"
# Who says what, in order; members of Discord by the name they act under, survivors by their name in the game.
MEMBERS = ("Bob", "Sam")
SCENE = (
    ("Fern 🌿", "the alpha rex is back at the red obelisk"),
    ("Bob", "on my way. who brings narcotics?"),
    ("Vey", "200 in my saddlebag, meet at the river"),
    ("ミナモ", "coming with the argy \\o/"),
    ("Sam", "Restart at 20:00, land your birds first."),
)
SURVIVORS = tuple(name for name, _ in SCENE if name not in MEMBERS)


def main(argv: Sequence[str] | None = None) -> int:
    """Play the scene and write the picture; return 1 without a browser."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--console", default="http://127.0.0.1:8081", help="address of the sandbox console")
    options = parser.parse_args(argv)
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        sys.stderr.write("No Chromium is installed (chromium, chromium-browser or google-chrome).\n")
        return 1
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        play(browser, options.console.rstrip("/"))
        browser.close()
    sys.stdout.write(f"wrote {PICTURE} ({PICTURE.stat().st_size / 1000:.0f} kB)\n")
    return 0


def play(browser: Browser, console: str) -> None:
    """Play the scene, and photograph it."""
    with opened(browser, f"{console}/?as=bob#tickets") as page:
        open_ticket(page)
    with (
        opened(browser, f"{console}/game/") as game,
        opened(browser, f"{console}/?as=bob#chat-island") as of_bob,
        opened(browser, f"{console}/?as=sam#chat-island") as of_sam,
    ):
        for name in SURVIVORS:
            speak(game, name, "o/")  # so that they are on before the scene begins
        for name, text in SCENE:
            with one_more(of_bob.locator(".message", has_text=text)):
                if name in MEMBERS:
                    write(of_bob if name == "Bob" else of_sam, text)
                else:
                    speak(game, name, text)
        ask_for_status(of_bob)
        PICTURE.parent.mkdir(exist_ok=True)
        of_bob.screenshot(path=PICTURE)


@contextmanager
def opened(browser: Browser, url: str) -> Iterator[Page]:
    """Open a page of the picture's size."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, locale="en-GB", reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(url)
    yield page
    context.close()


def open_ticket(page: Page) -> None:
    """Open the ticket through the panel's form, unless it is open from an earlier scene."""
    expect(page.get_by_role("button", name="Lost something")).to_be_visible()
    thread = page.locator("[data-channel].nested", has_text=SUBJECT)
    if thread.count():
        return
    page.get_by_role("button", name="Lost something").click()
    page.locator("dialog").get_by_label("Subject").fill(SUBJECT)
    page.locator("dialog").get_by_text("Submit").click()
    expect(thread).to_be_visible()


def write(page: Page, text: str) -> None:
    """Write a line in the channel that is open, and wait for the sign that the game has it."""
    with one_more(page.locator(".message", has_text=text).locator(".reaction")):
        page.locator("#composer textarea").fill(text)
        page.keyboard.press("Enter")


def speak(game: Page, name: str, text: str) -> None:
    """Say a line as a survivor on The Island, who joins for it if need be."""
    card = game.locator(".server", has=game.get_by_role("heading", name="The Island"))
    speaker = card.locator(".who option", has_text=name)
    card.locator(".who").select_option(value=speaker.first.get_attribute("value"))
    card.locator(".text").fill(text)
    card.locator(".text").press("Enter")
    expect(card.locator(".screen")).to_contain_text(text)


def ask_for_status(page: Page) -> None:
    """Run ``/status`` and wait for its answer."""
    with one_more(page.locator(".message", has_text="used /status").locator(".embed")):
        page.locator("#composer textarea").fill("/status")
        page.locator("#composer textarea").press("Enter")
        page.locator(".command-line").press("Enter")
    page.mouse.move(0, 0)


@contextmanager
def one_more(things: Locator) -> Iterator[None]:
    """Wait, on the way out, until there is one more of something: an earlier scene may have left some."""
    page_is_read = things.page.locator("#messages .beginning, #messages .message").first
    expect(page_is_read).to_be_visible()
    before = things.count()
    yield
    expect(things).to_have_count(before + 1)


if __name__ == "__main__":
    raise SystemExit(main())
