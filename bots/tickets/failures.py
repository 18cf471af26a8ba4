"""What Discord may refuse or fail to do, said so that a person knows what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import discord

from shared.discord_kit.away import DiscordAwayError
from shared.errors import OperationalError


class DiscordRefusedError(OperationalError):
    """Discord does not let the bot do something; somebody has to give it a permission or a channel."""

    code = "TIC-04"


@contextmanager
def asking_discord(what: str) -> Iterator[None]:
    """Turn Discord's failures inside into ours; ``what`` is what it was asked for."""
    try:
        yield
    except (discord.Forbidden, discord.NotFound) as error:
        message = (
            f"Discord refused {what}: {error.text or error.status}. The tickets bot needs to see the channel, and "
            "the permissions Create Private Threads, Send Messages in Threads and Manage Threads. "
            "It is on record, and tried again by itself."
        )
        raise DiscordRefusedError(message) from error
    except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError) as error:
        message = f"Discord did not manage {what} ({type(error).__name__}). It is on record, and tried again by itself."
        raise DiscordAwayError(message) from error
    except RuntimeError as error:
        # aiohttp says it in this way only, when the bot is stopped in the middle
        if str(error) != "Session is closed":
            raise
        raise DiscordAwayError(
            f"Helena is stopping, and goes on with it when it runs again ({what})."
        ) from error
