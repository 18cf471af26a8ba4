"""A stand-in for the session, a bot on it, and people; limits generous enough that none is met.

Bot and people come anew with each file: between two files others may keep this process busy for longer than a
connection may be silent.
"""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

with warnings.catch_warnings():
    # discord.py imports audioop, which Python 3.11 deprecates.
    warnings.simplefilter("ignore", DeprecationWarning)
    from tests.sandbox.discord.bot import ExampleBot, pointed_at, running, token_of

from sandbox.discord.human import Human, open_human
from sandbox.discord.limits import Limits
from sandbox.discord.server import DiscordStandIn, open_discord


@pytest.fixture(scope="session")
def traffic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file that every exchange of the shared stand-in is written to."""
    return tmp_path_factory.mktemp("discord") / "traffic.jsonl"


@pytest.fixture(scope="session")
async def discord_server(
    tmp_path_factory: pytest.TempPathFactory, traffic: Path
) -> AsyncIterator[DiscordStandIn]:
    """Return a running stand-in that all tests of this folder share."""
    data = tmp_path_factory.mktemp("world")
    async with open_discord(port=0, data=data, record=traffic, limits=Limits.generous()) as server:
        with pointed_at(server.seed()):
            yield server


@pytest.fixture(autouse=True)
def points_here(request: pytest.FixtureRequest) -> Iterator[None]:
    """Keep discord.py pointed at the shared stand-in, whatever ran between two tests that use it."""
    if "discord_server" not in request.fixturenames:
        yield
        return
    with pointed_at(request.getfixturevalue("discord_server").seed()):
        yield


@pytest.fixture(scope="module")
async def bot(discord_server: DiscordStandIn) -> AsyncIterator[ExampleBot]:
    """Return a bot with every intent, logged in as the admin application."""
    async with running(ExampleBot(with_commands=True), token_of(discord_server.seed(), "admin")) as it:
        yield it


@pytest.fixture(scope="module")
async def alice(discord_server: DiscordStandIn) -> AsyncIterator[Human]:
    """Return the owner of the guild."""
    async with open_human(discord_server.seed(), "alice") as person:
        yield person


@pytest.fixture(scope="module")
async def bob(discord_server: DiscordStandIn) -> AsyncIterator[Human]:
    """Return a plain member."""
    async with open_human(discord_server.seed(), "bob") as person:
        yield person


@pytest.fixture(scope="module")
async def sam(discord_server: DiscordStandIn) -> AsyncIterator[Human]:
    """Return a member of staff."""
    async with open_human(discord_server.seed(), "sam") as person:
        yield person
