"""How a feed is doing, for whoever depends on it in the same process."""

from __future__ import annotations

import time


class FeedStatus:
    """When a feed last looked, and up to when it is known to have read everything there was."""

    def __init__(self) -> None:
        self._looked = time.monotonic()
        self._caught_up = float("-inf")
        self.events_stored = 0

    def looked(self, *, began: float, found_everything: bool) -> None:
        """Note a look at the source that worked; ``began`` is its start on the monotonic clock."""
        self._looked = time.monotonic()
        if found_everything:
            self._caught_up = began

    @property
    def age_seconds(self) -> float:
        """Return how long ago the source was last looked at with success."""
        return time.monotonic() - self._looked

    def has_read_beyond(self, instant: float) -> bool:
        """Tell whether everything the source held at an instant of the monotonic clock has been stored."""
        return self._caught_up >= instant
