"""Wake-ups over Redis: they make things fast, never correct. Who hears nothing looks once a second anyway."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import defaultdict

from redis.asyncio import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

_RETRY_SECONDS = 1.0
_POLL_SECONDS = 5.0


class Wakeups:
    """One subscription for a whole process; ``run`` keeps it, ``wait`` waits on it."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._changed = asyncio.Event()
        self.is_listening = False

    async def send(self, channel: str) -> None:
        """Wake whoever waits on the channel. Redis being away costs time, nothing else."""
        for event in self._waiting.get(channel, ()):
            event.set()
        try:
            await self._redis.publish(channel, "1")
        except (RedisError, OSError, TimeoutError) as error:
            log.debug("no wake-up on %s: %s", channel, error)

    def subscribe(self, channel: str) -> asyncio.Event:
        """Return an event that is set at each wake-up; the caller clears it before looking."""
        event = asyncio.Event()
        if channel not in self._waiting:
            self._changed.set()
        self._waiting[channel].add(event)
        return event

    async def run(self) -> None:
        """Listen for ever, subscribing again after each loss."""
        while True:
            try:
                await self._listen()
            except (RedisError, OSError, TimeoutError) as error:
                log.warning("wake-ups are off, looking once a second: %s", error)
            self.is_listening = False
            await asyncio.sleep(_RETRY_SECONDS)

    async def _listen(self) -> None:
        async with self._redis.pubsub() as pubsub:
            while True:
                if self._changed.is_set():
                    self._changed.clear()
                    await pubsub.subscribe(*self._waiting)
                if not self._waiting:
                    await self._changed.wait()
                    continue
                self.is_listening = True
                message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=_POLL_SECONDS)
                if message is not None:
                    for event in self._waiting.get(str(message["channel"]), ()):
                        event.set()


async def wait_for_wakeup(event: asyncio.Event, *, at_most_seconds: float) -> None:
    """Wait until the event is set or the time is over, and clear it."""
    # not asyncio.wait_for: on Python 3.11 it may lose a cancellation that comes together with the event
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(at_most_seconds):
            await event.wait()
    event.clear()
