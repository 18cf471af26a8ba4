"""Discovery against the stand-in's own game servers: real RCON, real files, bad days; and the command line."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from parser_service.hosting.checking import CheckedServer, Outcome, check_rcon
from parser_service.hosting.discovery import Discovery, discover
from parser_service.hosting.settings import NitradoSettings
from parser_service.hosting.stored import find_token, with_stored_passwords, with_stored_secrets
from sandbox.ark.server import State
from shared.clock import SystemClock
from shared.config.community import Community, load_community
from shared.errors import ConfigError
from shared.nitrado.client import open_nitrado
from shared.nitrado.errors import NitradoTokenError
from shared.nitrado.models import NitradoServiceId
from shared.store.community import sync
from shared.store.sealing import load_keyring
from shared.store.tokens import SecretKind, SecretName, SecretStore
from tests.parser_service.hosting.conftest import Desk
from tests.parser_service.programs import GUILD, ROOT, community_file, server_entry


async def _discover(
    desk: Desk, *, token: str | None = None, known: dict[int, str] | None = None
) -> Discovery:
    async with open_nitrado(
        SecretStr(token or desk.nitrado.token), clock=SystemClock(), base_url=desk.nitrado.url
    ) as client:
        return await discover(
            client,
            known={NitradoServiceId(number): key for number, key in (known or {}).items()},
            taken=(known or {}).values(),
            chance=random.Random(1),
        )


def _by_service(desk: Desk, discovery: Discovery, key: str) -> CheckedServer:
    service = desk.nitrado.service_ids[key]
    return next(server for server in discovery.servers if server.found.service_id == service)


async def test_every_server_of_the_token_is_found_and_tried(desk: Desk) -> None:
    discovery = await _discover(desk)

    assert {server.found.service_id for server in discovery.servers} == set(desk.nitrado.service_ids.values())
    assert discovery.skipped == ()
    island = _by_service(desk, discovery, "island")
    game = desk.cluster.servers["island"]
    assert (island.found.rcon_port, island.found.map_name) == (game.port, game.spec.map_name)
    assert {check.what: check.outcome for check in island.checks}["RCON"] is Outcome.WORKS
    assert game.spec.rcon_password not in repr(discovery)


async def test_a_stopped_server_is_told_from_one_that_refuses(desk: Desk) -> None:
    game = desk.cluster.servers["island"]
    game.stop()
    await game.wait_until(State.DOWN)

    discovery = await _discover(desk)

    rcon = _by_service(desk, discovery, "island").rcon
    assert (rcon.outcome, rcon.advice) == (Outcome.UNTRIED, "Start the server, and run this again.")


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"rcon_password": SecretStr("wrong")}, "restart the server"),
        ({"rcon_password": None}, "Set an admin password"),
        ({"rcon_port": None}, "has no RCON"),
        ({"rcon_port": 1}, "Switch RCON on"),
    ],
)
async def test_rcon_that_does_not_work_comes_with_what_to_do(
    desk: Desk, changes: dict[str, object], advice: str
) -> None:
    found = _by_service(desk, await _discover(desk), "island").found

    check = await check_rcon(replace(found, **changes))  # type: ignore[arg-type] # names of fields

    assert check.outcome is Outcome.FAILS
    assert advice in check.advice
    assert "wrong" not in f"{check}"


async def test_servers_of_the_file_expired_ones_and_refused_tokens_are_told(desk: Desk) -> None:
    services = desk.nitrado.service_ids
    desk.behave()
    desk.nitrado.quirks = replace(desk.nitrado.quirks, expired=frozenset({services["ragnarok"]}))

    discovery = await _discover(desk, known={services["island"]: "island"})

    reasons = {skipped.service_id: skipped.reason for skipped in discovery.skipped}
    assert "already, as 'island'" in reasons[NitradoServiceId(services["island"])]
    assert "state 4" in reasons[NitradoServiceId(services["ragnarok"])]
    with pytest.raises(NitradoTokenError):
        await _discover(desk, token="wrong")


async def _run(
    desk: Desk, folder: Path, *arguments: str, typed: str = "", **variables: str
) -> tuple[int, str, str]:
    """Run the command as a process of its own."""
    environment = desk.environment
    env = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": environment.database_url,
        "REDIS_URL": environment.redis_url,
        "HELENA_NITRADO_API": desk.nitrado.url,
        "HELENA_DATA": str(folder / "data"),
        **variables,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "parser_service.hosting",
        *arguments,
        cwd=ROOT,
        env=env,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        out, err = await process.communicate(typed.encode())
    return process.returncode or 0, out.decode(), err.decode()


async def test_from_a_token_to_servers_in_the_file_and_passwords_in_the_store(
    desk: Desk, tmp_path: Path
) -> None:
    path = community_file(tmp_path, [])
    file = {"HELENA_COMMUNITY_FILE": str(path)}

    stored = await _run(desk, tmp_path, "token", "add", typed=desk.nitrado.token + "\n", **file)
    listed = await _run(desk, tmp_path, "token", "list", **file)
    added = await _run(desk, tmp_path, "discover", "--add", **file)
    again = await _run(desk, tmp_path, "discover", **file)
    rotated = await _run(desk, tmp_path, "rotate", **file)

    assert stored == (0, "The token of sandbox is stored as main.\n", "")
    assert listed == (0, "main\n", "")
    assert (added[0], added[2]) == (0, "")
    assert "passwords stored" in added[1]
    assert again[1].count("in the community file already") == len(desk.nitrado.service_ids)
    assert rotated[1].startswith(f"{1 + len(desk.nitrado.service_ids)} secrets are sealed")
    store = SecretStore(desk.environment.db, load_keyring(None, tmp_path / "data" / "secrets"))
    assert await find_token(store, GUILD) == SecretStr(desk.nitrado.token)
    community = await with_stored_passwords(store, load_community(path))
    passwords = {
        server.nitrado_service: server.rcon.password.get_secret_value()
        for server in community.servers
        if server.rcon is not None
    }
    assert passwords == {
        desk.nitrado.service_ids[key]: game.spec.rcon_password for key, game in desk.cluster.servers.items()
    }
    shown = "".join(part for run in (stored, listed, added, again, rotated) for part in run[1:])
    for secret in (desk.nitrado.token, *passwords.values()):
        assert secret not in shown
        assert secret not in path.read_text()


async def test_without_a_community_file_or_a_database_the_blocks_are_printed(
    desk: Desk, tmp_path: Path
) -> None:
    code, out, err = await _run(
        desk, tmp_path, "discover", HELENA_NITRADO_TOKEN=desk.nitrado.token, DATABASE_URL=""
    )

    assert (code, err) == (0, "")
    assert out.count("[[servers]]") == len(desk.nitrado.service_ids)
    assert "ok   RCON" in out


@pytest.mark.parametrize(
    ("arguments", "variables", "said"),
    [
        (("discover",), {}, "There is no Nitrado token."),
        (("discover",), {"HELENA_NITRADO_TOKEN": "a-wrong-one"}, "does not accept the token"),
        (("token", "list"), {}, "HELENA_COMMUNITY_FILE is not set"),
        (("discover", "--add"), {"HELENA_NITRADO_TOKEN": "right"}, "no community file to add to"),
        (("rotate",), {"DATABASE_URL": ""}, "Start Helena with `helena up`"),
    ],
)
async def test_what_is_missing_is_one_line_without_secrets(
    desk: Desk, tmp_path: Path, arguments: tuple[str, ...], variables: dict[str, str], said: str
) -> None:
    variables = {name: desk.nitrado.token if value == "right" else value for name, value in variables.items()}

    code, _, err = await _run(desk, tmp_path, *arguments, **variables)

    assert code == 1
    assert said in err
    assert err.count("\n") == 1
    assert "a-wrong-one" not in err


async def test_a_token_that_nitrado_refuses_is_not_stored(desk: Desk, tmp_path: Path) -> None:
    file = {"HELENA_COMMUNITY_FILE": str(community_file(tmp_path, []))}

    code, _, err = await _run(desk, tmp_path, "token", "add", typed="a-wrong-one\n", **file)
    listed = await _run(desk, tmp_path, "token", "list", **file)

    assert (code, listed[1]) == (1, "")
    assert "a-wrong-one" not in err


async def test_a_password_that_is_named_and_not_stored_is_told_with_what_to_do(
    desk: Desk, tmp_path: Path
) -> None:
    rcon = {"port": 27020, "password": "secret:island"}
    community = load_community(community_file(tmp_path, [server_entry(rcon=rcon)]))
    await sync(desk.environment.db, community)
    store = SecretStore(desk.environment.db, load_keyring(None, tmp_path / "secrets"))

    with pytest.raises(ConfigError, match="discover --add"):
        await with_stored_passwords(store, community)


async def test_a_password_that_stands_in_the_file_is_left_alone(desk: Desk, tmp_path: Path) -> None:
    rcon = {"port": 27020, "password": "plain"}
    community: Community = load_community(community_file(tmp_path, [server_entry(rcon=rcon)]))
    store = SecretStore(desk.environment.db, load_keyring(None, tmp_path / "secrets"))

    assert await with_stored_passwords(store, community) == community


async def test_the_first_stored_token_by_name_is_the_communitys(desk: Desk, tmp_path: Path) -> None:
    await sync(desk.environment.db, load_community(community_file(tmp_path, [])))
    store = SecretStore(desk.environment.db, load_keyring(None, tmp_path / "secrets"))
    nothing = await find_token(store, GUILD)
    for name in ("second", "first"):
        await store.put(
            SecretName(guild_id=GUILD, kind=SecretKind.NITRADO_TOKEN, name=name), SecretStr(f"token {name}")
        )

    assert nothing is None
    assert await find_token(store, GUILD) == SecretStr("token first")


@pytest.mark.parametrize(("set_token", "token"), [(None, "stored"), ("set", "set")])
async def test_what_is_set_goes_before_what_is_stored(
    desk: Desk, tmp_path: Path, set_token: str | None, token: str
) -> None:
    environment = desk.environment
    settings = NitradoSettings(
        database_url=SecretStr(environment.database_url),
        redis_url=SecretStr(environment.redis_url),
        data=tmp_path / "data",
        nitrado_token=None if set_token is None else SecretStr(set_token),
    )
    rcon = {"port": 27020, "password": "secret:island"}
    community = load_community(community_file(tmp_path, [server_entry(rcon=rcon)]))
    await sync(environment.db, community)
    store = SecretStore(environment.db, load_keyring(None, settings.secrets_folder))
    for kind, name, secret in (
        (SecretKind.NITRADO_TOKEN, "main", "stored"),
        (SecretKind.RCON_PASSWORD, "island", "hunter2"),
    ):
        await store.put(SecretName(guild_id=GUILD, kind=kind, name=name), SecretStr(secret))

    filled, told = await with_stored_secrets(settings, community, environment.db)

    assert filled.nitrado_token == SecretStr(token)
    assert told.servers[0].rcon is not None
    assert told.servers[0].rcon.password == SecretStr("hunter2")
    assert "hunter2" not in f"{told!r}"
