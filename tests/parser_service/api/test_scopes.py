"""Who sees what: every route with every kind of token, and nothing of anybody else in what comes back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.parser_service.api.conftest import ISLAND, NOW, Api, assert_problem
from tests.parser_service.programs import GUILD, TOKEN

EVERYBODY = frozenset({"owner", "staff", "tribe", "public"})
TRIBES = frozenset({"owner", "staff", "tribe"})
STAFF = frozenset({"owner", "staff"})
OWNER = frozenset({"owner"})

# Who gets an answer. A route that is not here fails the tests: whoever adds one decides who may see it.
MAY_SEE: dict[tuple[str, str], frozenset[str]] = {
    ("GET", "/v1/servers"): EVERYBODY,
    ("GET", "/v1/servers/{key}"): EVERYBODY,
    ("GET", "/v1/servers/{key}/saves"): EVERYBODY,
    ("GET", "/v1/servers/{key}/save"): EVERYBODY,
    ("GET", "/v1/servers/{key}/saves/{save_id}"): EVERYBODY,
    ("GET", "/v1/servers/{key}/tribes"): EVERYBODY,
    ("GET", "/v1/servers/{key}/tribes/{tribe_id}"): TRIBES,
    ("GET", "/v1/servers/{key}/tribes/{tribe_id}/log"): TRIBES,
    ("GET", "/v1/servers/{key}/bases"): TRIBES,
    ("GET", "/v1/servers/{key}/bases/{base_id}"): TRIBES,
    ("GET", "/v1/servers/{key}/base-events"): TRIBES,
    ("GET", "/v1/servers/{key}/structures"): TRIBES,
    ("GET", "/v1/servers/{key}/tames"): TRIBES,
    ("GET", "/v1/servers/{key}/items"): TRIBES,
    ("GET", "/v1/servers/{key}/survivors"): TRIBES,
    ("GET", "/v1/servers/{key}/saves/{first_id}/difference/{second_id}"): TRIBES,
    ("GET", "/v1/servers/{key}/saves/{first_id}/difference/{second_id}/{kind}"): TRIBES,
    ("GET", "/v1/servers/{key}/map.png"): TRIBES,
    ("GET", "/v1/servers/{key}/timelapse.gif"): TRIBES,
    ("GET", "/v1/servers/{key}/timelapse.png"): TRIBES,
    ("GET", "/v1/servers/{key}/events"): STAFF,
    ("GET", "/v1/servers/{key}/gaps"): STAFF,
    ("GET", "/v1/servers/{key}/unknown"): STAFF,
    ("GET", "/v1/servers/{key}/wild"): STAFF,
    ("GET", "/v1/servers/{key}/wild/counts"): STAFF,
    ("GET", "/v1/servers/{key}/saves/{save_id}/coverage"): STAFF,
    ("GET", "/v1/servers/{key}/saves/{save_id}/verdict"): STAFF,
    ("POST", "/v1/servers/{key}/saves/{save_id}/accept"): STAFF,
    ("POST", "/v1/servers/{key}/saves"): STAFF,
    ("GET", "/v1/tokens"): OWNER,
    ("POST", "/v1/tokens"): OWNER,
    ("DELETE", "/v1/tokens/{token_id}"): OWNER,
}
OPEN = {("GET", "/health")}
HIDDEN = {("GET", "/docs"), ("GET", "/docs/style.css"), ("GET", "/openapi.json"), ("HEAD", "/health")}
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/v1/servers/{key}/saves"): {"content": b"a world"},
    ("POST", "/v1/tokens"): {"json": {"label": "a page", "scope": "public"}},
}
PLACES = {"x", "y", "z", "latitude", "longitude", "hull"}
# What anybody may know has none of these.
PRIVATE = PLACES | {
    "account",
    "platform_name",
    "members",
    "owner_name",
    "lines",
    "players",
    "reason",
    "accepted_by",
}


@pytest.fixture
async def stored(api: Api, tmp_path: Path) -> dict[str, Any]:
    """Store two saves, and return what stands for the parameters of paths."""
    first = await api.store(tmp_path / "one", "a")
    second = await api.store(tmp_path / "two", "b", structures_gone=5)
    bases = (await api.get(f"{ISLAND}/bases")).json()["bases"]
    survivors = (await api.get(f"{ISLAND}/survivors")).json()["rows"]
    tribes = {base["tribe_id"] for base in bases} & {one["tribe_id"] for one in survivors}
    tribe_id = min(tribes)
    base_id = next(base["id"] for base in bases if base["tribe_id"] == tribe_id)
    return {
        "key": "island",
        "save_id": second,
        "first_id": first,
        "second_id": second,
        "tribe_id": tribe_id,
        "base_id": base_id,
        "kind": "structures",
        "token_id": 1,
        "other_base_id": next(base["id"] for base in bases if base["tribe_id"] != tribe_id),
        "other_tribe_id": next(base["tribe_id"] for base in bases if base["tribe_id"] != tribe_id),
    }


def described(api: Api) -> set[tuple[str, str]]:
    paths = api.app.openapi()["paths"]
    return {(method.upper(), path) for path, methods in paths.items() for method in methods}


def scope_of(kind: str, stored: dict[str, Any]) -> str:
    return f"tribe:island:{stored['tribe_id']}" if kind == "tribe" else kind


def values_of(answer: Any, names: set[str]) -> Iterator[Any]:
    """Yield what stands under some names, anywhere in an answer."""
    if isinstance(answer, dict):
        for name, value in answer.items():
            if name in names:
                yield value
            yield from values_of(value, names)
    elif isinstance(answer, list):
        for value in answer:
            yield from values_of(value, names)


async def ask(client: httpx.AsyncClient, route: tuple[str, str], stored: dict[str, Any]) -> httpx.Response:
    method, path = route
    return await client.request(method, path.format(**stored), **BODIES.get(route, {}))


def test_every_route_says_who_may_see_it(api: Api) -> None:
    assert described(api) == MAY_SEE.keys() | OPEN


async def test_there_are_no_routes_but_those_described_and_those_of_the_page(api: Api) -> None:
    # what the description leaves out is open; anything else of that kind would be a way in
    found = {
        (method, route.path)
        for route in flat(api.app.routes)
        for method in (route.methods or set()) - ({"HEAD"} if route.path != "/health" else set())
    }

    assert found - described(api) == HIDDEN


def flat(routes: Any) -> Iterator[Any]:
    for route in routes:
        inner = getattr(getattr(route, "original_router", None), "routes", None)
        if inner is None:
            yield route
        else:
            yield from flat(inner)


@pytest.mark.parametrize("kind", sorted(EVERYBODY))
async def test_every_route_with_every_scope(api: Api, stored: dict[str, Any], kind: str) -> None:
    await api.token("public")  # the one that is revoked
    async with api.as_scope(scope_of(kind, stored)) as client:
        # pictures take their time; that they may be seen, "you have it already" says as well
        client.headers["If-None-Match"] = "*"

        statuses = {route: (await ask(client, route, stored)).status_code for route in MAY_SEE}

    allowed = {route for route, status in statuses.items() if status in {200, 201, 202, 204, 304}}
    assert allowed == {route for route, kinds in MAY_SEE.items() if kind in kinds}
    assert {status for route, status in statuses.items() if route not in allowed} <= {403}


async def test_without_a_token_that_holds_nothing_is_told(api: Api, stored: dict[str, Any]) -> None:
    expired = await api.token("staff", expires_at=NOW + timedelta(minutes=1))
    revoked = await api.token("staff")
    number = (await api.get("/v1/tokens")).json()["tokens"][-1]["id"]
    assert (await api.client.delete(f"/v1/tokens/{number}")).status_code == 204
    api.clock.advance(timedelta(minutes=2))
    for token in (
        "",
        "x",
        "helena_x",
        f"{TOKEN}x",
        expired,
        revoked,
        expired + "\x7f",
        "helena_" + "x" * 10_000,
    ):
        for route in MAY_SEE:
            method, path = route
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            response = await api.anonymous.request(
                method, path.format(**stored), headers=headers, **BODIES.get(route, {})
            )

            assert_problem(response, 401, "USER-401")


async def test_a_refusal_comes_before_anything_else_is_said(api: Api, stored: dict[str, Any]) -> None:
    async with api.as_scope("public") as client:
        for path in ("/structures?limit=0", "/tames?save_id=99999", "/events?kind=nonsense", "/bases/77777"):
            assert_problem(await client.get(f"{ISLAND}{path}"), 403, "USER-403")


async def test_a_tribes_token_shows_that_tribe_alone(api: Api, stored: dict[str, Any]) -> None:
    own = stored["tribe_id"]
    async with api.as_scope(scope_of("tribe", stored)) as client:
        for route, kinds in MAY_SEE.items():
            if "tribe" not in kinds or route[1].endswith((".png", ".gif")):
                continue
            response = await ask(client, route, stored)
            lines = await client.get(route[1].format(**stored), headers={"Accept": "application/x-ndjson"})

            answers = [response.json()]
            if lines.headers["Content-Type"] == "application/x-ndjson":
                answers += [json.loads(line) for line in lines.text.splitlines()]
            assert set(values_of(answers, {"tribe_id"})) <= {own, None}, route
            assert not any(values_of(answers, {"account", "platform_name", "players", "reason"})), route

        rows = (await client.get(f"{ISLAND}/structures")).json()
        assert rows["total"] > 0
        assert rows["total"] < (await api.get(f"{ISLAND}/structures")).json()["total"]
        assert (await client.get(f"{ISLAND}/survivors")).json()["total"] > 0


async def test_a_tribes_token_cannot_ask_for_another_tribe_or_server(
    api: Api, stored: dict[str, Any]
) -> None:
    other = stored["other_tribe_id"]
    forbidden = [
        f"{ISLAND}/tribes/{other}",
        f"{ISLAND}/tribes/{other}/log",
        f"{ISLAND}/tribes/0{stored['tribe_id']}",
        f"{ISLAND}/tribes/{'9' * 5000}",
        *(
            f"{ISLAND}/{what}?tribe_id={other}"
            for what in ("bases", "base-events", "structures", "tames", "items", "survivors", "map.png")
        ),
        f"{ISLAND}/timelapse.gif?tribe_id={other}",
        f"{ISLAND}/saves/{stored['first_id']}/difference/{stored['second_id']}?tribe_id={other}",
        "/v1/servers/ragnarok",
        f"/v1/servers/ragnarok/tribes/{stored['tribe_id']}",
        "/v1/servers/ragnarok/bases",
    ]
    async with api.as_scope(scope_of("tribe", stored)) as client:
        for path in forbidden:
            assert_problem(await client.get(path), 403, "USER-403")
        assert_problem(await client.get(f"{ISLAND}/bases/{stored['other_base_id']}"), 404, "USER-404")
        by_base = (
            await client.get(f"{ISLAND}/structures", params={"base_id": stored["other_base_id"]})
        ).json()
        difference = (
            await client.get(f"{ISLAND}/saves/{stored['first_id']}/difference/{stored['second_id']}")
        ).json()

    assert by_base["total"] == 0
    own_bases = {
        base["id"] for base in (await api.get(f"{ISLAND}/bases", tribe_id=stored["tribe_id"])).json()["bases"]
    }
    assert set(values_of(difference, {"base_id"})) <= own_bases


async def test_a_public_token_shows_no_place_no_name_of_a_player_and_no_reason(
    api: Api, stored: dict[str, Any]
) -> None:
    async with api.as_scope("public") as client:
        for route, kinds in MAY_SEE.items():
            if "public" not in kinds:
                continue
            response = await ask(client, route, stored)

            assert response.status_code == 200
            assert not any(values_of(response.json(), PRIVATE)), route

        tribes = (await client.get(f"{ISLAND}/tribes")).json()["tribes"]
    assert len(tribes) > 1
    assert any(tribe["structures"] for tribe in tribes)


async def test_no_answer_has_a_pin(api: Api, stored: dict[str, Any]) -> None:
    names = {
        name
        for schema in api.app.openapi()["components"]["schemas"].values()
        for name in schema.get("properties", {})
    }

    assert {name for name in names if "pin" in name} == {"has_pin"}


async def test_an_etag_is_of_no_use_to_another_scope(api: Api, stored: dict[str, Any]) -> None:
    staff = await api.get(f"{ISLAND}/structures")
    async with api.as_scope(scope_of("tribe", stored)) as client:
        own = await client.get(f"{ISLAND}/structures", headers={"If-None-Match": staff.headers["ETag"]})

    assert own.status_code == 200
    assert own.headers["ETag"] != staff.headers["ETag"]
    assert "Authorization" in own.headers["Vary"]


async def test_the_secret_of_a_token_is_shown_once_and_stored_nowhere(api: Api) -> None:
    made = await api.client.post("/v1/tokens", json={"label": "a page", "scope": "public"})
    secret = made.json()["token"]
    async with api.environment.db.connection() as conn:
        stored = await conn.fetch(
            "SELECT t::text AS row FROM api_tokens t UNION ALL SELECT a::text FROM audit_log a"
        )

    assert made.headers["Cache-Control"] == "no-store"
    assert len(stored) == 2
    assert not any(secret in row["row"] or secret.removeprefix("helena_") in row["row"] for row in stored)
    assert secret not in (await api.get("/v1/tokens")).text


async def test_tokens_are_made_for_what_exists_and_for_a_time_to_come(api: Api) -> None:
    for body, status, code in (
        ({"label": "x", "scope": "everything"}, 422, "USER-400"),
        ({"label": "x", "scope": "tribe:island"}, 422, "USER-400"),
        ({"label": "x", "scope": f"tribe:island:{2**63}"}, 422, "USER-400"),
        ({"label": "x", "scope": "owner"}, 422, "USER-400"),
        ({"label": "x", "scope": "tribe:nowhere:1"}, 404, "USER-404"),
        ({"label": "", "scope": "staff"}, 422, "USER-400"),
        ({"label": "a\x00b", "scope": "staff"}, 422, "USER-400"),
        ({"label": "x", "scope": "staff", "expires_at": (NOW - timedelta(1)).isoformat()}, 422, "USER-400"),
        ({"label": "x", "scope": "staff", "more": 1}, 422, "USER-400"),
    ):
        assert_problem(await api.client.post("/v1/tokens", json=body), status, code)
    assert (await api.get("/v1/tokens")).json() == {"tokens": [], "next_after": None}


async def test_a_token_of_another_community_is_none_of_this_one(api: Api) -> None:
    secret = await api.token("staff")
    async with api.environment.db.transaction() as conn:
        await conn.execute("INSERT INTO communities (guild_id, name) VALUES ($1, 'Others')", GUILD + 1)
        await conn.execute("UPDATE api_tokens SET guild_id = $1", GUILD + 1)

    response = await api.anonymous.get("/v1/servers", headers={"Authorization": f"Bearer {secret}"})

    assert_problem(response, 401, "USER-401")
