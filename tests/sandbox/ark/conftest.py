from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sandbox.ark.life.settle import settle
from sandbox.ark.world import Game, World

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture(params=[Game.ASA, Game.ASE])
def world(request: pytest.FixtureRequest) -> World:
    return make_world(request.param)


def make_world(game: Game) -> World:
    return settle(game=game, map_name="TheIsland_WP" if game is Game.ASA else "Ragnarok", seed=5, now=NOW)
