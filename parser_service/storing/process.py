"""The process that decodes one save: a job on standard input, an answer on standard output."""

from __future__ import annotations

import gc
import math
import os
import pickle
import resource
import signal
import sys

from parser_service.storing.jobs import Job, PreparedSave, Refused
from parser_service.storing.preparing import prepare
from shared.errors import OperationalError

# Below the service in the queue for the processor: answers first, worlds second.
_NICENESS = 10
# The service stops a decode at its deadline; this is for when the service is gone.
_ORPHAN_SECONDS = 5.0


def main() -> int:
    """Decode, and return the exit code: 0 when there is an answer, good or bad."""
    # whatever a library prints must not mix with the answer
    with os.fdopen(os.dup(1), "wb") as answer_to:
        os.dup2(2, 1)
        job: Job = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - written by the service
        _limit(job)
        answer_to.write(pickle.dumps(_answer(job), protocol=pickle.HIGHEST_PROTOCOL))
    return 0


def _limit(job: Job) -> None:
    os.nice(_NICENESS)
    signal.setitimer(signal.ITIMER_REAL, job.seconds + _ORPHAN_SECONDS)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = job.memory_bytes if hard == resource.RLIM_INFINITY else min(hard, job.memory_bytes)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    seconds = math.ceil(job.seconds + _ORPHAN_SECONDS)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(job: Job) -> PreparedSave | Refused:
    try:
        return prepare(job)
    except OperationalError as error:
        return Refused(reason=str(error))
    except MemoryError:
        gc.collect()
        megabytes = job.memory_bytes >> 20
        return Refused(reason=f"Decoding {job.path.name} needs more than the {megabytes} MB it may have.")


if __name__ == "__main__":
    sys.exit(main())
