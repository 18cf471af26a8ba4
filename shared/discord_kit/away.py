"""Discord being away is no bug: its failures become ours, which say so in one line and are tried again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import discord

from shared.errors import OperationalError

AWAY = (discord.DiscordServerError, aiohttp.ClientError, ConnectionError)


class DiscordAwayError(OperationalError):
    """Discord failed, or could not be reached."""

    code = "DIS-01"


@contextmanager
def discord_may_be_away() -> Iterator[None]:
    """Turn the failures of an outage inside into ours.

    Raises
    ------
    DiscordAwayError
        When Discord failed; what Discord refuses is left as it is.
    """
    try:
        yield
    except AWAY as error:
        raise away(error) from error


def away(error: BaseException) -> DiscordAwayError:
    """Return what to say of a failure of an outage."""
    why = f"{error.status}" if isinstance(error, discord.HTTPException) else type(error).__name__
    return DiscordAwayError(f"Discord cannot be reached just now ({why}). Try again in a moment.")
