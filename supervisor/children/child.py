"""The first thing a child does: become the service it was asked to be."""

from __future__ import annotations

import importlib
import io
import logging
import os
import signal
import sys
from pathlib import Path

from supervisor.children.kernel import die_with_parent, name_process
from supervisor.children.request import MAX_BYTES, ChildRequest


def become(request: ChildRequest, parent: int) -> int:
    """Turn this process into the service, run it, and return its exit code."""
    die_with_parent(parent)
    name_process(f"helena:{request.name}")
    _reset_signals()
    _redirect(Path(request.log) if request.log else None)
    os.environ.clear()
    os.environ.update(request.environment)
    os.chdir(request.folder)
    if request.code not in sys.path:
        sys.path.insert(0, request.code)
    sys.argv = [request.program, *request.arguments]
    module = importlib.import_module(f"{request.program}.__main__")
    # What multiprocessing would otherwise import again in the program's own workers.
    sys.modules["__main__"] = module
    code = module.main(list(request.arguments))
    return code if isinstance(code, int) else 0


def _reset_signals() -> None:
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)  # as Python sets it: a broken pipe is an exception
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    logging.getLogger().handlers.clear()


def _redirect(log: Path | None) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
    os.dup2(nothing, 0)
    os.close(nothing)
    if log is not None:
        # Appended to, so that the supervisor may empty the file underneath.
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.close(output)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(line_buffering=True)


def main() -> int:
    """Run a child that was started by itself, without a fork server: its request comes on standard input."""
    parent = os.getppid()
    os.setsid()
    return become(ChildRequest.from_bytes(sys.stdin.buffer.read(MAX_BYTES)), parent)


if __name__ == "__main__":
    sys.exit(main())
