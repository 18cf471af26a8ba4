"""The dashboard's API over a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from dashboard.app import create_app
from dashboard.service import OverviewService
from shared.clock import FrozenClock
from shared.db import Database
from shared.runtime.web import serve
from shared.store.states import PlayerCount, add_player_count, set_state
from tests.shared.builders import NOON, add_community


@pytest.fixture
async def client(db: Database) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(OverviewService(db, FrozenClock(NOON)))
    async with (
        serve(app, host="127.0.0.1", port=0, setting="HELENA_DASHBOARD_PORT") as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http,
    ):
        yield http


async def test_an_installation_without_communities_has_an_empty_overview(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/v1/overview")

    assert (response.status_code, response.json()["communities"]) == (200, [])


async def test_a_server_shows_its_players_as_a_number_with_source_and_age(
    client: httpx.AsyncClient, db: Database
) -> None:
    island = (await add_community(db))["island"]
    async with db.transaction() as conn:
        await set_state(conn, island, is_up=True, players=["Mira", "Jo"], source="RCON", at=NOON)
        await add_player_count(conn, PlayerCount(server_id=island, at=NOON, players=2))

    body = (await client.get("/api/v1/overview")).json()

    card = next(server for server in body["communities"][0]["servers"] if server["key"] == "island")
    assert (card["is_up"], card["players"], card["source"], len(card["counts"])) == (True, 2, "RCON", 1)
    assert "Mira" not in str(body)


async def test_the_page_allows_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    response = await client.get("/")

    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert (await client.get("/static/page.js")).status_code == 200
