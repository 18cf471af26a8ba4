"""The dashboard's API over a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from dashboard.app import create_app
from dashboard.service import OverviewService
from shared.clock import FrozenClock
from shared.db import Database
from shared.runtime.web import serve
from shared.store.states import PlayerCount, add_player_count, set_state
from tests.bots.decay.builders import add_base_event, add_save, add_tribe, doubt_save
from tests.shared.builders import NOON, add_community


@pytest.fixture
async def client(db: Database) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(OverviewService(db, FrozenClock(NOON)))
    async with (
        serve(app, host="127.0.0.1", port=0, setting="HELENA_DASHBOARD_PORT") as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http,
    ):
        yield http


async def card_of(client: httpx.AsyncClient, key: str) -> dict[str, Any]:
    """Return what the overview says of a server."""
    body = (await client.get("/api/v1/overview")).json()
    card: dict[str, Any] = next(
        server for server in body["communities"][0]["servers"] if server["key"] == key
    )
    return card


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

    card = await card_of(client, "island")

    assert (card["is_up"], card["players"], card["source"], len(card["counts"])) == (True, 2, "RCON", 1)
    assert "Mira" not in str(card)


async def test_a_doubtful_save_is_told_with_its_verdict_and_since_when(
    client: httpx.AsyncClient, db: Database
) -> None:
    island = (await add_community(db))["island"]
    await add_save(db, island, NOON - timedelta(hours=9))
    await doubt_save(db, island, NOON - timedelta(hours=5), "A rollback.")
    await doubt_save(db, island, NOON - timedelta(hours=1), "Another map.")

    card = await card_of(client, "island")

    assert (card["verdict"], card["refused"]) == ("suspect", "Another map.")
    assert datetime.fromisoformat(card["judged_at"]) == NOON - timedelta(hours=1)
    assert datetime.fromisoformat(card["refused_since"]) == NOON - timedelta(hours=5)
    assert datetime.fromisoformat(card["saved_at"]) == NOON - timedelta(hours=9)


async def test_the_first_save_of_a_new_world_is_good_and_not_relied_on(
    client: httpx.AsyncClient, db: Database
) -> None:
    servers = await add_community(db)
    await add_save(db, servers["island"], NOON, feeds=False, reason="A season began.")
    await add_save(db, servers["ragnarok"], NOON)

    new, usual = await card_of(client, "island"), await card_of(client, "ragnarok")

    assert (new["verdict"], new["refused"], new["unconfirmed"]) == ("good", None, "A season began.")
    assert (usual["verdict"], usual["refused"], usual["unconfirmed"]) == ("good", None, None)


async def test_what_became_of_bases_is_told_and_not_whose_they_are(
    client: httpx.AsyncClient, db: Database
) -> None:
    island = (await add_community(db))["island"]
    save_id = await add_save(db, island, NOON)
    await add_tribe(db, island, 1, "Reed Court")
    for hours, kind, before, after in [
        (30, "born", 0, 1),
        (9, "born", 0, 40),
        (8, "grown", 40, 50),
        (7, "merged", 12, 50),
        (6, "split", 50, 5),
        (5, "ended", 5, 0),
    ]:
        at = NOON - timedelta(hours=hours)
        await add_base_event(db, island, save_id, 7, 1, kind, at, before=before, after=after)

    card = await card_of(client, "island")

    assert [(change["kind"], change["structures"]) for change in card["changed_bases"]] == [
        ("ended", 5),
        ("split", 5),
        ("merged", 12),
        ("born", 40),
    ]
    assert card.keys().isdisjoint({"tribe_id", "base_id"})
    assert {tuple(change) for change in card["changed_bases"]} == {("at", "kind", "structures")}
    assert "Reed Court" not in str(card)


async def test_the_page_allows_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    response = await client.get("/")

    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert (await client.get("/static/page.js")).status_code == 200
