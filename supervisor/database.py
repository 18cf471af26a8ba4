"""The database's shape, brought up to date before anything uses it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import asyncpg

from shared.db.migrations import apply
from shared.errors import ConfigError, OperationalError
from shared.runtime.reporting import one_line

log = logging.getLogger(__name__)

RETRY_SECONDS = 2.0
RETRY_AFTER_CONFIG_ERROR_SECONDS = 15.0
# A migration may rewrite a large table; one that takes longer is stuck behind a lock.
MIGRATION_SECONDS = 600.0


async def migrate(database_url: str, note: Callable[[str], None]) -> int:
    """Apply what is pending, trying until it works, and return how many that was.

    ``note`` is told in one line what is in the way, and nothing ("") when it no longer is.
    """
    while True:
        try:
            async with asyncio.timeout(MIGRATION_SECONDS):
                count = await apply(database_url)
        except ConfigError as error:
            note(str(error))
            await asyncio.sleep(RETRY_AFTER_CONFIG_ERROR_SECONDS)
        except (OSError, TimeoutError, ValueError, OperationalError, asyncpg.InterfaceError) as error:
            note(_cannot(error))
            await asyncio.sleep(RETRY_SECONDS)
        except asyncpg.PostgresError as error:
            note(_cannot(error))
            await asyncio.sleep(RETRY_SECONDS)
        else:
            note("")
            return count


def _cannot(error: Exception) -> str:
    why = one_line(str(error)) or type(error).__name__
    return f"The database cannot be prepared ({why}). Is it running, and is DATABASE_URL right? Trying again."
