"""Files that change under the reader's hands, and readers that are interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from parser_service.cli.__main__ import main
from parser_service.cli.opening import FileKind, opened
from shared.errors import OperationalError
from tests.parser_service.cli.saves import SAVED_AT, row_of, save

# Long enough to copy that whoever writes to it gets a turn.
LONG_BYTES = 16 << 20


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that temporary files go to."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


@contextmanager
def being_written(path: Path) -> Iterator[Event]:
    """Let somebody write to a file until the event is set."""
    done = Event()

    def touch() -> None:
        number = 0
        while not done.is_set():
            number += 1
            os.utime(path, ns=(number, number))

    writer = Thread(target=touch)
    writer.start()
    try:
        yield done
    finally:
        done.set()
        writer.join()


def test_a_world_is_read_from_a_copy_that_is_gone_afterwards(tmp_path: Path, scratch: Path) -> None:
    path = save(tmp_path)
    (tmp_path / "1.arktribe").write_bytes(b"a tribe")

    with opened(path, lambda _: None) as file:
        assert file.kind is FileKind.WORLD
        assert file.path.is_relative_to(scratch)
        assert file.saved_at == SAVED_AT
        assert (file.path.parent / "1.arktribe").read_bytes() == b"a tribe"

    assert list(scratch.iterdir()) == []


def test_the_copy_is_gone_after_an_interruption(tmp_path: Path, scratch: Path) -> None:
    path = save(tmp_path)

    with pytest.raises(KeyboardInterrupt), opened(path, lambda _: None):
        raise KeyboardInterrupt

    assert list(scratch.iterdir()) == []


def test_a_file_that_is_being_written_is_refused_in_the_end(tmp_path: Path, scratch: Path) -> None:
    path = save(tmp_path)
    os.truncate(path, LONG_BYTES)

    with (
        being_written(path),
        pytest.raises(OperationalError, match="the server is writing it"),
        opened(path, lambda _: None, pause_seconds=0),
    ):
        pass

    assert list(scratch.iterdir()) == []


def test_a_file_that_was_being_written_is_read_once_it_stands_still(tmp_path: Path) -> None:
    path = save(tmp_path)
    os.truncate(path, LONG_BYTES)

    told = []
    with being_written(path) as done:

        def tell(what: str) -> None:
            told.append(what)
            if "waiting" in what:
                done.set()

        with opened(path, tell, pause_seconds=0.05) as file:
            assert file.bytes == LONG_BYTES

    assert "TheIsland_WP.ark is being written; waiting" in told


def test_what_can_be_read_only_once_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert main(["inspect", str(tmp_path / "pipe")]) == 1
    assert "pipe is no file that can be read twice" in capsys.readouterr().err


def test_ctrl_c_stops_it_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path, scratch = save(tmp_path / "saves", [row_of(1, 0.0)]), tmp_path / "scratch"
    scratch.mkdir()
    command = [sys.executable, "-m", "parser_service.cli", "bench", str(path), "--runs", "100"]
    environment = os.environ | {"TMPDIR": str(scratch)}

    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 60
        while not list(scratch.glob("helena-save-*/copy/*.ark")):
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)

    assert process.returncode == 130
    assert "Stopped. Nothing was left behind." in said
    assert "Traceback" not in said
    assert list(scratch.iterdir()) == []
