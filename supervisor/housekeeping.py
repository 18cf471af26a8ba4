"""What is looked after while everything runs: dead strays, large logs, a full disk."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterable
from typing import NoReturn

from supervisor.children.kernel import next_dead, reap
from supervisor.folders import Folders
from supervisor.logfiles import rotate_all

REAP_SECONDS = 1.0
LOOK_SECONDS = 30.0
# Below this Postgres soon stops taking writes.
LEAST_FREE_BYTES = 256 * 1024 * 1024


async def reap_strays(own_processes: Callable[[], Iterable[int]]) -> NoReturn:
    """Reap what children left behind and was given to us; our own processes are reaped where they were started."""
    while True:
        while (pid := next_dead()) is not None and pid not in own_processes():
            reap(pid)
        await asyncio.sleep(REAP_SECONDS)


async def look_after_disk(folders: Folders, note: Callable[[str], None]) -> NoReturn:
    """Keep logs small, and say when the disk is nearly full."""
    while True:
        await asyncio.to_thread(rotate_all, folders.logs)
        free = (await asyncio.to_thread(shutil.disk_usage, folders.data)).free
        full = f"The disk of {folders.data} is nearly full ({free // 1_000_000} MB left). Make room."
        note(full if free < LEAST_FREE_BYTES else "")
        await asyncio.sleep(LOOK_SECONDS)
