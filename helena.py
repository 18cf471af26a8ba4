#!/usr/bin/env python3
"""Helena from a fresh clone, with Python 3.11 or newer and nothing else.

    python3 helena.py up            start everything; Ctrl-C ends it
    python3 helena.py status        what runs, and what is wrong
    python3 helena.py test          all checks and tests
    python3 helena.py test PATH …   those tests alone
    python3 helena.py --help        all the commands

The first call makes .venv and installs into it exactly what poetry.lock says, checked by hash.
Later calls find that done and take a moment.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "poetry.lock"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
# What has been installed: written last, so it never speaks of half an installation.
STAMP = VENV / "helena-installed"
# Present while pip works: whoever finds it there knows that pip was interrupted.
UNFINISHED = VENV / "helena-unfinished"

TO_RUN = ("main", "embedded")
TO_TEST = ("main", "embedded", "dev")

# For machines without pip, such as a bare Debian: address and hash are those that PyPI gives for this file.
PIP_WHEEL = "pip-26.3-py3-none-any.whl"
PIP_FOLDER = "https://files.pythonhosted.org/packages/07/25/ee8c38ae72d66b844ce8eb9711ba905dba21ca1a8a0c960057c41cd23337"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
PIP_MAX_BYTES = 10_000_000
# `pip --python` came with this release.
OLDEST_PIP = (22, 3)

PIP_OPTIONS = ["--no-deps", "--require-hashes", "--no-input", "--progress-bar", "off", "--retries", "2"]
# Compiling everything takes as long as fetching it; Python compiles what is used when it is first used.
PIP_OPTIONS += ["--disable-pip-version-check", "--no-warn-script-location", "--no-compile"]

TEST_PROCESSES = min(os.cpu_count() or 1, 7) + 1  # tests wait more than they compute
CHECKS = {
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy"],
    "import-linter": ["-c", "from importlinter.cli import lint_imports_command as run; run()"],
    "pytest": ["-m", "pytest", f"-n={TEST_PROCESSES}", "--dist=loadfile", "--benchmark-disable"],
}

# What pip says, and what that means. The first that fits is told.
PIP_TROUBLES = (
    ("No space left on device", "The disk is full. Make room (about 500 MB) and run this again."),
    ("Permission denied", f"{ROOT} cannot be written to. Make it yours, or clone Helena into a folder of yours."),
    ("DO NOT MATCH THE HASHES", "A package differs from poetry.lock, so nothing was installed. Is there a proxy in between?"),
    ("NewConnectionError", "The package index cannot be reached. Check the network (or pip's proxy settings), and run this again."),
    ("ConnectTimeoutError", "The package index does not answer. Check the network, and run this again."),
    ("ReadTimeoutError", "The package index answers too slowly. Run this again; what was fetched is kept."),
    ("No matching distribution found", "A package in poetry.lock has no build for this machine, or the package index lacks it."),
)  # fmt: skip


class SetupError(Exception):
    """The environment cannot be made; the message says why and what to do."""


def main(argv: Sequence[str]) -> int:
    """Make the environment if need be, and hand over."""
    if sys.version_info < OLDEST_PYTHON:
        return use_newer_python(argv)
    if not argv:
        print(__doc__)
        return 2
    try:
        prepare(TO_TEST if argv[0] == "test" else TO_RUN)
        if argv[0] == "test":
            return run_tests(argv[1:])
        hand_over(["-m", "supervisor", *argv])
    except SetupError as error:
        print(f"helena: {error}", file=sys.stderr)
    except OSError as error:
        print(f"helena: {explain(error)}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nhelena: interrupted; run this again to go on", file=sys.stderr)
        return 130
    return 1


def use_newer_python(argv: Sequence[str]) -> int:
    """Run again with a newer Python, if the machine has one."""
    for minor in range(20, OLDEST_PYTHON[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            os.execv(found, [found, __file__, *argv])  # noqa: S606 - arguments, no shell
    this = sys.version.split()[0]
    print(
        f"helena: Python 3.11 or newer is needed, and this is {this}. Install one (python3.11), and run this again."
    )
    return 1


def hand_over(args: Sequence[str]) -> NoReturn:
    """Become the Python of the environment, so that signals go straight to it."""
    sys.stdout.flush()
    os.execve(PYTHON, [str(PYTHON), *args], environment())  # noqa: S606 - arguments, no shell


def environment() -> dict[str, str]:
    """Return our environment without what an activated venv, a user's pip or a keyring would change."""
    unwanted = {"VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__"}
    unwanted |= {"PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV", "PIP_PYTHON"}
    clean = {name: value for name, value in os.environ.items() if name not in unwanted}
    return clean | {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring", "PYTHONNOUSERSITE": "1"}


# -- Is it installed? ----------------------------------------------------------------------------------------


def prepare(groups: Sequence[str]) -> None:
    """Make sure that the dependency groups are installed as the lock says."""
    if is_installed(groups):
        return
    with one_at_a_time():
        if not is_installed(groups):  # another call may have done it meanwhile
            install(groups)


def is_installed(groups: Sequence[str]) -> bool:
    """Return whether these groups are in the environment, and no installation was interrupted since."""
    return set(groups) <= installed_groups() and not UNFINISHED.exists()


def installed_groups() -> set[str]:
    """Return the groups of this lock that the stamp names."""
    try:
        key, *groups = STAMP.read_text().split()
    except (OSError, ValueError):
        return set()
    return set(groups) if key == fingerprint() else set()


def fingerprint() -> str:
    """Return what changes when the lock, the environment's Python or the folder does."""
    about = [LOCK.read_bytes(), str(PYTHON.resolve()).encode(), str(ROOT).encode()]
    return hashlib.sha256(b"\0".join(about)).hexdigest()


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the project's folder, so that two calls at once do not install into each other."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("helena: waiting for another call that installs", flush=True)
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


# -- Install -------------------------------------------------------------------------------------------------


def install(groups: Sequence[str]) -> None:
    """Make the environment and install the groups."""
    begun_at = time.monotonic()
    already = installed_groups()  # so that `up` after `test` takes nothing away
    STAMP.unlink(missing_ok=True)
    make_venv()
    wanted = sorted({*groups, *already})
    packages = requirements(wanted)
    print(f"helena: installing {len(packages)} packages into .venv (once; about half a minute)", flush=True)
    UNFINISHED.touch()
    with tempfile.TemporaryDirectory(prefix="helena-") as scratch:
        listed = Path(scratch) / "requirements.txt"
        listed.write_text("\n".join(packages) + "\n")
        run_pip(
            [*find_pip(Path(scratch)), "install", *PIP_OPTIONS, "-r", str(listed)], len(packages), begun_at
        )
    for site in VENV.glob("lib/python3.*/site-packages"):
        (site / "helena.pth").write_text(f"{ROOT}\n")  # so that `python -m supervisor` works in any folder
    partial = STAMP.with_suffix(".partial")
    partial.write_text(" ".join([fingerprint(), *wanted]))
    partial.replace(STAMP)
    UNFINISHED.unlink()
    print(f"helena: installed in {time.monotonic() - begun_at:.0f} s", flush=True)


def make_venv() -> None:
    """Make .venv, unless there is one that works and was not left half-installed."""
    if VENV.exists() and (UNFINISHED.exists() or not works()):
        print("helena: the .venv found here is incomplete; making a new one", flush=True)
        shutil.rmtree(VENV)
    if not VENV.exists():
        # Without pip: Debian keeps what venv would need for that (ensurepip) in a package of its own.
        command = [base_python(), "-m", "venv", "--without-pip", str(VENV)]
        done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
        if done.returncode:
            shutil.rmtree(VENV, ignore_errors=True)
            raise SetupError(trouble(done.stdout + done.stderr))


def base_python() -> str:
    """Return the machine's Python, also when an activated environment's runs this."""
    return getattr(sys, "_base_executable", None) or sys.executable


def works() -> bool:
    """Return whether the environment's Python runs, is new enough and finds packages where pip puts them."""
    probe = (
        "import sys, pathlib; v = sys.version_info; p = pathlib.Path(sys.prefix, 'lib', f'python{v[0]}.{v[1]}');"
        f"sys.exit(not (v >= {OLDEST_PYTHON} and p.is_dir()))"
    )
    try:
        return subprocess.run([PYTHON, "-c", probe], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def requirements(groups: Sequence[str]) -> list[str]:
    """Return the locked packages of the groups, as pip's requirements with hashes."""
    import tomllib  # noqa: PLC0415 - older Pythons, which this file tells so, do not have it

    packages = tomllib.loads(LOCK.read_text(encoding="utf-8"))["package"]
    return [requirement(package, groups) for package in packages if set(groups) & set(package["groups"])]


def requirement(package: dict, groups: Sequence[str]) -> str:  # type: ignore[type-arg]
    """Return one line. A marker may differ by group; a group without one wants the package everywhere."""
    line = f"{package['name']}=={package['version']}"
    markers = package.get("markers")
    if isinstance(markers, dict):
        each = [markers.get(group) for group in package["groups"] if group in groups]
        markers = None if None in each else " or ".join(f"({marker})" for marker in dict.fromkeys(each))
    if markers:
        line += f" ; {markers}"
    return line + "".join(f" --hash={file['hash']}" for file in package["files"])


# -- pip -----------------------------------------------------------------------------------------------------


def find_pip(scratch: Path) -> list[str]:
    """Return the command of a pip that installs into .venv."""
    python = base_python()
    version = answer([python, "-m", "pip", "--version"]).split()
    if len(version) > 1 and tuple(int(n) for n in re.findall(r"\d+", version[1])[:2]) >= OLDEST_PIP:
        return [python, "-m", "pip", "--python", str(PYTHON)]
    own = [str(PYTHON), "-m", "pip"]
    if not answer([*own, "--version"]) and not answer([str(PYTHON), "-m", "ensurepip"]):
        install_pip(scratch)
    return own


def install_pip(scratch: Path) -> None:
    """Put a pip of ours into .venv, for machines that have none."""
    wheel = fetch_pip(scratch, os.environ.get("PIP_INDEX_URL", ""))
    install = [str(PYTHON), str(wheel / "pip"), "install", "--no-index", "--quiet", str(wheel)]
    done = subprocess.run(install, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SetupError(trouble(done.stdout + done.stderr))


def fetch_pip(scratch: Path, mirror: str) -> Path:
    """Download pip's wheel, from the mirror if there is one, and check its hash."""
    address = f"{PIP_FOLDER}/{PIP_WHEEL}"
    otherwise = "Install pip (Debian: apt install python3-pip), and run this again."
    try:
        if mirror:
            address = f"{mirror.rstrip('/')}/pip/"
            links = re.findall(rf'href="([^"#]*{re.escape(PIP_WHEEL)})', download(address).decode())
            if not links:
                raise SetupError(
                    f"This machine has no pip, and {address} does not offer {PIP_WHEEL}. {otherwise}"
                )
            address = urllib.parse.urljoin(address, links[0])
        wheel = download(address)
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()  # it is the answer, too, and holds the connection
        raise SetupError(
            f"This machine has no pip, and {address} cannot be fetched ({error}). {otherwise}"
        ) from error
    if hashlib.sha256(wheel).hexdigest() != PIP_SHA256:
        raise SetupError(f"{address} is not the file it should be, so it was not used. {otherwise}")
    path = scratch / PIP_WHEEL
    path.write_bytes(wheel)
    return path


def download(url: str, limit: int = PIP_MAX_BYTES) -> bytes:
    """Return what is at an address of the web, if it is not larger than ``limit``."""
    if urllib.parse.urlsplit(url).scheme not in {"https", "http"}:
        raise SetupError(f"{url} is no address of a package index.")
    with urllib.request.urlopen(url, timeout=30) as response:  # noqa: S310 - the scheme was checked
        data: bytes = response.read(limit + 1)
    if len(data) > limit:
        raise SetupError(f"{url} is larger than pip could be.")
    return data


def answer(command: Sequence[str]) -> str:
    """Return what a command prints, or nothing when it fails."""
    try:
        done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""


def run_pip(command: Sequence[str], total: int, begun_at: float) -> None:
    """Run pip, telling every few seconds how far it is."""
    last: deque[str] = deque(maxlen=40)
    found, told_at = 0, time.monotonic()
    with subprocess.Popen(
        command,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            last.append(line.rstrip())
            found += line.startswith(("Collecting ", "Processing ", "Ignoring "))
            if line.startswith("Installing collected"):
                print(
                    f"helena:   all found, {time.monotonic() - begun_at:.0f} s; putting them in place",
                    flush=True,
                )
            elif time.monotonic() - told_at > 3 and found < total:
                told_at = time.monotonic()
                print(f"helena:   {found} of {total} found, {told_at - begun_at:.0f} s", flush=True)
    if pip.returncode:
        raise SetupError(trouble("\n".join(last)))


def trouble(output: str) -> str:
    """Return what to do about a failed installation."""
    known = next((advice for sign, advice in PIP_TROUBLES if sign in output), None)
    return known or f"the installation failed. pip said:\n{output}"


def explain(error: OSError) -> str:
    """Return what to do about an error of the operating system."""
    where = error.filename or ROOT
    if error.errno == errno.ENOSPC:
        return f"The disk is full ({where}). Make room (about 500 MB) and run this again."
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return f"{where} cannot be written to. Make it yours, or clone Helena into a folder of yours."
    return f"{where}: {error.strerror}"


# -- Test ----------------------------------------------------------------------------------------------------


def run_tests(args: Sequence[str]) -> int:
    """Run all checks, or the tests that were asked for alone."""
    os.chdir(ROOT)
    if args:
        hand_over(["-m", "pytest", *args])
    failed = [name for name, command in CHECKS.items() if not passes(name, command)]
    print(f"\nhelena: {', '.join(failed)} failed" if failed else "\nhelena: everything passed", flush=True)
    return 1 if failed else 0


def passes(name: str, command: Sequence[str]) -> bool:
    """Run one check and say how long it took."""
    print(f"\n== {name}", flush=True)
    begun_at = time.monotonic()
    code = subprocess.run([PYTHON, *command], env=environment(), check=False).returncode
    print(
        f"== {name}: {'passed' if code == 0 else 'FAILED'} in {time.monotonic() - begun_at:.0f} s", flush=True
    )
    return code == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
