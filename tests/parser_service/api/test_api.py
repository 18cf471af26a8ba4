"""The HTTP API: tokens, problem details, paging, ETags."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from parser_service.api.app import build_app
from parser_service.storing.queries import set_refused
from shared.db import open_database
from shared.domain.events import Chat, Joined, Unknown
from shared.runtime.reporting import Reporter
from shared.store.states import set_state
from tests.parser_service.api.conftest import AT, ISLAND, Api, assert_problem
from tests.parser_service.conftest import Environment
from tests.parser_service.programs import GUILD, TOKEN


async def test_health_is_open_and_tells_whether_the_service_does_its_job(api: Api) -> None:
    starting = await api.anonymous.get("/health")
    api.reporter.ready()
    ready = await api.anonymous.get("/health")
    head = await api.anonymous.head("/health")

    assert (starting.status_code, starting.json()["status"]) == (503, "starting")
    assert (ready.status_code, ready.json()["status"], head.status_code) == (200, "ok", 200)


async def test_without_the_token_nothing_is_told(api: Api) -> None:
    wrong = [
        "",
        "Bearer",
        "Bearer ",
        f"Bearer {TOKEN}x",
        f"bearer {TOKEN}",
        f"Basic {TOKEN}",
        TOKEN,
        "Bearer \xe9",
    ]
    headers = [{}, *({"Authorization": value.encode("latin-1")} for value in wrong)]
    for path in ("/v1/servers", ISLAND, f"{ISLAND}/bases", f"{ISLAND}/events", "/v1/servers/x"):
        for header in headers:
            response = await api.anonymous.get(path, headers=header)  # type: ignore[arg-type]  # bytes are fine

            assert_problem(response, 401, "USER-401")
            assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_servers_come_with_the_latest_look_at_each(api: Api) -> None:
    before = (await api.get("/v1/servers")).json()
    async with api.environment.db.transaction() as conn:
        await set_state(conn, api.server.id, is_up=True, players=["Aster"], source="rcon", at=AT)
    after = (await api.get(ISLAND)).json()

    assert [server["key"] for server in before] == ["island"]
    assert before[0]["state"] is None
    assert (after["state"]["players"], after["state"]["source"]) == (["Aster"], "rcon")


async def test_a_server_that_does_not_exist_is_not_found(api: Api) -> None:
    for path in ("", "/save", "/saves", "/tribes", "/bases", "/events", "/unknown"):
        assert_problem(await api.get(f"/v1/servers/nowhere{path}"), 404, "USER-404")


async def test_values_that_cannot_be_used_are_refused(api: Api) -> None:
    table: list[tuple[str, dict[str, object]]] = [
        (f"{ISLAND}/events", {"limit": 0}),
        (f"{ISLAND}/events", {"limit": 1001}),
        (f"{ISLAND}/events", {"after": -1}),
        (f"{ISLAND}/events", {"after": 2**63}),
        (f"{ISLAND}/events", {"kind": "nonsense"}),
        (f"{ISLAND}/bases", {"tribe_id": "x"}),
        (f"{ISLAND}/bases", {"tribe_id": 10**30}),
        ("/v1/servers/UPPER", {}),
        (f"/v1/servers/{'x' * 200}", {}),
    ]
    for path, params in table:
        assert_problem(await api.get(path, **params), 422, "USER-400")


async def test_an_unknown_path_and_method_are_problem_details_too(api: Api) -> None:
    assert_problem(await api.get("/v1/nothing"), 404, "HTTP-404")
    wrong = await api.client.post(ISLAND)
    assert_problem(wrong, 405, "HTTP-405")
    assert wrong.headers["Allow"] == "GET"
    assert (await api.client.put("/v1/tokens")).headers["Allow"] == "GET, POST"
    assert (await api.client.put("/v1/tokens/1")).headers["Allow"] == "DELETE"
    assert_problem(await api.client.post("/v1/tokens", content=b"{"), 422, "USER-400")


async def test_a_database_that_is_away_is_503_and_says_try_again(environment: Environment) -> None:
    async with open_database(environment.database_url) as db:
        app = build_app(
            db=db, guild_id=GUILD, token=SecretStr(TOKEN), reporter=Reporter("parser_service", None)
        )
    # the pool is closed by now, as a database that went away
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://parser") as client:
        response = await client.get(ISLAND, headers={"Authorization": f"Bearer {TOKEN}"})

    assert_problem(response, 503, "DB-01")
    assert response.headers["Retry-After"]


async def test_events_come_in_pages_that_join_without_seam(api: Api) -> None:
    await api.add(*(Chat(platform_name="A", survivor="B", text=str(n)) for n in range(25)))
    seen, after = [], 0
    while True:
        page = (await api.get(f"{ISLAND}/events", after=after, limit=10)).json()
        seen += [event["data"]["text"] for event in page["events"]]
        if page["next_after"] == after:
            break
        after = page["next_after"]

    assert seen == [str(n) for n in range(25)]
    assert after == page["last_seq"] == 25


async def test_events_of_some_kinds_skip_the_rest(api: Api) -> None:
    await api.add(
        Chat(platform_name="A", survivor="B", text="x"), Joined(platform_name="A"), Unknown(text="?")
    )

    page = (await api.get(f"{ISLAND}/events", kind="joined")).json()

    assert [(event["seq"], event["kind"]) for event in page["events"]] == [(2, "joined")]
    assert page["next_after"] == 3


async def test_unknown_lines_are_counted_by_what_they_have_in_common(api: Api) -> None:
    await api.add(*(Unknown(text=f"spawned {n} eggs at {n * 3}") for n in range(12)), Unknown(text="else"))

    found = (await api.get(f"{ISLAND}/unknown")).json()

    assert [(line["pattern"], line["count"]) for line in found] == [("spawned # eggs at #", 12), ("else", 1)]


async def test_before_the_first_save_there_is_no_world(api: Api) -> None:
    assert_problem(await api.get(f"{ISLAND}/bases"), 404, "USER-404")
    assert (await api.get(f"{ISLAND}/save")).json() == {"verdict": "none", "save": None, "refused": None}
    assert (await api.get(f"{ISLAND}/saves")).json() == []


async def test_a_refused_file_makes_the_save_in_use_a_stale_one(api: Api, tmp_path: Path) -> None:
    await api.store(tmp_path)
    good = (await api.get(f"{ISLAND}/save")).json()
    async with api.environment.db.transaction() as conn:
        await set_refused(conn, api.server.id, "b", reason="It ends at 61 %.", at=datetime.now(UTC))

    stale = (await api.get(f"{ISLAND}/save")).json()

    assert (good["verdict"], good["refused"]) == ("good", None)
    assert (stale["verdict"], stale["refused"]["reason"]) == ("stale", "It ends at 61 %.")
    assert stale["save"] == good["save"]


async def test_bases_come_in_pages_and_by_tribe(api: Api, tmp_path: Path) -> None:
    await api.store(tmp_path)
    seen: list[int] = []
    after: int | None = 0
    while after is not None:
        page = (await api.get(f"{ISLAND}/bases", after=after, limit=4)).json()
        seen += [base["id"] for base in page["bases"]]
        after = page["next_after"]
    tribes = (await api.get(f"{ISLAND}/tribes")).json()["tribes"]
    by_tribe = [
        (await api.get(f"{ISLAND}/bases", tribe_id=tribe["tribe_id"])).json()["bases"] for tribe in tribes
    ]

    assert seen == sorted(set(seen))
    assert sorted(base["id"] for bases in by_tribe for base in bases) == seen
    assert all(base["tribe_name"] and len(base["hull"]) >= 1 for bases in by_tribe for base in bases)


@pytest.mark.parametrize("path", ["tribes", "bases"])
async def test_an_etag_holds_until_the_next_save(api: Api, tmp_path: Path, path: str) -> None:
    await api.store(tmp_path)
    first = await api.get(f"{ISLAND}/{path}")
    known = {"If-None-Match": f'"other", W/{first.headers["ETag"]}'}

    same = await api.client.get(f"{ISLAND}/{path}", headers=known)
    await api.store(tmp_path, "b", structures_gone=5)
    changed = await api.client.get(f"{ISLAND}/{path}", headers=known)

    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


async def test_pages_have_etags_of_their_own(api: Api, tmp_path: Path) -> None:
    await api.store(tmp_path)

    responses = [await api.get(f"{ISLAND}/bases", limit=limit) for limit in (1, 2, 1)]

    first, second, third = (response.headers["ETag"] for response in responses)
    assert first == third != second


async def test_a_bug_is_our_side_with_a_reference_and_nothing_else(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    async with api.environment.db.transaction() as conn:
        await conn.execute("ALTER TABLE server_states RENAME TO server_states_away")

    response = await api.get(ISLAND)

    assert_problem(response, 500, "HEL-00")
    assert "server_states" not in response.text
    assert response.json()["reference"] in caplog.text


async def test_the_description_names_models_and_problems(api: Api) -> None:
    description = (await api.anonymous.get("/openapi.json")).json()

    responses = description["paths"]["/v1/servers/{key}/bases"]["get"]["responses"]
    assert {"200", "304", "401", "404", "422", "503"} <= responses.keys()
    assert "application/problem+json" in responses["404"]["content"]
