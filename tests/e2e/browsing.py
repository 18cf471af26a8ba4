"""A real Chromium in front of a running Helena, as a person sits before it."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, ConsoleMessage, Locator, Page, Response, expect

from tests.chromium import PATIENCE_MS
from tests.e2e.running import Helena

PHONE = 390

# What is seen in part only: text that ends beyond the window, or that its box hides without saying so by "…".
# Drawers that are wholly off the screen, and boxes that scroll, hide on purpose.
_CUT_OFF = """() => {
  const wide = document.documentElement.clientWidth;
  const ownText = (it) => [...it.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const isReachable = (it) => {
    for (let box = it; box; box = box.parentElement) {
      if (["auto", "scroll"].includes(getComputedStyle(box).overflowX) && box.scrollWidth > box.clientWidth) return true;
      const { right, left } = box.getBoundingClientRect();
      if (box.tagName === "ASIDE" && (right <= 0 || left >= wide)) return true;
    }
    return false;
  };
  const isCut = (it) => {
    const { right, left, width } = it.getBoundingClientRect();
    if (width <= 1) return false;
    const style = getComputedStyle(it);
    const hides = style.overflowX === "hidden" && style.textOverflow !== "ellipsis" && it.scrollWidth > it.clientWidth + 1;
    return hides || right > wide + 1 || left < -1;
  };
  const all = [...document.querySelectorAll("body *")].filter((it) => it.checkVisibility() && ownText(it));
  return all.filter((it) => isCut(it) && !isReachable(it)).map((it) => `${it.className}: ${it.textContent.trim()}`);
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A browser, a running Helena, and a folder for pictures of what was seen."""

    browser: Browser
    helena: Helena
    pictures: Path
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def url(self, service: int, path: str = "/") -> str:
        """Return an address of the supervisor (0), the sandbox (1) or the dashboard (2)."""
        return f"http://127.0.0.1:{self.helena.port + service}{path}"

    @asynccontextmanager
    async def opened(self, url: str, *, width: int = 1280, height: int = 800) -> AsyncIterator[Page]:
        """Open a page; on the way out it is photographed, and may have had no error of any kind."""
        faults: list[str] = []
        context = await self.browser.new_context(
            viewport={"width": width, "height": height}, reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE_MS)
        page = await context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.extend(_fault_of(message)))
        page.on("response", lambda response: faults.extend(_refusal_of(response)))
        await page.goto(url)
        try:
            yield page
        finally:
            await page.screenshot(path=self.pictures / f"{next(self._numbers):02}.png")
            await context.close()
        assert faults == []

    @asynccontextmanager
    async def console(self, person: str, channel: str, *, width: int = 1280) -> AsyncIterator[Page]:
        """Open the console as a person, in a channel."""
        async with self.opened(self.url(1, f"/?as={person}#{channel}"), width=width) as page:
            await expect(page.locator("#channel-head h1")).to_have_text(channel)
            yield page

    @asynccontextmanager
    async def game(self, *, width: int = 1280) -> AsyncIterator[Page]:
        """Open the game's page."""
        async with self.opened(self.url(1, "/game/"), width=width) as page:
            await expect(page.locator(".server")).to_have_count(2)
            yield page


async def command(page: Page, path: str) -> Locator:
    """Run a command with the keyboard alone, as it stands in the list; return its answer."""
    await pick(page, path)
    return await sent(page, path)


async def pick(page: Page, path: str) -> None:
    """Type a command and pick it in the list."""
    await page.keyboard.type(f"/{path}")
    await expect(page.locator("#popup .choice.here")).to_contain_text(f"/{path}")
    await page.keyboard.press("Enter")
    await expect(page.locator(".command-name")).to_have_text(f"/{path}")


async def sent(page: Page, path: str) -> Locator:
    """Send the command that was picked; return its answer, once it is there and not awaited any more."""
    answers = page.locator(".message", has=page.locator(".origin", has_text=f"used /{path}"))
    before = await answers.count()
    await page.keyboard.press("Enter")
    await expect(answers).to_have_count(before + 1)
    answer = answers.nth(before)
    await expect(answer.locator(".thinking")).to_have_count(0)
    # The line is empty and ready for the next one.
    await expect(page.locator("#composer textarea")).to_have_value("")
    await expect(page.locator("#composer textarea")).to_be_focused()
    return answer


def server_card(game: Page, name: str) -> Locator:
    """Return the part of the game's page about one server."""
    return game.locator(".server", has=game.get_by_role("heading", name=name))


async def somebody_on(card: Locator) -> str:
    """Return a survivor who is on, by the name in the list of those one may speak as; they are chosen."""
    on = card.locator(".who option:not(:text('(joins)'))")
    await expect(on).not_to_have_count(0, timeout=60_000)
    name = (await on.all_text_contents())[0]
    await card.locator(".who").select_option(label=name)
    return name


async def speak(card: Locator, text: str) -> None:
    """Say something in the game as the survivor that is chosen."""
    await card.locator(".text").fill(text)
    await card.locator(".text").press("Enter")
    await expect(card.locator(".text")).to_have_value("")


async def cut_off(page: Page) -> list[str]:
    """Return the texts of a page that are not seen whole, and a word about a page that scrolls sideways."""
    texts: list[str] = await page.evaluate(_CUT_OFF)
    is_wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*texts, *(["the page scrolls sideways"] if is_wide else [])]


def _fault_of(message: ConsoleMessage) -> list[str]:
    return [f"{message.text} ({message.location.get('url')})"] if message.type == "error" else []


def _refusal_of(response: Response) -> list[str]:
    return [f"{response.status} {response.url}"] if response.status >= 400 else []
