"""One server process: started so that it can neither outlive us nor be lost."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from supervisor.embedded.account import Account
from supervisor.embedded.errors import EmbeddedError

# Linux: <linux/prctl.h>. The kernel sends this signal to a process whose parent has died.
PR_SET_PDEATHSIG = 1

ON_LINUX: bool = sys.platform == "linux"

# No PG* variables, no surprises of a locale, and none of our secrets, in a server's environment.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "LANG": "C", "TZ": "UTC", "HOME": "/"}


class ServerProcess:
    """A server as a child process.

    Start it from the main thread: the kernel's "parent has died" is about the *thread* that forked.
    """

    def __init__(self, *, name: str, log: Path, stop_signal: signal.Signals, account: Account) -> None:
        self.name = name
        self.log = log
        self._stop_signal = stop_signal
        self._account = account
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Return the process id, if one was started."""
        return None if self._process is None else self._process.pid

    @property
    def is_running(self) -> bool:
        """Return whether the process lives; a dead one is reaped."""
        return self._process is not None and self._process.poll() is None

    def spawn(self, args: Sequence[str]) -> None:
        """Start the process."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                args,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=ENVIRONMENT,
                start_new_session=True,  # Ctrl-C is for us; the servers stop after the bots
                preexec_fn=_die_with(os.getpid(), self._stop_signal),  # noqa: PLW1509 - makes three system calls
                **self._account.popen_options(),
            )

    def stop(self, timeout: float) -> None:
        """Ask the process to shut down cleanly, then insist."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(self._stop_signal)
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(timeout)

    def failure(self) -> EmbeddedError:
        """Return an error that quotes the end of the log."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return EmbeddedError(
            f"The embedded {self.name} did not start. The end of {self.log}:\n{text[-2000:]}"
        )


def run_tool(args: Sequence[str], account: Account, *, stdin: str = "", timeout: float = 120) -> str:
    """Run one of the servers' own tools to its end and return what it printed."""
    try:
        done: subprocess.CompletedProcess[str] = subprocess.run(
            args,
            input=stdin,
            capture_output=True,
            text=True,
            cwd="/",
            env=ENVIRONMENT,
            check=False,
            timeout=timeout,
            **account.popen_options(),
        )
    except subprocess.TimeoutExpired as error:
        raise EmbeddedError(f"{Path(args[0]).name} did not finish in {timeout:.0f} seconds.") from error
    if done.returncode:
        raise EmbeddedError(f"{Path(args[0]).name} failed ({done.returncode}): {done.stdout}{done.stderr}")
    return done.stdout


def command_line(pid: int) -> str:
    """Return the command line of a process, or nothing when there is none."""
    if ON_LINUX:  # slim images have no ps
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    ps = ["ps", "-ww", "-o", "args=", "-p", str(pid)]
    return subprocess.run(ps, capture_output=True, text=True, check=False, timeout=10).stdout


def _die_with(parent: int, stop_signal: signal.Signals) -> Callable[[], None]:
    """Return what a child runs before its program so that it stops when it is told to, or when its parent dies."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl if ON_LINUX else None

    def prepare() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, ())  # what we block, it would never hear
        if prctl is not None:
            prctl(PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)
            if os.getppid() != parent:  # it died before the call
                os._exit(1)

    return prepare
