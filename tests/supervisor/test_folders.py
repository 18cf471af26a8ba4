from __future__ import annotations

from pathlib import Path

import pytest

from shared.errors import ConfigError, OperationalError
from supervisor.control_client import ask
from supervisor.environment import read_environment
from supervisor.folders import AlreadyRunningError, Folders
from supervisor.logfiles import last_line, rotate
from supervisor.logview import follow, log_names, tail


def test_what_is_secret_is_closed_to_others(tmp_path: Path) -> None:
    folders = Folders.of(tmp_path, {})

    folders.prepare()

    for folder in (folders.logs, folders.secrets, folders.run):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_a_data_folder_is_held_by_one(tmp_path: Path) -> None:
    folders = Folders.of(tmp_path, {"HELENA_DATA": "elsewhere"})
    folders.prepare()

    with folders.lock(), pytest.raises(AlreadyRunningError, match="already running in"), folders.lock():
        raise AssertionError("it was given twice")

    with folders.lock():
        assert folders.data == tmp_path / "elsewhere"


def test_a_data_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")

    with pytest.raises(
        ConfigError, match=r"cannot be written to \(.*\)\. Make it yours, or set HELENA_DATA\."
    ):
        Folders.of(tmp_path, {}).prepare()


def test_sockets_have_short_paths_however_long_the_folder_is(tmp_path: Path) -> None:
    folders = Folders.of(tmp_path / ("x" * 90), {})

    assert len(str(folders.control_socket)) <= 100
    assert folders.run != Folders.of(tmp_path / ("y" * 90), {}).run


def test_a_folder_made_by_somebody_else_is_refused(tmp_path: Path) -> None:
    folders = Folders.of(tmp_path, {})
    folders.data.mkdir()
    (tmp_path / "elsewhere").mkdir()
    folders.secrets.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(ConfigError, match="belongs to somebody else"):
        folders.prepare()


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    folders = Folders.of(tmp_path, {})
    folders.prepare()

    assert folders.secret("parser_token") == folders.secret("parser_token")
    assert folders.secret("parser_token") != folders.secret("other")


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("HELENA_PORT=1\nHELENA_HOST=\nHELENA_LOG_LEVEL='DEBUG'  # loud\n")

    found = read_environment(tmp_path, {"HELENA_PORT": "2"})

    assert found == {"HELENA_PORT": "2", "HELENA_LOG_LEVEL": "DEBUG"}


def test_a_large_log_is_moved_aside_under_whoever_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "stats.log"
    with path.open("ab", buffering=0) as writer:
        for number in range(4):
            writer.write(b"%d" % number * 100)
            assert rotate(path, max_bytes=100, kept=2)
        writer.write(b"new\n")

    assert not rotate(path, max_bytes=100, kept=2)
    assert path.read_bytes() == b"new\n"
    assert (tmp_path / "stats.log.1").read_bytes() == b"3" * 100
    assert (tmp_path / "stats.log.2").read_bytes() == b"2" * 100
    assert not (tmp_path / "stats.log.3").exists()
    assert log_names(tmp_path) == ["stats"]


def test_the_last_words_are_the_last_line_that_says_something(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("Traceback\n  File x\nValueError: no\n\n")

    assert last_line(tmp_path / "a.log") == "ValueError: no"
    assert last_line(tmp_path / "none.log") == ""


@pytest.mark.parametrize("lines", [0, 1, 3, 100])
def test_the_tail_of_a_log_is_its_last_lines(tmp_path: Path, lines: int) -> None:
    written = [f"{'long ' * 300}{number}" for number in range(50)]
    (tmp_path / "a.log").write_text("\n".join(written) + "\n")

    assert tail(tmp_path / "a.log", lines)[0] == (written[-lines:] if lines else [])


def test_following_a_log_goes_on_after_it_was_emptied(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_text("old\n")
    followed = follow(path, path.stat().st_size)

    with path.open("a") as log:
        log.write("first\n")
    added = next(followed)
    path.write_text("new\n")

    assert (added, next(followed)) == ("first\n", "new\n")


def test_orders_to_nobody_say_how_to_start(tmp_path: Path) -> None:
    with pytest.raises(OperationalError, match="Helena is not running here"):
        ask(tmp_path / "none.sock", "GET", "/status")
