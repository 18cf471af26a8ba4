"""The supervisor's end of a fork server, and the children that came from it."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import IO

from supervisor.children.kernel import is_over, reap
from supervisor.children.process import ChildProcess, StartError
from supervisor.children.request import ChildRequest

# Loading the libraries takes a second; on a slow, busy machine several.
ANSWER_SECONDS = 30.0
END_SECONDS = 5.0


class ForkedChild:
    """A child of a fork server, held by a descriptor that can never mean another process."""

    def __init__(self, pid: int, pidfd: int) -> None:
        self._pid = pid
        self._pidfd = pidfd
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._pid

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal, if the process still lives."""
        if self._pidfd >= 0:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, number)

    def on_ended(self, code: int) -> None:
        """Note how the process ended."""
        if self._pidfd >= 0:
            os.close(self._pidfd)
            self._pidfd = -1
        if not self.ended.done():
            self.ended.set_result(code)

    def on_orphaned(self) -> None:
        """Note that the fork server is gone: make sure that the child goes with it, and wait for that."""
        if self._pidfd < 0:
            return
        self.send_signal(signal.SIGKILL)
        loop = asyncio.get_running_loop()
        loop.add_reader(self._pidfd, self._on_over, loop)

    def _on_over(self, loop: asyncio.AbstractEventLoop) -> None:
        if is_over(self._pidfd):
            loop.remove_reader(self._pidfd)
            with suppress(ChildProcessError):  # it is ours to reap only if orphans are given to us
                os.waitid(os.P_PIDFD, self._pidfd, os.WEXITED | os.WNOHANG | os.WNOWAIT)
                reap(self._pid)
            self.on_ended(-signal.SIGKILL)


class ForkServerLink:
    """A fork server and what came from it."""

    def __init__(self, *, log: Path | None, preload: Sequence[str]) -> None:
        self._children: dict[int, ForkedChild] = {}
        self._starting: dict[int, asyncio.Future[ForkedChild]] = {}
        self._numbers = itertools.count()
        self._retired = False
        self._gone = asyncio.Event()
        # Whole messages, in order, and an end of file when the other side dies.
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._channel.setblocking(False)
        with theirs, _open_log(log) as output:
            command = [
                sys.executable,
                "-m",
                "supervisor.children.forkserver",
                str(theirs.fileno()),
                str(os.getpid()),
            ]
            self._process = subprocess.Popen(
                [*command, *preload],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl-C is for the supervisor
            )
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._channel, self._on_readable)

    @property
    def pid(self) -> int:
        """Return the fork server's process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Return whether it can be asked for children, or still has some."""
        return not self._gone.is_set()

    async def start(self, request: ChildRequest) -> ChildProcess:
        """Ask for a child.

        Raises
        ------
        StartError
            When there is no answer. The fork server is then ended, so that no child comes of it later.
        """
        answer: asyncio.Future[ForkedChild] = self._loop.create_future()
        number = next(self._numbers)
        data = b"%d\n%s" % (number, request.to_bytes())
        self._starting[number] = answer
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._loop.sock_sendall(self._channel, data)
                return await answer
        except (OSError, TimeoutError) as error:
            self._process.kill()
            message = "The process that children are forked from does not answer. It is started again."
            raise StartError(message) from error

    def retire(self) -> None:
        """End when the last child has."""
        self._retired = True
        self._end_if_idle()

    async def close(self) -> None:
        """End now; children that still live are killed."""
        self._hang_up()
        with suppress(TimeoutError):
            async with asyncio.timeout(END_SECONDS):
                await self._gone.wait()
        self._on_gone()
        if self._children:
            await asyncio.wait([child.ended for child in self._children.values()], timeout=END_SECONDS)

    def _on_readable(self) -> None:
        while not self._gone.is_set():
            try:
                data, descriptors, _, _ = socket.recv_fds(self._channel, 4096, 4)
            except BlockingIOError:
                return
            except OSError:
                data, descriptors = b"", []
            if not data:
                self._on_gone()
                return
            self._on_message(json.loads(data), descriptors)

    def _on_message(self, message: dict[str, int], descriptors: list[int]) -> None:
        if "started" in message:
            pid = message["started"]
            self._children[pid] = child = ForkedChild(pid, descriptors[0])
            answer = self._starting.pop(message["request"], None)
            if answer is None or answer.done():  # whoever asked has given up
                child.send_signal(signal.SIGKILL)
            else:
                answer.set_result(child)
        elif "failed" in message:
            answer = self._starting.pop(message["request"], None)
            if answer is not None and not answer.done():
                answer.set_exception(
                    StartError(f"No process can be started: {os.strerror(message['failed'])}.")
                )
        else:
            self._children.pop(message["ended"]).on_ended(message["code"])
            self._end_if_idle()

    def _end_if_idle(self) -> None:
        if self._retired and not self._children and not self._starting:
            self._hang_up()

    def _hang_up(self) -> None:
        if not self._gone.is_set():
            self._channel.shutdown(socket.SHUT_WR)

    def _on_gone(self) -> None:
        if self._gone.is_set():
            return
        self._gone.set()
        self._loop.remove_reader(self._channel)
        self._channel.close()
        self._process.kill()
        self._process.wait(END_SECONDS)
        for answer in self._starting.values():
            if not answer.done():
                answer.set_exception(ConnectionResetError("the fork server is gone"))
        for child in self._children.values():
            child.on_orphaned()


def _open_log(log: Path | None) -> AbstractContextManager[IO[bytes] | None]:
    return nullcontext() if log is None else log.open("ab")
