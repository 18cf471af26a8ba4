"""Decoding in a process of its own, with a deadline and a memory limit; its death is an answer, not a disaster."""

from __future__ import annotations

import asyncio
import logging
import pickle
import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO

from parser_service.storing.jobs import Job, PreparedSave, Refused

log = logging.getLogger(__name__)

_ROOT = Path(__file__).resolve().parents[2]
_ATTEMPTS = 2
# A world with a million structures comes to about a tenth of this.
_MAX_ANSWER_BYTES = 512 << 20
_CHUNK = 1 << 20
_STDERR_KEPT_BYTES = 4_000


class _DiedError(Exception):
    """The process ended without an answer."""


class Decoder:
    """Decodes saves, no more at once than it was told to."""

    def __init__(self, *, at_once: int) -> None:
        self._slots = asyncio.Semaphore(at_once)

    async def decode(self, job: Job) -> PreparedSave | Refused:
        """Return what is in a save, or why it cannot be used. A process that is killed is tried once more."""
        async with self._slots:
            reason = ""
            for attempt in range(1, _ATTEMPTS + 1):
                try:
                    return await asyncio.wait_for(_run(job), timeout=job.seconds)
                except TimeoutError:
                    text = f"Decoding {job.path.name} took longer than {job.seconds:g} s and was stopped."
                    return Refused(reason=text)
                except _DiedError as error:
                    reason = str(error)
                    log.warning("decoding %s, attempt %s: %s", job.path.name, attempt, reason)
        return Refused(reason=f"Decoding {job.path.name} ended without a result, twice: {reason}.")


async def _run(job: Job) -> PreparedSave | Refused:
    with tempfile.TemporaryFile() as errors:
        # no environment but the path to the code: whatever a hostile file did in there would find no secrets
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "parser_service.storing.process",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            cwd="/",
            env={"PYTHONPATH": str(_ROOT), "OPENBLAS_NUM_THREADS": "1"},
        )
        try:
            answer = await _ask(process, job)
            code = await process.wait()
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if code != 0:
            raise _DiedError(_ending(code, errors))
    found: PreparedSave | Refused = pickle.loads(answer)  # noqa: S301 - written by our own code, over a pipe
    return found


async def _ask(process: asyncio.subprocess.Process, job: Job) -> bytes:
    """Give the process its job, and return all it says."""
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(ConnectionError):
        process.stdin.write(pickle.dumps(job))
        process.stdin.write_eof()
        await process.stdin.drain()
    answer = bytearray()
    while chunk := await process.stdout.read(_CHUNK):
        answer += chunk
        if len(answer) > _MAX_ANSWER_BYTES:
            raise _DiedError(f"it said more than {_MAX_ANSWER_BYTES} bytes")
    return bytes(answer)


def _ending(code: int, errors: IO[bytes]) -> str:
    """Return how the process ended; what it wrote about that goes to the log."""
    errors.seek(max(errors.seek(0, 2) - _STDERR_KEPT_BYTES, 0))
    said = errors.read().decode("utf-8", "replace").strip()
    if said:
        log.error("the decoding process said:\n%s", said)
    return f"it was ended by {signal.Signals(-code).name}" if code < 0 else f"it failed with exit code {code}"
