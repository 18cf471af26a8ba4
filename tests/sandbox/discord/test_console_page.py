"""The console page's guards: who gets the people's tokens, and what the page may do."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from sandbox.discord.console_page import FOLDER, HEADER
from sandbox.discord.human import open_human
from sandbox.discord.server import DiscordStandIn


async def token_of_page(http: aiohttp.ClientSession, url: str) -> str:
    """Return the token that the page's own HTML carries."""
    async with http.get(url + "/") as response:
        html = await response.text()
    found = re.search(r'name="console-token" content="([^"]+)"', html)
    assert found is not None
    return found.group(1)


async def test_the_page_gets_the_people_and_their_tokens(discord_server: DiscordStandIn) -> None:
    async with aiohttp.ClientSession() as http:
        headers = {HEADER: await token_of_page(http, discord_server.url)}
        async with http.post(discord_server.url + "/console/people", headers=headers) as response:
            body = await response.json()

    assert {"Alice", "Bob", "Sam"} <= {person["name"] for person in body["people"]}
    assert [person["name"] for person in body["people"] if person["is_owner"]] == ["Alice"]


@pytest.mark.parametrize(
    "change",
    [
        {HEADER: "wrong"},
        {HEADER: ""},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "evil.example"},
    ],
)
async def test_nobody_else_gets_them(discord_server: DiscordStandIn, change: dict[str, str]) -> None:
    async with aiohttp.ClientSession() as http:
        headers = {HEADER: await token_of_page(http, discord_server.url)} | change
        async with http.post(discord_server.url + "/console/people", headers=headers) as response:
            status, text = response.status, await response.text()

    assert status == 403
    assert "user-" not in text


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "192.168.1.4", "localhost.evil.example:80"]
)
async def test_a_rebound_name_does_not_even_get_the_page(discord_server: DiscordStandIn, host: str) -> None:
    async with aiohttp.ClientSession() as http:
        for path in ("/", "/console/main.js"):
            async with http.get(discord_server.url + path, headers={"Host": host}) as response:
                assert response.status == 403


async def test_the_page_answers_to_every_loopback_name(discord_server: DiscordStandIn) -> None:
    port = urlsplit(discord_server.url).port
    async with aiohttp.ClientSession() as http:
        for host in (f"localhost:{port}", f"127.0.0.1:{port}", f"[::1]:{port}"):
            async with http.get(discord_server.url + "/", headers={"Host": host}) as response:
                assert response.status == 200


async def test_the_policy_lets_nothing_but_the_pages_own_files_run(discord_server: DiscordStandIn) -> None:
    async with aiohttp.ClientSession() as http, http.get(discord_server.url + "/") as response:
        policy = response.headers["Content-Security-Policy"]
        html = await response.text()

    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"<script(?![^>]*src=)", html)
    assert not re.search(r"""(?:src|href)="(?!/console/)""", html)


@pytest.mark.parametrize(
    "name", ["..%2f..%2fserver.py", "%2e%2e%2fserver.py", "server.py", "index.html", "", "nothing.js"]
)
async def test_only_the_pages_own_files_are_served(discord_server: DiscordStandIn, name: str) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{discord_server.url}/console/{name}") as response:
        assert response.status in {404, 405}


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.js")), ids=lambda file: str(file.name))
def test_no_script_makes_html_or_code_out_of_text(file: Path) -> None:
    """The page shows what strangers wrote, so none of the ways to run it is used at all."""
    text = file.read_text(encoding="utf-8")

    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc", text
    )
    assert "https://" not in re.sub(r"//.*|/\*[\s\S]*?\*/|/.*https\?.*/", "", text)


async def test_what_people_uploaded_never_runs_in_the_pages_origin(discord_server: DiscordStandIn) -> None:
    async with open_human(discord_server.seed(), "bob") as bob:
        said = await bob.say("welcome", "look", files=[("page.html", b"<script>alert(1)</script>")])
    async with aiohttp.ClientSession() as http, http.get(said.attachments[0]["url"]) as response:
        policy = response.headers["Content-Security-Policy"]
        sniff = response.headers["X-Content-Type-Options"]

    assert "sandbox" in policy
    assert sniff == "nosniff"
