from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from shared.nitrado.client import NitradoClient, NitradoTimeouts
from shared.nitrado.errors import (
    NitradoReplyError,
    NitradoUnreachableError,
)
from shared.nitrado.models import NitradoServiceId, ServerStatus, ServiceStatus
from tests.shared.nitrado.api import TOKEN, FakeNitrado

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ONE = NitradoServiceId(1)
FAST = NitradoTimeouts(connect_seconds=2, answer_seconds=0.3, silence_seconds=2)


async def test_every_call_bears_the_token_and_an_agent_of_its_own(
    api: FakeNitrado, client: NitradoClient
) -> None:
    await client.ping()

    (asked,) = api.asked
    assert (asked.method, asked.path) == ("GET", "/ping")
    assert asked.headers["Authorization"] == f"Bearer {TOKEN}"
    assert asked.headers["User-Agent"].startswith("Helena/")
    assert asked.query["locale"] == "en"


async def test_a_token_tells_its_owner_scopes_and_end(api: FakeNitrado, client: NitradoClient) -> None:
    api.say(
        {
            "token": {
                "user": {"id": "7", "username": "ada"},
                "expires_at": 2_147_483_647,
                "scopes": ["service"],
            }
        }
    )

    token = await client.check_token()

    assert (token.user.id, token.user.username, token.scopes) == (7, "ada", ("service",))
    assert token.expires_at == datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC)


async def test_services_are_listed_whatever_their_state(api: FakeNitrado, client: NitradoClient) -> None:
    details = {"name": "Helena", "folder_short": "arksa", "slots": 20, "address": "203.0.113.9:7777"}
    api.say(
        {
            "services": [
                {"id": 1, "status": "active", "type": "gameserver", "details": details, "suspending_in": 99},
                {
                    "id": "2",
                    "status": "frozen_in_time",
                    "type": "voiceserver",
                    "details": [],
                    "suspending_in": None,
                },
            ]
        }
    )

    first, second = await client.list_services()

    assert (first.id, first.status, first.details.folder_short, first.suspending_in) == (
        1,
        ServiceStatus.ACTIVE,
        "arksa",
        99,
    )
    assert (second.id, second.status, second.details.name) == (2, ServiceStatus.UNKNOWN, None)


def server(**values: object) -> dict[str, object]:
    return {
        "gameserver": {"service_id": 1, "status": "started", "game": "arksa", "rcon_port": "15335", **values}
    }


async def test_a_game_server_has_addresses_paths_and_a_password_that_is_not_shown(
    api: FakeNitrado, client: NitradoClient
) -> None:
    api.say(
        server(
            ip="203.0.113.9",
            game_specific={
                "path": "/games/ni1_1/ftproot/arksa/",
                "path_available": "true",
                "log_files": ["arksa/ShooterGame.log"],
            },
            settings={
                "config": {"current-admin-password": "hunter2", "admin-password": "next"},
                "general": [],
            },
            query={"player_current": "3", "player_max": 20, "map": "TheIsland_WP"},
        )
    )

    found = await client.get_gameserver(ONE)

    assert (found.status, found.rcon_port, found.ip) == (ServerStatus.STARTED, 15_335, "203.0.113.9")
    assert found.game_specific.path_available
    assert found.query is not None
    assert (found.query.player_current, found.query.map) == (3, "TheIsland_WP")
    assert found.rcon_password is not None
    assert found.rcon_password.get_secret_value() == "hunter2"
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize(
    ("status", "is_busy"),
    [
        ("started", False),
        ("stopped", False),
        ("restarting", True),
        ("gs_installation", True),
        ("levitating", True),
    ],
)
async def test_a_state_that_nobody_knows_is_busy(
    api: FakeNitrado, client: NitradoClient, status: str, is_busy: bool
) -> None:
    api.say(server(status=status, query=[], settings=[], game_specific=[]))

    found = await client.get_gameserver(ONE)

    assert found.status.is_busy is is_busy
    assert found.query is None
    assert found.rcon_password is None


Call = Callable[[NitradoClient], Awaitable[object]]


@pytest.mark.parametrize(
    ("call", "path", "form"),
    [
        (
            lambda client: client.restart(ONE, note="by Sam", notice="back soon"),
            "/services/1/gameservers/restart",
            {"message": "by Sam", "restart_message": "back soon"},
        ),
        (
            lambda client: client.stop(ONE, note="by Sam"),
            "/services/1/gameservers/stop",
            {"message": "by Sam"},
        ),
        (
            lambda client: client.start(ONE, game="arksa"),
            "/services/1/gameservers/games/start",
            {"game": "arksa"},
        ),
    ],
)
async def test_actions_are_posted(
    api: FakeNitrado, client: NitradoClient, call: Call, path: str, form: dict[str, str]
) -> None:
    await call(client)

    (asked,) = api.asked
    assert (asked.method, asked.path, asked.form) == ("POST", path, form)


async def test_players_may_be_nameless_and_are_online_by_a_string(
    api: FakeNitrado, client: NitradoClient
) -> None:
    api.say(
        {
            "players": [
                {"name": None, "id": "abc", "online": "true"},
                {"name": "Ada", "id": 7, "online": "false"},
            ]
        }
    )

    players = await client.list_players(ONE)

    assert [(player.id, player.name, player.is_online) for player in players] == [
        ("abc", None, True),
        ("7", "Ada", False),
    ]


async def test_statistics_are_series_of_values_and_instants(api: FakeNitrado, client: NitradoClient) -> None:
    api.say({"stats": {"currentPlayers": [[1.0, 1_442_849_100], [None, 1_442_849_400]], "cpuUsage": []}})

    stats = await client.get_stats(ONE, hours=3)

    assert [sample.value for sample in stats.current_players] == [1.0, None]
    assert stats.current_players[1].at - stats.current_players[0].at == timedelta(minutes=5)
    assert (stats.cpu_usage, stats.memory_usage) == ((), ())
    assert api.asked[0].query["hours"] == "3"


async def test_files_are_listed_and_looked_at(api: FakeNitrado, client: NitradoClient) -> None:
    entry = {"type": "file", "path": "/a/b.log", "name": "b.log", "size": 5, "modified_at": 1_430_319_118}
    api.say({"entries": [entry, {**entry, "type": "dir", "modified_at": "2015-01-01T00:00:00"}], "size": 9})

    listed = await client.list_files(ONE, "/a", search="*.log")
    looked_at = await client.stat_files(ONE, ["/a/b.log", "/a/c d.log"])
    size = await client.get_size(ONE, "/a")

    assert [item.is_file for item in listed] == [True, False]
    assert listed[0].modified_at == datetime(2015, 4, 29, 14, 51, 58, tzinfo=UTC)
    assert listed[1].modified_at is None
    assert looked_at == listed
    assert size == 9
    assert api.asked[0].query == {"locale": "en", "dir": "/a", "search": "*.log"}
    assert api.asked[1].query == {"locale": "en", "files[0]": "/a/b.log", "files[1]": "/a/c d.log"}


async def test_the_end_of_a_log_is_read_in_two_steps(api: FakeNitrado, client: NitradoClient) -> None:
    api.file = b"last lines"

    tail = await client.seek(ONE, "/a/b.log", offset=-10, length=10)

    assert tail == b"last lines"
    assert api.asked[0].query == {
        "locale": "en",
        "file": "/a/b.log",
        "offset": "-10",
        "length": "10",
        "mode": "raw",
    }
    assert api.asked[1].headers["token"] == "file-token"
    assert "Authorization" not in api.asked[1].headers


async def test_a_save_is_downloaded_in_pieces(api: FakeNitrado, client: NitradoClient) -> None:
    api.file = bytes(range(256)) * 2_000

    async with client.open_download(ONE, "/a/b.ark", max_bytes=1_000_000) as pieces:
        read = [piece async for piece in pieces]

    assert b"".join(read) == api.file
    assert len(read) > 1


async def test_a_file_larger_than_allowed_is_refused(api: FakeNitrado, client: NitradoClient) -> None:
    api.file = b"x" * 101

    with pytest.raises(NitradoReplyError, match="longer than 100 bytes"):
        await client.download(ONE, "/a", max_bytes=100)


@pytest.mark.parametrize(
    "url",
    ["http://203.0.113.9/file?token=secret", "ftp://127.0.0.1/file", "", "http://[", "file:///etc/passwd"],
)
async def test_a_file_is_only_fetched_over_tls_or_from_this_machine(
    api: FakeNitrado, client: NitradoClient, url: str
) -> None:
    api.file_url = url or "not an address"

    with pytest.raises(NitradoReplyError) as caught:
        await client.download(ONE, "/a", max_bytes=100)

    assert "secret" not in f"{caught.value!r}{caught.value}"
    assert len(api.asked) == 1


@pytest.mark.parametrize(("file_status", "breaks_off"), [(500, False), (302, False), (200, True)])
async def test_a_file_server_that_fails_is_unreachable(
    api: FakeNitrado, client: NitradoClient, file_status: int, breaks_off: bool
) -> None:
    api.file, api.file_status, api.breaks_off = b"half", file_status, breaks_off

    with pytest.raises(NitradoUnreachableError):
        await client.download(ONE, "/a", max_bytes=100)


async def test_the_budget_follows_the_answers(api: FakeNitrado, client: NitradoClient) -> None:
    reset = str(int(NOON.timestamp()) + 1_800)
    api.headers = {"X-RateLimit-Limit": "10.000", "X-RateLimit-Remaining": "450", "X-RateLimit-Reset": reset}

    await client.ping()

    assert (client.budget.limit, client.budget.remaining(NOON)) == (10_000, 450)


async def test_parts_in_maintenance_are_named(api: FakeNitrado, client: NitradoClient) -> None:
    api.say({"maintenance": {"cloud_backend": True, "dns_backend": False}})

    assert await client.list_maintenance() == {"cloud_backend"}
