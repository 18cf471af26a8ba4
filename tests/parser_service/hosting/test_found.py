"""From what Nitrado writes to what the community file wants."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from parser_service.hosting.checking import Check, CheckedServer, Outcome
from parser_service.hosting.discovery import Discovery, Skipped
from parser_service.hosting.found import FoundServer, game_of, read_server, with_other_key
from parser_service.hosting.shown import discovery_lines
from parser_service.hosting.writing import add_to_file, toml_block
from shared.config.community import ServerEntry, load_community
from shared.config.save_places import SaveAddress
from shared.errors import ConfigError
from shared.nitrado.models import GameServer, NitradoServiceId, Service

SERVICE = Service.model_validate({"id": 77, "status": "active", "type": "gameserver", "details": []})
WORKS = Check(what="RCON", outcome=Outcome.WORKS, text="fine")
FAILS = Check(what="saves", outcome=Outcome.FAILS, text="none", advice="Save once.")


def found(**values: object) -> FoundServer:
    body = {
        "service_id": 77,
        "status": "started",
        "game": "arksa",
        "ip": "203.0.113.9",
        "rcon_port": 15335,
        "game_specific": {"path": "/games/ni1_1/ftproot/arksa/", "log_files": []},
        "settings": {"config": {"map": "preinstalled,1,TheIsland_WP", "current-admin-password": "hunter2"}},
        "query": {"server_name": "Our Island"},
    }
    return read_server(SERVICE, GameServer.model_validate(body | values), "asa", taken=())


def checked(server: FoundServer, *, rcon: Check = WORKS, saves: Check = WORKS) -> CheckedServer:
    return CheckedServer(found=server, rcon=rcon, log=WORKS, saves=saves)


def test_all_that_is_told_is_filled_in() -> None:
    server = found()

    assert (server.key, server.name, server.map_name) == ("the-island", "Our Island", "TheIsland_WP")
    assert (server.rcon_host, server.rcon_port) == ("203.0.113.9", 15335)
    assert str(server.log_path) == "/games/ni1_1/ftproot/arksa/ShooterGame/Saved/Logs/ShooterGame.log"
    assert str(server.saves_path) == "/games/ni1_1/ftproot/arksa/ShooterGame/Saved/SavedArks"
    assert "hunter2" not in repr(server)


def test_a_body_that_others_recorded_is_a_server_of_evolved(shared_data: Path) -> None:
    path = shared_data / "ark" / "nitrado" / "mjlomeli_services_1_gameservers_GET.json"
    body = json.loads(path.read_text(encoding="utf-8"))["body"]["json"]["data"]["gameserver"]

    game = game_of(body["game"])
    assert game == "ase"
    server = read_server(SERVICE, GameServer.model_validate(body), game, taken=())

    assert (server.key, server.map_name, server.rcon_port) == ("the-island", "TheIsland", 15335)
    assert str(server.log_path) == "/games/ni1234567_1/noftp/arkxb/ShooterGame/Saved/Logs/ShooterGame.log"


def test_what_is_not_told_is_left_open() -> None:
    server = found(game_specific=[], settings=[], query=[], ip=None, rcon_port=None)

    assert (server.key, server.name, server.map_name) == ("server-77", "Service 77", None)
    assert (server.log_path, server.saves_path, server.rcon_password) == (None, None, None)


def test_a_key_that_somebody_has_gets_the_number_behind_it() -> None:
    other = with_other_key(found(), {"the-island"})

    assert other.key == "the-island-77"


@pytest.mark.parametrize(
    ("name", "map_setting"),
    [
        ('Our "Island"\\', "custom,2,Svartalfheim_WP"),
        ("a\nb]\n[guild]\nid = 1", "preinstalled,1,TheIsland_WP"),
        ("\x1b[31mred\x7f", "preinstalled,1,Aberration_P"),
        ("恐龙 🦖 " * 40, "preinstalled,1,A" + "b" * 59),
        ("", "preinstalled,1,TheIsland_WP"),
    ],
)
def test_every_block_is_an_entry_of_the_community_file_whatever_the_name(name: str, map_setting: str) -> None:
    server = found(
        query={"server_name": name},
        settings={"config": {"map": map_setting, "current-admin-password": "hunter2"}},
    )

    data = tomllib.loads(toml_block(checked(server)))
    (table,) = data["servers"]
    entry = ServerEntry.model_validate(table)

    assert list(data) == ["servers"]
    assert (entry.key, entry.nitrado_service) == (server.key, 77)
    assert entry.name.isprintable()
    assert isinstance(entry.save_path, SaveAddress)
    assert entry.rcon is not None
    assert entry.rcon.password.get_secret_value() == f"secret:{entry.key}"
    assert "hunter2" not in toml_block(checked(server))


def test_what_does_not_work_is_not_in_the_block() -> None:
    block = toml_block(checked(found(), rcon=FAILS, saves=FAILS))

    assert "rcon" not in block
    assert "save_path" not in block


def test_a_file_that_would_be_wrong_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "community.toml"
    path.write_text(
        '[guild]\nid = 1\nname = "x"\n\n[[servers]]\nkey = "the-island"\nname = "x"\ngame = "asa"\nmap = "x"\n'
    )
    path.chmod(0o600)
    before = path.read_text()

    with pytest.raises(ConfigError, match="names a server key twice"):
        add_to_file(path, [checked(found())])

    assert path.read_text() == before
    assert [each.name for each in tmp_path.iterdir()] == ["community.toml"]


def test_servers_are_added_behind_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "community.toml"
    path.write_text('# ours\n[guild]\nid = 1\nname = "x"')
    path.chmod(0o640)

    add_to_file(path, [checked(found())])

    assert path.read_text().startswith('# ours\n[guild]\nid = 1\nname = "x"\n\n[[servers]]\n')
    assert [server.key for server in load_community(path).servers] == ["the-island"]
    assert path.stat().st_mode & 0o777 == 0o640


def test_people_read_what_works_and_what_to_do() -> None:
    skipped = Skipped(service_id=NitradoServiceId(5), name="Craft\x1b[2J", reason="Minecraft is not ARK")

    lines = list(discovery_lines(Discovery(servers=(checked(found(), saves=FAILS),), skipped=(skipped,))))

    assert lines == [
        "Our Island (service 77, arksa, started)",
        "     key the-island, map TheIsland_WP",
        "ok   RCON  fine",
        "ok   RCON  fine",
        "BAD  saves none",
        "     → Save once.",
        "not taken:",
        "     Craft\ufffd[2J (service 5): Minecraft is not ARK",
    ]


def test_a_token_without_services_is_told() -> None:
    (line,) = discovery_lines(Discovery(servers=(), skipped=()))

    assert "manages no services" in line
