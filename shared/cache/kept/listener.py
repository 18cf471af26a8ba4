"""Hears which keys Redis has let expire."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError

from shared.cache.kept.connecting import database_of, in_database, open_client
from shared.cache.kept.store import AWAY, Access

log = logging.getLogger(__name__)

_RETRY_SECONDS = 0.5
# A connection on which nothing came for so long is asked whether it still lives.
_SILENCE_SECONDS = 2.0
# "DB index is out of range"; "SELECT is not allowed in cluster mode"; "no permissions to run the 'select' command"
_NO_DATABASE = ("db index", "select")


class ExpiryListener:
    """Calls ``expired`` for each key, ``lost`` whenever some may have been missed, ``back`` when that is over."""

    def __init__(
        self,
        access: Access,
        url: str,
        *,
        expired: Callable[[str], None],
        lost: Callable[[], None],
        back: Callable[[], None],
    ) -> None:
        self._access = access
        self._url = url
        self._expired = expired
        self._lost = lost
        self._back = back
        self._has_warned = False
        self.is_listening = False

    async def run(self) -> None:
        """Listen for ever, subscribing again after each loss."""
        async with AsyncExitStack() as opened:
            while True:
                try:
                    await self._settle(opened)
                    await self._listen()
                except AWAY as error:
                    if self.is_listening:
                        log.info("the listener for expired keys is gone (%s)", type(error).__name__)
                self.is_listening = False
                self._lost()
                await asyncio.sleep(_RETRY_SECONDS)

    async def _settle(self, opened: AsyncExitStack) -> None:
        """Find out which database can be used, and have its expired keys published."""
        try:
            await self._access.listening.ping()
        except RedisError as error:
            if not any(sign in str(error).lower() for sign in _NO_DATABASE):
                raise
            await self._share_database(opened)
        await self._have_events_published(self._access.listening)

    async def _share_database(self, opened: AsyncExitStack) -> None:
        """Fall back to the database of ``REDIS_URL``: some servers have but one."""
        number = database_of(self._url)
        if number == self._access.database:
            return
        log.warning(
            "Redis has no logical database %s: kept answers share number %s, where expired keys are noticed later",
            self._access.database,
            number,
        )
        url = in_database(self._url, number)
        self._access.client = await opened.enter_async_context(open_client(url, retries=1))
        self._access.listening = await opened.enter_async_context(open_client(url, retries=0))
        self._access.database = number

    async def _have_events_published(self, client: Redis) -> None:
        try:
            flags = str((await client.config_get("notify-keyspace-events")).get("notify-keyspace-events", ""))
            # E: by event; x: expired, also within A: all
            if "E" not in flags or not {"x", "A"} & set(flags):
                await client.config_set("notify-keyspace-events", flags + "Ex")
                log.info("notify-keyspace-events of Redis is set to %sEx", flags)
        except ResponseError as error:
            if not self._has_warned:
                self._has_warned = True
                log.warning(
                    "Redis forbids CONFIG (%s): if notify-keyspace-events lacks Ex, kept answers are renewed "
                    "by their own deadlines alone",
                    error,
                )

    async def _listen(self) -> None:
        """Return never; every end is an error."""
        is_asked = False
        async with self._access.listening.pubsub() as pubsub:
            await pubsub.subscribe(f"__keyevent@{self._access.database}__:expired")
            while True:
                message = await pubsub.get_message(timeout=_SILENCE_SECONDS)
                if message is not None:
                    is_asked = False
                    self._take(message)
                elif is_asked:
                    raise RedisConnectionError("silent")
                else:
                    is_asked = True
                    await pubsub.ping()

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "subscribe":
            # From here on nothing is missed; what expired before was. redis-py may also have reconnected by itself.
            self._lost()
            self._back()
            self.is_listening = True
        elif message["type"] == "message":
            self._expired(bytes(message["data"]).decode(errors="replace"))
