"""Gateway sessions, and which of them hear of what."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import deque
from collections.abc import Callable, Iterable

from sandbox.discord.access import Access
from sandbox.discord.intents import Intent, wants
from sandbox.discord.models import Channel, Json
from sandbox.discord.permissions import Permission
from sandbox.discord.snowflake import Snowflake
from sandbox.discord.world import World

# Events kept for RESUME; an older place is refused with op 9, as Discord does after a while.
REPLAY = 1_000

# A client that does not read is cut off rather than kept in memory for ever.
BACKLOG = 10_000

Payload = Callable[["Session"], Json] | Json
"""An event's data, or what makes it for one session."""


class Line:
    """The way to one socket: payloads in order, ended by a close code or by ``None`` for the socket's end."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[str | int | None] = asyncio.Queue()

    def push(self, payload: str) -> None:
        """Send a payload; cut a client off that has stopped reading."""
        if self.queue.qsize() < BACKLOG:
            self.queue.put_nowait(payload)
        else:
            self.close(4000)

    def push_op(self, op: int, data: object = None) -> None:
        """Send a payload that is not an event."""
        self.push(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    def close(self, code: int) -> None:
        """Close the socket with a code, after what was pushed before."""
        self.queue.put_nowait(code)


class Session:
    """One login at the gateway; it outlives its socket for a while, so that it can be resumed."""

    def __init__(self, *, user_id: Snowflake, is_bot: bool, intents: Intent, line: Line) -> None:
        self.id = secrets.token_hex(16)
        self.user_id = user_id
        self.is_bot = is_bot
        self.intents = intents
        self.line: Line | None = line
        self.sequence = 0
        self.sent: deque[tuple[int, str]] = deque(maxlen=REPLAY)
        self.detached_since: float | None = None

    def send(self, event: str, data: str) -> None:
        """Send an event under the next number, and keep it; ``data`` is JSON already."""
        self.sequence += 1
        payload = f'{{"op":0,"t":"{event}","s":{self.sequence},"d":{data}}}'
        self.sent.append((self.sequence, payload))
        if self.line is not None:
            self.line.push(payload)

    def hears(self, event: str, *, in_guild: bool) -> bool:
        """Return whether it asked for such events; people hear of everything."""
        return not self.is_bot or wants(self.intents, event, in_guild=in_guild)

    def can_replay(self, after: int) -> bool:
        """Return whether every event after the given number is still kept."""
        oldest = self.sent[0][0] if self.sent else self.sequence + 1
        return oldest - 1 <= after <= self.sequence


class Hub:
    """All sessions. Events go to those who may see them and asked for them."""

    def __init__(self, world: World, access: Access, *, resume_seconds: float) -> None:
        self._world = world
        self._access = access
        self._resume_seconds = resume_seconds
        self.sessions: dict[str, Session] = {}
        self.presences: dict[Snowflake, Json] = {}
        self.lines: set[Line] = set()

    # Who hears.

    def to_users(self, user_ids: Iterable[Snowflake], event: str, payload: Payload) -> None:
        """Tell some users, whatever their intents are."""
        wanted = set(user_ids)
        self._publish((s for s in self.sessions.values() if s.user_id in wanted), event, payload)

    def to_guild(
        self, guild_id: Snowflake, event: str, payload: Payload, *, needs: Permission | None = None
    ) -> None:
        """Tell the guild's members, or those of them who hold a permission."""
        members = self._world.get_guild(guild_id).members
        self._publish(
            (
                s
                for s in self.sessions.values()
                if s.user_id in members
                and s.hears(event, in_guild=True)
                and (needs is None or self._access.in_guild(s.user_id, guild_id) & needs)
            ),
            event,
            payload,
        )

    def to_channel(self, channel: Channel, event: str, payload: Payload) -> None:
        """Tell those who see the channel."""
        in_guild = channel.guild_id is not None
        self._publish(
            (
                s
                for s in self.sessions.values()
                if s.hears(event, in_guild=in_guild) and self._access.can_view(s.user_id, channel)
            ),
            event,
            payload,
        )

    def to_sessions(self, chosen: Callable[[Session], bool], event: str, payload: Payload) -> None:
        """Tell the sessions that ``chosen`` picks."""
        self._publish(filter(chosen, self.sessions.values()), event, payload)

    def _publish(self, sessions: Iterable[Session], event: str, payload: Payload) -> None:
        if callable(payload):
            for session in list(sessions):
                session.send(event, json.dumps(payload(session)))
            return
        chosen = list(sessions)
        data = json.dumps(payload) if chosen else ""
        for session in chosen:
            session.send(event, data)

    # Sessions.

    def add(self, session: Session) -> None:
        """Take a new session in."""
        self.sessions[session.id] = session

    def find(self, session_id: str, now: float) -> Session | None:
        """Return a session that may be resumed; ``now`` is monotonic."""
        self.forget_old(now)
        return self.sessions.get(session_id)

    def detach(self, session: Session, line: Line, now: float) -> None:
        """Note that a session's socket has ended, unless another has taken over."""
        if session.line is line:
            session.line = None
            session.detached_since = now
        self.forget_old(now)

    def forget_old(self, now: float) -> None:
        """Drop the sessions that nobody resumed in time."""
        old = [
            session.id
            for session in self.sessions.values()
            if session.detached_since is not None and now - session.detached_since > self._resume_seconds
        ]
        for session_id in old:
            del self.sessions[session_id]

    def sessions_of(self, user_id: Snowflake) -> list[Session]:
        """Return a user's sessions."""
        return [session for session in self.sessions.values() if session.user_id == user_id]

    def is_online(self, user_id: Snowflake) -> bool:
        """Return whether a user has a socket open."""
        return any(session.line is not None for session in self.sessions_of(user_id))
