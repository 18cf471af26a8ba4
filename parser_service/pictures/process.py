"""The process that draws: a drawing on standard input, a file on standard output.

A process of its own, because matplotlib takes a second and a hundred megabytes, which neither the event loop nor the
service's memory should pay for, and because drawing can be stopped that way.
"""

from __future__ import annotations

import os
import pickle
import resource
import sys

from parser_service.pictures.domain import Drawing
from parser_service.pictures.files import draw

# Below the service in the queue for the processor.
_NICENESS = 10
# Drawing the largest worlds takes a quarter of this.
_MEMORY_BYTES = 2 << 30
_CPU_SECONDS = 120


def main() -> int:
    """Draw, and return the exit code."""
    # whatever a library prints must not mix with the picture
    with os.fdopen(os.dup(1), "wb") as answer_to:
        os.dup2(2, 1)
        os.nice(_NICENESS)
        for kind, limit in ((resource.RLIMIT_AS, _MEMORY_BYTES), (resource.RLIMIT_CPU, _CPU_SECONDS)):
            _, hard = resource.getrlimit(kind)
            resource.setrlimit(kind, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
        drawing: Drawing = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - written by the service
        answer_to.write(draw(drawing))
    return 0


if __name__ == "__main__":
    sys.exit(main())
