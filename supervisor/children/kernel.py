"""What Python does not offer of the kernel's process control."""

from __future__ import annotations

import ctypes
import os
import select
import signal
import sys
from contextlib import suppress

# Linux: <linux/prctl.h>.
PR_SET_PDEATHSIG = 1
PR_SET_NAME = 15
PR_SET_CHILD_SUBREAPER = 36

ON_LINUX: bool = sys.platform == "linux"


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when ``parent`` dies; end at once when it has.

    It is about the *thread* that forked, so processes are started from main threads.
    """
    if ON_LINUX:
        _prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
        if os.getppid() != parent:
            os._exit(1)


def name_process(name: str) -> None:
    """Show ``name`` in ``ps`` and ``top``; the kernel keeps 15 characters."""
    if ON_LINUX:
        _prctl(PR_SET_NAME, ctypes.c_char_p(name.encode()[:15]))


def adopt_orphans() -> None:
    """Become the parent of descendants whose parent dies, so that they can be reaped."""
    if ON_LINUX:
        _prctl(PR_SET_CHILD_SUBREAPER, 1)


def next_dead() -> int | None:
    """Return the id of a dead child that has not been reaped, and leave it so."""
    try:
        dead = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return None
    return None if dead is None else dead.si_pid


def reap(pid: int) -> int:
    """Reap a dead child, end what it left behind in its process group, and return its exit code.

    The group goes first: as long as the child is not reaped, its id cannot be anybody else's.
    """
    if pid != os.getpgrp():
        with suppress(ProcessLookupError, PermissionError):  # it left nothing behind
            os.killpg(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def has_pidfds() -> bool:
    """Return whether the kernel hands out file descriptors for processes (Linux 5.3)."""
    if not ON_LINUX or not hasattr(os, "pidfd_open"):
        return False
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError:
        return False
    return True


def is_over(pidfd: int) -> bool:
    """Return whether the process of a descriptor has ended."""
    return bool(select.select([pidfd], [], [], 0)[0])


def _prctl(option: int, value: object) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)
