"""The examples of the official documentation, beside the checkout, are read by the client."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from shared.nitrado.client import NitradoClient
from shared.nitrado.models import NitradoServiceId
from shared.nitrado.panel import AccessList
from tests.shared.nitrado.api import FakeNitrado

ONE = NitradoServiceId(1)


def documented(folder: Path, name: str) -> Any:
    """Return the body of an example; those that are no JSON (with PHP's arrows) are not asked for."""
    text = (folder / "ark" / "nitrado" / "official_docs" / f"{name}.txt").read_text(encoding="utf-8")
    body = text.partition("HTTP/1.1 200 OK")[2]
    decoded, _ = json.JSONDecoder(strict=False).raw_decode(body[body.index("{") :])
    return decoded


async def test_documented_settings_lists_and_records_are_read(
    shared_data: Path, api: FakeNitrado, client: NitradoClient
) -> None:
    api.body = documented(shared_data, "get_services_id_gameservers_settings")
    assert (await client.get_settings(ONE)).settings == {"config": {"mysetting": "true"}}

    api.body = documented(shared_data, "get_services_id_gameservers_settings_defaults")
    assert (await client.get_default_settings(ONE)).settings == {"config": {"mysetting": "false"}}

    for which in AccessList:
        api.body = documented(shared_data, f"get_services_id_gameservers_games_{which}")
        assert len(await client.list_listed(ONE, which)) == 2

    api.body = documented(shared_data, "get_services_id_logs")
    page = await client.get_service_log(ONE)
    assert (page.page_count, [entry.message for entry in page.entries][::2]) == (
        1,
        ["Restart", "Restart failed"],
    )

    api.body = documented(shared_data, "get_services_id_tasks")
    (task,) = await client.list_tasks(ONE)
    assert (task.hour, task.action_method, task.timezone) == ("*", "game_server_restart", "Europe/Berlin")

    api.body = documented(shared_data, "get_version")
    assert len(await client.get_version()) == 40


async def test_documented_backups_are_read_with_their_game(
    shared_data: Path, api: FakeNitrado, client: NitradoClient
) -> None:
    api.body = documented(shared_data, "get_services_id_gameservers_backups")

    backups = await client.list_backups(ONE)

    assert [(each.game, each.number, each.type) for each in backups] == [
        ("battalionwindows", 858, "master"),
        ("battalionwindows", 860, "incremental"),
        ("battalionwindows", 862, "incremental"),
    ]
    assert backups[0].at is not None


async def test_recorded_backups_logs_and_tasks_are_read(
    shared_data: Path, api: FakeNitrado, client: NitradoClient
) -> None:
    def recorded(name: str) -> Any:
        path = shared_data / "ark" / "nitrado" / f"mjlomeli_services_1_{name}_GET.json"
        return json.loads(path.read_text(encoding="utf-8"))["body"]["json"]

    api.body = recorded("gameservers_backups")
    assert {each.game for each in await client.list_backups(ONE)} == {"arkxb"}

    api.body = recorded("logs")
    assert (await client.get_service_log(ONE)).entries

    api.body = recorded("tasks")
    assert [task.action_data for task in await client.list_tasks(ONE)] == [None]


async def test_a_notification_as_the_documentation_tells_it_is_read(
    api: FakeNitrado, client: NitradoClient
) -> None:
    api.say(
        {
            "notifications": [
                {
                    "id": 1,
                    "service_id": 42,
                    "type": "cloud_server_network_disabled",
                    "level": "SEVERE",
                    "error_id": False,
                    "dismissed": False,
                    "message": "Hello world!",
                    "created_at_timestamp": 1_499_437_701,
                    "lifetime": False,
                }
            ]
        }
    )

    (found,) = await client.list_notifications(ONE)

    assert (found.level, found.message, found.is_dismissed) == ("SEVERE", "Hello world!", False)
    assert found.at is not None
