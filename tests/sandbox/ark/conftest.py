from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.ark.life.settle import settle
from sandbox.ark.server import ArkServer, open_server
from sandbox.ark.spec import ServerSpec
from sandbox.ark.world import Game, World
from shared.clock import SystemClock
from tests.sandbox.ark.client import Packet, RawClient, raw_client

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture(params=[Game.ASA, Game.ASE])
def world(request: pytest.FixtureRequest) -> World:
    return make_world(request.param)


def make_world(game: Game) -> World:
    return settle(game=game, map_name="TheIsland_WP" if game is Game.ASA else "Ragnarok", seed=5, now=NOW)


def make_spec(game: Game, **changes: Any) -> ServerSpec:
    """Return a quick, quiet server without keep-alives."""
    plain = ServerSpec(
        key=game.value,
        name="One",
        game=game,
        map_name="TheIsland_WP" if game is Game.ASA else "Ragnarok",
        rcon_password="sesame",
        seed=5,
        is_lively=False,
        boot=timedelta(0),
        down=timedelta(0),
    )
    quiet = replace(
        plain.default_quirks(),
        keep_alive_every=None,
        keep_alive_before_reply=0,
        tick=timedelta(milliseconds=1),
    )
    return replace(plain, **{"quirks": quiet, **changes})


@pytest.fixture
async def asa(tmp_path: Path) -> AsyncIterator[ArkServer]:
    async with open_server(make_spec(Game.ASA), data=tmp_path, clock=SystemClock()) as server:
        yield server


@pytest.fixture
async def ase(tmp_path: Path) -> AsyncIterator[ArkServer]:
    async with open_server(make_spec(Game.ASE), data=tmp_path, clock=SystemClock()) as server:
        yield server


@asynccontextmanager
async def logged_in(server: ArkServer) -> AsyncIterator[RawClient]:
    async with raw_client(server.port) as client:
        assert await client.login("sesame") == Packet(1, 2, b"")
        yield client
