"""What a kept answer is, what may stand in its place, and how both are written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

from shared.errors import OperationalError

T = TypeVar("T")

# An answer is a state or a short list; whole files are not kept here.
MOST_BYTES = 256 * 1024
_MESSAGE_LIMIT = 300


class AnswerSource(StrEnum):
    """Where an answer was taken from."""

    PROCESS = "process"
    REDIS = "redis"
    UPSTREAM = "upstream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why the last fetch brought nothing."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Generic[T]):
    """A value, since when it is known, and whether its time is over; ``failure`` says why there is no newer one."""

    value: T
    fetched_at: datetime
    is_stale: bool
    source: AnswerSource
    failure: Failure | None = None


class AnswerUnavailableError(OperationalError):
    """There is no answer, not even an old one; ``failure`` says why."""

    code = "CACHE-01"

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


@dataclass(slots=True)
class Counts:
    """What was done since the start, for ``/metrics``."""

    reads: int = 0
    process_hits: int = 0
    redis_hits: int = 0
    stale: int = 0
    fetches: int = 0
    failures: int = 0
    drops: int = 0

    @property
    def hit_ratio(self) -> float:
        """Return which share of all reads found a fresh answer; 1 before the first."""
        return (self.process_hits + self.redis_hits) / self.reads if self.reads else 1.0


def failure_of(error: OperationalError) -> Failure:
    """Return what an error says, in one bounded line."""
    return make_failure(error.code, str(error))


def make_failure(code: str, message: str) -> Failure:
    """Return a failure with its message in one bounded line."""
    return Failure(code=code, message=" ".join(message.split())[:_MESSAGE_LIMIT])


def write_failure(failure: Failure) -> bytes:
    """Return a failure as Redis keeps it."""
    return json.dumps({"code": failure.code, "message": failure.message}).encode()


def read_failure(data: bytes) -> Failure:
    """Return what Redis kept; something illegible still says that nobody shall ask just now."""
    try:
        found = json.loads(data)
        return make_failure(str(found["code"]), str(found["message"]))
    except (ValueError, TypeError, KeyError, RecursionError):
        return make_failure(AnswerUnavailableError.code, "The last try failed.")


def write_answer(adapter: TypeAdapter[T], value: T, fetched_at: datetime) -> bytes | None:
    """Return an answer as Redis keeps it, or ``None`` where it is too large to be kept."""
    plain = adapter.dump_python(value, mode="json")
    data = json.dumps({"at": fetched_at.isoformat(), "value": plain}, separators=(",", ":")).encode()
    return data if len(data) <= MOST_BYTES else None


def read_answer(adapter: TypeAdapter[T], data: bytes) -> tuple[T, datetime] | None:
    """Return what Redis kept; what another version wrote and this one cannot read is as good as nothing."""
    if len(data) > MOST_BYTES:
        return None
    try:
        found: Any = json.loads(data)
        fetched_at = datetime.fromisoformat(found["at"])
        value = adapter.validate_python(found["value"])
    except (ValueError, TypeError, KeyError, RecursionError):
        # pydantic's ValidationError is a ValueError
        return None
    return None if fetched_at.tzinfo is None else (value, fetched_at)
