"""Every key and channel in Redis, with its lifetime: ``helena:<owner>:<thing>:<id>``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

EVENTS_STORED = "helena:shared:events"
"""Channel: new events are in the log."""

COMMANDS_QUEUED = "helena:shared:rcon"
"""Channel: something waits to be sent to a game server."""

SAVE_DECODED = "helena:shared:saves"
"""Channel: a save was decoded and stored."""


def outbox_filled(bot: str) -> str:
    """Return the channel that says: posts of this bot wait in the outbox."""
    return f"helena:{bot}:outbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerKind:
    """A kind of answer that is kept (``shared.cache.kept``): its keys, and for how long each of them lives.

    ``fresh`` is how long an answer is as good as a new one, ``kept`` how long a stale one is better than none.
    ``fetch_within`` bounds a fetch, and ``pause`` is how long nobody asks again after one that failed.
    """

    owner: str
    thing: str
    fresh: timedelta
    kept: timedelta
    fetch_within: timedelta
    pause: timedelta

    def value_key(self, ident: str) -> str:
        """Return the key of an answer; it lives for ``kept``."""
        return f"helena:{self.owner}:{self.thing}:{ident}"

    def due_key(self, ident: str) -> str:
        """Return the key that lives for as long as the answer is fresh: its expiry is what invalidates."""
        return f"helena:{self.owner}:{self.thing}.due:{ident}"

    def lock_key(self, ident: str) -> str:
        """Return the key that whoever fetches holds; it outlives the longest fetch by a little."""
        return f"helena:{self.owner}:{self.thing}.lock:{ident}"

    def pause_key(self, ident: str) -> str:
        """Return the key that says why the last fetch failed, for as long as nobody shall try again."""
        return f"helena:{self.owner}:{self.thing}.pause:{ident}"


# A hundred servers at one look a minute take 6,000 of the documented 10,000 calls an hour (ark-interfaces,
# section 3); an hour-old state is still worth showing, with its age, while Nitrado is in maintenance.
NITRADO_GAMESERVER = AnswerKind(
    owner="nitrado",
    thing="gameserver",
    fresh=timedelta(seconds=60),
    kept=timedelta(hours=1),
    fetch_within=timedelta(seconds=15),
    pause=timedelta(seconds=30),
)
