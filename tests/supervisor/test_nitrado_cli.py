"""``helena nitrado`` hands its program what a service would have."""

from __future__ import annotations

import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from supervisor.folders import Folders
from supervisor.nitrado_cli import nitrado_app, program_environment
from supervisor.running_database import find_database_url


@pytest.fixture
def home() -> Iterator[Path]:
    """Return a folder with a short path: a socket's address has 108 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="h"))
    yield folder
    shutil.rmtree(folder)


def _listen(folder: Path) -> None:
    folder.mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / ".s.PGSQL.5432"))


def test_the_paths_do_not_depend_on_the_folder_one_is_in(home: Path) -> None:
    (home / "community.toml").touch()
    (home / ".env").write_text("HELENA_NITRADO_TOKEN=from-the-file\nDATABASE_URL=postgresql://db/x\n")

    values = program_environment(home, {"PATH": "/bin"})

    assert values["HELENA_DATA"] == str(home / "data")
    assert values["HELENA_COMMUNITY_FILE"] == str(home / "community.toml")
    assert values["DATABASE_URL"] == "postgresql://db/x"
    assert (values["HELENA_NITRADO_TOKEN"], values["PATH"]) == ("from-the-file", "/bin")


def test_without_an_address_the_running_database_of_our_own_is_used(home: Path) -> None:
    before = program_environment(home, {})
    _listen(home / "data" / "embedded" / "servers" / "run")

    after = program_environment(home, {})

    assert "DATABASE_URL" not in before
    assert after["DATABASE_URL"] == f"postgresql://postgres@/helena?host={home}/data/embedded/servers/run"


def test_a_socket_that_had_to_be_elsewhere_is_found_by_the_folders_identity(home: Path) -> None:
    folders = Folders.of(home, {})
    folders.servers.mkdir(parents=True)
    identity = secrets.token_hex(16)
    (folders.servers / "id").write_text(identity)
    elsewhere = Path(tempfile.gettempdir()) / f"helena-{identity}"
    _listen(elsewhere)
    try:
        assert find_database_url(folders) == f"postgresql://postgres@/helena?host={elsewhere}"
    finally:
        shutil.rmtree(elsewhere)


def test_an_identity_that_is_none_is_no_path(home: Path) -> None:
    folders = Folders.of(home, {})
    folders.servers.mkdir(parents=True)
    (folders.servers / "id").write_text("../../../../etc")

    assert find_database_url(folders) is None


@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        (["discover"], ["discover"]),
        (["discover", "--add"], ["discover", "--add"]),
        (["rotate"], ["rotate"]),
        (["new-key"], ["new-key"]),
        (["token", "add"], ["token", "add", "main"]),
        (["token", "remove", "second"], ["token", "remove", "second"]),
        (["token", "list"], ["token", "list"]),
    ],
)
def test_each_command_becomes_the_program_with_these_arguments(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], given: list[str]
) -> None:
    became: list[list[str]] = []
    # the way out of this process
    monkeypatch.setattr("os.execve", lambda _path, command, _env: became.append(command))

    result = CliRunner().invoke(nitrado_app, arguments)

    assert result.exit_code == 0
    assert [command[1:] for command in became] == [["-m", "parser_service.hosting", *given]]
