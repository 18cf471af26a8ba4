"""What a host says of a game server, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.cache.kept import Answer, Failure
from shared.nitrado.models import ServerStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedServer:
    """The state of a rented server; ``since_at`` is when it began where ``is_since_seen``, else no later than.

    It stands in Redis, so it holds nothing of what Nitrado tells besides: settings contain passwords.
    """

    status: ServerStatus
    since_at: datetime
    is_since_seen: bool = False


# Nitrado's own words of a state say little; a state of tomorrow counts as busy (ark-interfaces, section 3).
_WORDS = {
    ServerStatus.SUSPENDED: "suspended, its time is not paid for",
    ServerStatus.GUARDIAN_LOCKED: "locked by the guardian set in its web interface",
    ServerStatus.INSTALLING: "installing the game",
    ServerStatus.BACKUP_RESTORE: "restoring a backup",
    ServerStatus.BACKUP_CREATION: "making a backup",
    ServerStatus.CHUNKFIX: "repairing its world",
    ServerStatus.OVERVIEWMAP_RENDER: "drawing its map",
    ServerStatus.UNKNOWN: "busy with something this version does not know",
}


def next_state(
    status: ServerStatus,
    last: Answer[HostedServer] | None,
    now: datetime,
    *,
    changed_at: datetime | None = None,
) -> HostedServer:
    """Return the state as it is told now, since when Nitrado says; else going on from what was last known.

    ``changed_at`` lies in the future where the clocks differ: that says nothing.
    """
    if changed_at is not None and changed_at <= now:
        return HostedServer(status=status, since_at=changed_at, is_since_seen=True)
    if last is None:
        return HostedServer(status=status, since_at=now)
    if last.value.status == status:
        return last.value
    return HostedServer(status=status, since_at=now, is_since_seen=True)


def explain(answer: Answer[HostedServer], now: datetime) -> str:
    """Return what the host says, with its age.

    Examples
    --------
    >>> from datetime import UTC
    >>> from shared.cache.kept import AnswerSource
    >>> at = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
    >>> server = HostedServer(status=ServerStatus.RESTARTING, since_at=at, is_since_seen=True)
    >>> answer = Answer(
    ...     value=server, fetched_at=at + timedelta(seconds=110), is_stale=False, source=AnswerSource.REDIS
    ... )
    >>> explain(answer, at + timedelta(minutes=2))
    'Nitrado: restarting since 2 min (seen 10 s ago).'
    """
    server = answer.value
    words = _WORDS.get(server.status, str(server.status))
    lasted = now - server.since_at
    since = f"since {_short(lasted)}" if server.is_since_seen else f"since {_short(lasted)} or longer"
    seen = f"seen {_short(now - answer.fetched_at)} ago"
    if answer.failure is not None:
        seen += f"; no newer answer: {answer.failure.message.rstrip('.')}"
    elif answer.is_stale:
        seen += "; a newer answer is awaited"
    return f"Nitrado: {words} {since} ({seen})."


def explain_failure(failure: Failure) -> str:
    """Return what is to be said where nothing was ever known."""
    return f"Nitrado says nothing of it: {failure.message}"


def _short(duration: timedelta) -> str:
    seconds = max(int(duration.total_seconds()), 0)
    if seconds < 100:
        return f"{seconds} s"
    minutes = seconds // 60
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h"
