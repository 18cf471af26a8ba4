"""The process that children are forked from: single-threaded, with the libraries loaded.

It speaks with the supervisor over one socket. Asked for a child, it answers with the child's id and a
descriptor of it (so that a signal never reaches a stranger who was given the same id); when a child ends,
it reaps it and says how it ended. When the supervisor is gone, so is it, and with it every child.
"""

from __future__ import annotations

import gc
import importlib
import json
import logging
import os
import selectors
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress

from supervisor.children.child import become
from supervisor.children.kernel import die_with_parent, name_process, next_dead, reap
from supervisor.children.request import MAX_BYTES, ChildRequest

log = logging.getLogger(__name__)


class ForkServer:
    """Forks children on request, and reaps them."""

    def __init__(self, supervisor: socket.socket) -> None:
        self._supervisor = supervisor
        self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._selector = selectors.DefaultSelector()

    def serve(self) -> ChildRequest | None:
        """Serve until the supervisor is gone, then return nothing; in a child, return what it is to be."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        self._selector.register(self._supervisor, selectors.EVENT_READ)
        self._selector.register(self._wake_read, selectors.EVENT_READ)
        while True:
            ready = {key.fd for key, _ in self._selector.select()}
            if self._wake_read in ready:
                os.read(self._wake_read, 4096)
            self._reap_all()
            if self._supervisor.fileno() in ready:
                data = self._supervisor.recv(MAX_BYTES + 32)
                if not data:
                    return None
                number, _, request = data.partition(b"\n")
                if self._fork(int(number)):
                    return ChildRequest.from_bytes(request)

    def _fork(self, number: int) -> bool:
        """Fork, and return whether this is the child."""
        try:
            pid = os.fork()
        except OSError as error:  # too many processes, too little memory
            self._tell({"failed": error.errno or 0, "request": number})
            return False
        if pid == 0:
            os.setsid()
            self._selector.close()
            self._supervisor.close()
            os.close(self._wake_read)
            signal.set_wakeup_fd(-1)
            os.close(self._wake_write)
            return True
        # It has not been reaped, so the id is still its own.
        pidfd = os.pidfd_open(pid)
        try:
            self._tell({"started": pid, "request": number}, [pidfd])
        finally:
            os.close(pidfd)
        return False

    def _reap_all(self) -> None:
        while (pid := next_dead()) is not None:
            self._tell({"ended": pid, "code": reap(pid)})

    def _tell(self, message: dict[str, int], descriptors: Sequence[int] = ()) -> None:
        # If the supervisor is gone, the next read says so, and everything ends.
        with suppress(BrokenPipeError, ConnectionResetError):
            socket.send_fds(self._supervisor, [json.dumps(message).encode()], list(descriptors))


def preload(modules: Sequence[str]) -> None:
    """Import what most children need, and keep it out of the garbage collector's way so that it stays shared."""
    for module in modules:
        try:
            importlib.import_module(module)
        except ImportError as error:
            log.warning("%s is not preloaded: %s", module, error)
    if threading.active_count() > 1:
        log.warning("a preloaded module has started a thread: children may hang. Preload fewer modules.")
    gc.collect()
    gc.freeze()


def main(argv: Sequence[str]) -> int:
    """Run the fork server on the socket with this descriptor, with these modules."""
    descriptor, supervisor, *modules = argv
    die_with_parent(int(supervisor))
    name_process("helena:fork")
    # The supervisor ends it by closing the socket. Blocked and not ignored, so that a child that is told to end
    # before it has handlers of its own finds the signal waiting.
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
    logging.basicConfig(level=logging.INFO)
    preload(modules)
    this = os.getpid()
    with socket.socket(fileno=int(descriptor)) as channel:
        channel.set_inheritable(False)
        request = ForkServer(channel).serve()
    return 0 if request is None else become(request, this)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
