"""Nitrado's stand-in: shapes as documented, habits as reported."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from sandbox.ark.server import State
from tests.sandbox.nitrado.conftest import Desk


def shape(value: Any) -> Any:
    """Return the keys and types of a document, lists by their first entry."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value)


async def test_services_have_the_shape_of_a_real_body(desk: Desk, shared_data: Path) -> None:
    real = json.loads((shared_data / "ark/nitrado/go-nitrado_service_0.json").read_text())["body"]["data"][
        "services"
    ][0]

    services = (await desk.get("/services"))["services"]

    assert [service["id"] for service in services] == list(desk.nitrado.service_ids.values())
    for service in services:
        assert shape(service) == shape(real)
    assert [service["details"]["folder_short"] for service in services] == ["arksa", "arkse"]


async def test_a_gameserver_has_the_keys_of_a_real_body(desk: Desk, shared_data: Path) -> None:
    name = "ark/nitrado/mjlomeli_services_1_gameservers_GET.json"
    real = json.loads((shared_data / name).read_text())["body"]["json"]["data"]["gameserver"]
    desk.cluster.servers["island"].join("Tarkhan Vey")

    found = (await desk.get(desk.base("island")))["gameserver"]

    assert found.keys() == real.keys()
    for key in ("path", "update_status", "path_available", "log_files", "config_files"):
        assert shape(found["game_specific"][key]) == shape(real["game_specific"][key]) or key == "log_files"
    assert found["query"].keys() == set(real["query"]) or real["query"] == []
    assert (found["status"], found["rcon_port"]) == ("started", desk.cluster.servers["island"].port)
    assert found["game_specific"]["features"]["has_rcon"] is False
    assert found["settings"]["config"]["current-admin-password"] == desk.cluster.describe()[0].rcon_password
    assert all(isinstance(value, str) for value in found["settings"]["config"].values())
    assert found["query"]["player_current"] == 1


async def test_the_query_may_be_an_empty_list(desk: Desk) -> None:
    desk.nitrado.quirks = replace(desk.nitrado.quirks, has_empty_query=True)

    found = (await desk.get(desk.base("island")))["gameserver"]

    assert found["query"] == []


async def test_the_log_is_found_listed_and_read_in_two_steps(desk: Desk) -> None:
    island = desk.cluster.servers["island"]
    island.join("Tarkhan Vey")
    details = (await desk.get(desk.base("island")))["gameserver"]["game_specific"]
    path = details["path"].rstrip("/").rpartition("/")[0] + "/" + details["log_files"][0]
    files = f"{desk.base('island')}/file_server"

    (listed,) = (await desk.get(f"{files}/list", params={"dir": path.rpartition("/")[0], "search": "*.log"}))[
        "entries"
    ]
    (stat,) = (await desk.get(f"{files}/stat", params={"files[]": path}))["entries"]
    size = (await desk.get(f"{files}/size", params={"path": path}))["size"]
    first = (await desk.get(f"{files}/download", params={"file": path}))["token"]
    second = await desk.call("GET", first["url"])

    assert listed == {**stat, "accessed_at": listed["accessed_at"]}
    assert (stat["type"], stat["name"], stat["size"]) == ("file", "ShooterGame.log", size)
    assert shape(stat) == dict.fromkeys(stat, str) | dict.fromkeys(
        ("size", "created_at", "modified_at", "accessed_at"), int
    )
    assert second.text.encode() == island.log_path.read_bytes()


async def test_folders_are_listed_from_the_users_own_down_to_the_saves(desk: Desk) -> None:
    home = "/games/ni1000001_1/ftproot"
    files = f"{desk.base('island')}/file_server"

    async def names(folder: str) -> list[str]:
        return [
            entry["path"] for entry in (await desk.get(f"{files}/list", params={"dir": folder}))["entries"]
        ]

    assert f"{home}/arksa" in await names(home)
    assert await names(f"{home}/arksa/") == [f"{home}/arksa/ShooterGame"]
    saves = f"{home}/arksa/ShooterGame/Saved/SavedArks/TheIsland_WP"
    assert f"{saves}/TheIsland_WP.ark" in await names(saves)
    missing = await desk.call("GET", f"{files}/list", params={"dir": f"{home}/other"})
    assert (missing.status, missing.body["message"]) == (500, "File doesn't exist")


@pytest.mark.parametrize(
    ("offset", "length", "mode", "expected"),
    [
        (0, 5, "raw", b"01234"),
        (7, 100, "raw", b"789\nabcdef\nxy"),
        (-2, 100, "raw", b"xy"),
        (-13, 8, "raw", b"789\nabcd"),
        (-13, 8, "lines", b"789\n"),
        (500, 5, "raw", b""),
        (-500, 3, "raw", b"012"),
    ],
)
async def test_a_file_is_read_from_any_place(
    desk: Desk, offset: int, length: int, mode: str, expected: bytes
) -> None:
    island = desk.cluster.servers["island"]
    (island.log_path.parent / "small.log").write_bytes(b"0123456789\nabcdef\nxy")
    path = await folder_of(desk) + "/small.log"

    query = {"file": path, "offset": str(offset), "length": str(length), "mode": mode}
    first = (await desk.get(f"{desk.base('island')}/file_server/seek", params=query))["token"]
    second = await desk.call("GET", first["url"])

    assert second.text.encode() == expected


async def folder_of(desk: Desk) -> str:
    details = (await desk.get(desk.base("island")))["gameserver"]["game_specific"]
    return str(details["path"]) + "ShooterGame/Saved/Logs"


@pytest.mark.parametrize(
    "path",
    [
        "/games/ni1000001_1/ftproot/arksa/ShooterGame/absent.log",
        "/games/ni1000001_1/ftproot/arksa/../../../../../../etc/passwd",
        "/games/ni1000001_1/ftproot/arksa/ShooterGame/../../cluster.json",
        "/games/ni1000001_1/ftproot/arksa/world.json",
        "/games/ni1000002_1/ftproot/arkse/ShooterGame",
        "/games/ni1000001_1/ftproot/arksa/ShooterGame",
        "/etc/passwd",
        "",
        "\0",
    ],
)
async def test_no_other_file_exists_and_a_missing_one_is_an_error_500(desk: Desk, path: str) -> None:
    answer = await desk.call("GET", f"{desk.base('island')}/file_server/download", params={"file": path})

    assert (answer.status, answer.body) == (500, {"status": "error", "message": "File doesn't exist"})


async def test_a_token_of_the_second_step_gives_one_file(desk: Desk) -> None:
    answer = await desk.call("GET", f"{desk.nitrado.url}/download/?token=guessed")

    assert answer.status == 404


async def test_a_restart_is_done_and_a_second_one_is_refused_meanwhile(desk: Desk) -> None:
    island = desk.cluster.servers["island"]
    boots = island.boots
    form = {"message": "by Ana: mods", "restart_message": "Back in a minute"}

    first = await desk.call("POST", f"{desk.base('island')}/restart", data=form)
    await island.wait_for_boot(boots + 1)
    desk.nitrado.quirks = replace(desk.nitrado.quirks, is_busy=True)
    second = await desk.call("POST", f"{desk.base('island')}/restart")

    assert first.body == {"status": "success", "message": "Server will be restarted now."}
    assert second.status == 428
    assert "Back in a minute" in island.screen.texts
    listed = (await desk.get(f"{desk.base('island')}/file_server/list"))["entries"]
    assert [(entry["type"], entry["name"]) for entry in listed] == [("dir", "arksa"), ("file", "restart.log")]


async def test_a_server_is_stopped_and_started(desk: Desk) -> None:
    ragnarok = desk.cluster.servers["ragnarok"]

    stopped = await desk.call("POST", f"{desk.base('ragnarok')}/stop")
    await ragnarok.wait_until(State.DOWN)
    while_down = (await desk.get(desk.base("ragnarok")))["gameserver"]
    wrong = await desk.call("POST", f"{desk.base('ragnarok')}/games/start", data={"game": "arksa"})
    started = await desk.call("POST", f"{desk.base('ragnarok')}/games/start", data={"game": "arkse"})
    await ragnarok.wait_until(State.UP)

    assert stopped.body["message"] == "Server will be stopped now."
    assert (while_down["status"], while_down["query"]) == ("stopped", [])
    assert wrong.status == 500
    assert started.body["message"] == "Game will be started now."


async def test_players_are_online_by_a_string_and_may_lack_a_name(desk: Desk) -> None:
    desk.cluster.servers["island"].join("Unavailable name")

    players = (await desk.get(f"{desk.base('island')}/games/players"))["players"]

    online = [player for player in players if player["online"] == "true"]
    assert [player["name"] for player in online] == [None]
    assert {player["online"] for player in players} == {"true", "false"}


async def test_statistics_are_pairs_in_steps_of_five_minutes(desk: Desk) -> None:
    stats = (await desk.get(f"{desk.base('island')}/stats", params={"hours": "2"}))["stats"]

    assert set(stats) == {"currentPlayers", "maxPlayers", "cpuUsage", "memoryUsage"}
    stamps = [stamp for _, stamp in stats["currentPlayers"]]
    assert len(stamps) == 24
    assert {later - earlier for earlier, later in pairwise(stamps)} == {300}
    assert (
        await desk.call("GET", f"{desk.base('island')}/stats", params={"hours": "99999999"})
    ).status == 500


async def test_a_command_runs_and_its_reply_goes_elsewhere(desk: Desk) -> None:
    path = f"{desk.base('island')}/app_server/command"

    answer = await desk.call("POST", path, data={"command": "ServerChat from the panel"})

    assert answer.body == {
        "status": "success",
        "message": "Command successfully sent to the application server",
    }
    assert desk.cluster.servers["island"].screen.texts == ["SERVER: from the panel"]


@pytest.mark.parametrize(
    "path", ["/token", "/services", "/services/1000001/gameservers", "/services/7/gameservers"]
)
async def test_a_wrong_token_is_refused(desk: Desk, path: str) -> None:
    answer = await desk.call("GET", path, token="wrong")

    assert (answer.status, answer.body["status"]) == (401, "error")


async def test_only_the_open_endpoints_need_no_token(desk: Desk) -> None:
    for path in ("/ping", "/maintenance", "/version"):
        assert (await desk.call("GET", path, token="none")).status == 200
    assert (await desk.call("GET", "/services/7/gameservers")).status == 401
    assert (await desk.call("GET", "/nowhere")).status == 404
    assert (await desk.call("DELETE", "/services")).status == 404


async def test_limits_are_told_and_kept(desk: Desk) -> None:
    first = await desk.call("GET", "/services")
    desk.nitrado.quirks = replace(desk.nitrado.quirks, limit=2)

    statuses = [(await desk.call("GET", "/services")).status for _ in range(3)]

    assert first.headers["X-RateLimit-Limit"] == "10.000"
    assert first.headers["X-RateLimit-Remaining"] == "9999"
    assert int(first.headers["X-RateLimit-Reset"]) > 1_700_000_000
    assert statuses == [200, 429, 429]
    assert desk.nitrado.requests == [("GET", "/services")] * 4


async def test_maintenance_shuts_all_but_what_tells_of_it(desk: Desk) -> None:
    desk.nitrado.quirks = replace(desk.nitrado.quirks, is_in_maintenance=True)

    assert (await desk.call("GET", "/services")).status == 503
    assert (await desk.get("/maintenance"))["maintenance"]["cloud_backend"] is True


@pytest.mark.parametrize("agent", ["", "Python/3.11 aiohttp/3.13.2", "python-requests/2.32"])
async def test_who_names_no_program_meets_cloudflare(desk: Desk, agent: str) -> None:
    answer = await desk.call("GET", "/services", headers={"User-Agent": agent})

    assert (answer.status, answer.body) == (403, None)
    assert "Just a moment..." in answer.text


async def test_an_expired_service_says_so_in_its_own_way(desk: Desk) -> None:
    desk.nitrado.quirks = replace(
        desk.nitrado.quirks, expired=frozenset({desk.nitrado.service_ids["island"]})
    )

    answer = await desk.call("GET", desk.base("island"))

    assert answer.status == 500
    assert answer.body["message"] == "The service is currently in state 4 but it expecting state 2,3."
    assert (await desk.call("GET", desk.base("ragnarok"))).status == 200


async def test_errors_bear_an_id_and_answers_may_be_slow(desk: Desk) -> None:
    desk.nitrado.quirks = replace(desk.nitrado.quirks, is_failing=True, delay=timedelta(milliseconds=120))
    began = asyncio.get_running_loop().time()

    answer = await desk.call("GET", "/services")

    assert answer.status == 500
    assert answer.headers["X-Raven-Event-ID"]
    assert asyncio.get_running_loop().time() - began >= 0.12
