"""Redis: what may be lost. Caches, locks, wake-ups."""

from shared.cache.client import open_redis
from shared.cache.wakeups import Wakeups

__all__ = ["Wakeups", "open_redis"]
