"""The HTTP API: tokens, problem details, paging, ETags."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from parser_service.api.app import build_app
from parser_service.game_servers import Served
from parser_service.storing.merging import SaveToStore, store_save
from parser_service.storing.preparing import prepare
from parser_service.storing.queries import set_refused
from sandbox.ark.writer import write_save
from shared.db import open_database
from shared.domain.events import Chat, GameEvent, Joined, Unknown
from shared.runtime.reporting import Reporter
from shared.store.events import NewEvent, add_events
from shared.store.states import set_state
from tests.parser_service.conftest import Environment
from tests.parser_service.programs import GUILD, TOKEN, server_entry
from tests.parser_service.storing.worlds import SAVED_AT, job, world

AT = datetime(2026, 9, 13, 18, 0, tzinfo=UTC)
ISLAND = "/v1/servers/island"


@dataclass(frozen=True)
class Api:
    """The API, and what it speaks of."""

    client: httpx.AsyncClient
    anonymous: httpx.AsyncClient
    reporter: Reporter
    server: Served
    environment: Environment

    async def get(self, path: str, **params: object) -> httpx.Response:
        return await self.client.get(path, params=httpx.QueryParams(params))  # type: ignore[arg-type]  # numbers too

    async def add(self, *events: GameEvent) -> None:
        new = [
            NewEvent(occurred_at=AT + timedelta(seconds=number), event=event, raw=f"raw {number}")
            for number, event in enumerate(events)
        ]
        async with self.environment.db.transaction() as conn:
            await add_events(conn, self.server.id, "log", new)

    async def store(self, folder: Path, content_hash: str = "a", *, structures_gone: int = 0) -> None:
        of = world()
        for number in list(of.structures)[:structures_gone]:
            del of.structures[number]
        save = SaveToStore(
            server_id=self.server.id,
            content_hash=content_hash,
            saved_at=SAVED_AT,
            decoded_at=datetime.now(UTC),
            prepared=prepare(job(write_save(of, folder))),
            folder=folder / "history",
        )
        await store_save(self.environment.db, save)


@pytest.fixture
async def api(environment: Environment) -> AsyncIterator[Api]:
    server = await environment.serve(server_entry())
    reporter = Reporter("parser_service", None)
    app = build_app(db=environment.db, guild_id=GUILD, token=SecretStr(TOKEN), reporter=reporter)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        httpx.AsyncClient(
            transport=transport, base_url="http://parser", headers={"Authorization": f"Bearer {TOKEN}"}
        ) as client,
        httpx.AsyncClient(transport=transport, base_url="http://parser") as anonymous,
    ):
        yield Api(
            client=client, anonymous=anonymous, reporter=reporter, server=server, environment=environment
        )


def assert_problem(response: httpx.Response, status: int, code: str) -> None:
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    body = response.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["detail"]


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


async def test_every_route_but_health_needs_the_token(api: Api) -> None:
    paths = (await api.anonymous.get("/openapi.json")).json()["paths"]

    statuses = {
        path: (await api.anonymous.get(path.replace("{key}", "island"))).status_code for path in paths
    }

    assert {path for path, status in statuses.items() if status != 401} == {"/health"}
    assert len(statuses) == 9


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
    assert_problem(await api.client.post(ISLAND), 405, "HTTP-405")


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
