"""The game page and its API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from sandbox.ark.cluster import Cluster, open_cluster
from sandbox.ark.routes import game_application
from sandbox.ark.server import State
from shared.clock import SystemClock
from tests.chromium import open_browser


@dataclass(frozen=True, slots=True)
class Site:
    url: str
    cluster: Cluster
    session: aiohttp.ClientSession

    async def post(self, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        async with self.session.post(f"{self.url}/{path}", json=body or {}, headers=headers) as answer:
            return answer.status, await answer.json()

    async def show(self, key: str) -> Any:
        async with self.session.get(f"{self.url}/servers") as answer:
            return next(server for server in (await answer.json())["servers"] if server["key"] == key)


@pytest.fixture(scope="module")
async def cluster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster]:
    data = tmp_path_factory.mktemp("cluster")
    async with open_cluster(data=data, clock=SystemClock(), is_lively=False, boot=timedelta(0)) as opened:
        yield opened


@pytest.fixture
async def site(cluster: Cluster) -> AsyncIterator[Site]:
    """Return the page over servers on which nobody is and nothing was said."""
    for server in cluster.servers.values():
        for survivor in server.online():
            server.leave(survivor.account)
        server.screen.lines.clear()
    app = web.Application()
    app.add_subapp("/game", game_application(cluster))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/game"
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
            yield Site(url, cluster, session)
    finally:
        await runner.cleanup()


async def test_a_person_speaks_in_the_game_and_sees_it(site: Site) -> None:
    status, _ = await site.post("servers/island/say", {"who": "Vey", "text": "<b>hi</b> @everyone"})

    shown = await site.show("island")

    assert status == 200
    assert [line["text"] for line in shown["screen"]] == ["Tarkhan Vey (Vey): <b>hi</b> @everyone"]
    assert [player["name"] for player in shown["players"]] == ["Vey"]
    assert "Tarkhan Vey (Vey): <b>hi</b> @everyone" in shown["log"][-1]
    assert (shown["state"], shown["map"]) == ("up", "TheIsland_WP")


async def test_a_person_saves_crashes_and_starts_a_server(site: Site) -> None:
    island = site.cluster.servers["island"]
    before = island.world.save_count

    assert await site.post("servers/island/save") == (200, {"state": "up"})
    assert island.world.save_count == before + 1
    await site.post("servers/island/crash")
    await island.wait_until(State.DOWN)
    refused = await site.post("servers/island/say", {"who": "Vey", "text": "hello?"})
    await site.post("servers/island/start")
    await island.wait_until(State.UP)

    assert refused == (503, {"error": "The Island is down; nobody can act in it."})


async def test_a_person_stalls_and_restarts_a_server(site: Site) -> None:
    ragnarok = site.cluster.servers["ragnarok"]
    boots = ragnarok.boots

    assert (await site.post("servers/ragnarok/stall", {"seconds": 0.1}))[0] == 200
    await ragnarok.wait_until(State.UP)
    assert (await site.post("servers/ragnarok/restart"))[0] == 200
    await ragnarok.wait_for_boot(boots + 1)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("servers/island/say", {"who": "Zed", "text": "hi"}, 404),
        ("servers/island/say", {"who": "Vey", "text": "  "}, 400),
        ("servers/island/say", {"who": "Vey", "text": "x" * 5000}, 400),
        ("servers/island/say", {"who": 3}, 400),
        ("servers/island/say", [1], 400),
        ("servers/island/stall", {"seconds": -1}, 400),
        ("servers/island/stall", {"seconds": "x"}, 400),
        ("servers/island/explode", {}, 404),
        ("servers/atlantis/save", {}, 404),
    ],
)
async def test_what_cannot_be_done_is_said(site: Site, path: str, body: Any, status: int) -> None:
    answered, said = await site.post(path, body)

    assert answered == status
    assert said["error"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:80"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Content-Type": "text/plain"},
    ],
)
async def test_foreign_pages_are_refused(site: Site, headers: dict[str, str]) -> None:
    status, said = await site.post("servers/island/save", {}, **headers)

    assert (status, said) == (403, {"error": "Only pages of this machine may ask."})
    async with site.session.get(f"{site.url}/servers", headers={"Host": "evil.example"}) as answer:
        assert answer.status == 403


async def test_the_page_and_its_parts_come_with_a_strict_policy(site: Site) -> None:
    for name, kind in (("", "text/html"), ("game.css", "text/css"), ("game.js", "javascript")):
        async with site.session.get(f"{site.url}/{name}") as answer:
            text = await answer.text()
            assert answer.status == 200
            assert kind in answer.content_type
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert "http://" not in text.replace("http://127.0.0.1", "")
            assert "innerHTML" not in text
    async with site.session.get(f"{site.url}/secrets.txt") as answer:
        assert answer.status == 404


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
async def test_the_page_shows_the_game_in_a_browser(site: Site, width: int, tmp_path: Path) -> None:
    async with open_browser() as browser:
        page = await browser.new_page(viewport={"width": width, "height": 900})
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        await page.goto(f"{site.url}/")
        card = page.locator(".server", has_text="The Island")
        await card.locator(".who").select_option(label="Vey (joins)")
        await card.locator(".text").fill("<img src=x onerror=alert(1)> hello")
        await card.locator(".text").press("Enter")
        await card.locator(".screen li", has_text="<img src=x onerror=alert(1)> hello").wait_for(
            timeout=10_000
        )
        is_too_wide = await page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        await page.screenshot(path=tmp_path / "game.png", full_page=True)

    assert problems == []
    assert not is_too_wide
    assert site.cluster.servers["island"].screen.texts == [
        "Tarkhan Vey (Vey): <img src=x onerror=alert(1)> hello"
    ]
