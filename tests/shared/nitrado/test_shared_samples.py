"""The answers that others recorded, beside the checkout, are read by the client."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from shared.nitrado.client import NitradoClient
from shared.nitrado.models import NitradoServiceId, ServerStatus
from tests.shared.nitrado.api import FakeNitrado

ONE = NitradoServiceId(1)


def recorded(folder: Path, name: str) -> Any:
    body = json.loads((folder / "ark" / "nitrado" / name).read_text(encoding="utf-8"))["body"]
    return body.get("json", body)


async def test_recorded_game_servers_are_read(
    shared_data: Path, api: FakeNitrado, client: NitradoClient
) -> None:
    for name in ("go-nitrado_gameserver_0.json", "mjlomeli_services_1_gameservers_GET.json"):
        api.body = recorded(shared_data, name)

        found = await client.get_gameserver(ONE)

        assert found.status is ServerStatus.STARTED
        assert found.rcon_port
        assert found.game_specific.log_files
        assert found.settings["config"]


async def test_recorded_services_are_read(shared_data: Path, api: FakeNitrado, client: NitradoClient) -> None:
    for name, count in (("go-nitrado_service_0.json", 2), ("mjlomeli_services_GET.json", None)):
        api.body = recorded(shared_data, name)

        services = await client.list_services()

        assert len(services) == (count or len(api.body["data"]["services"]))
        assert all(service.details.folder_short for service in services)


async def test_recorded_files_players_and_statistics_are_read(
    shared_data: Path, api: FakeNitrado, client: NitradoClient
) -> None:
    api.body = recorded(shared_data, "go-nitrado_gameserver_fileserver_0.json")
    assert len(await client.list_files(ONE, "/")) == 3

    api.body = recorded(shared_data, "go-nitrado_gameserver_playerlist_0.json")
    players = await client.list_players(ONE)
    assert [player.is_online for player in players] == [True] * 4
    assert players[0].name is None

    api.body = recorded(shared_data, "go-nitrado_gameserver_stats_0.json")
    assert len((await client.get_stats(ONE)).max_players) == 2
