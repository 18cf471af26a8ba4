"""Answers of Nitrado's API to values and errors, no I/O."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from yarl import URL

from shared.nitrado.budget import read_rate_limit
from shared.nitrado.errors import (
    NitradoBlockedError,
    NitradoBusyError,
    NitradoError,
    NitradoFileMissingError,
    NitradoMaintenanceError,
    NitradoNotFoundError,
    NitradoRateLimitError,
    NitradoReplyError,
    NitradoTokenError,
    NitradoUnreachableError,
)
from shared.nitrado.models import Backup, Sample, Stats

Model = TypeVar("Model", bound=BaseModel)

# a refused token is released within the hour (NitrAPI)
_LONGEST_RETRY_SECONDS = 3_600.0
_DEFAULT_RETRY_SECONDS = 60.0
# messages are shown to people; longer ones are pages
_MESSAGE_LIMIT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One HTTP answer, read whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAddress:
    """Where the second step of a download goes; the address holds a token, so it is in no representation."""

    url: URL = field(repr=False)
    token: str = field(repr=False)


def read_data(answer: Answer, *, now: datetime) -> dict[str, Any]:
    """Return the ``data`` of a good answer, empty where it is only a message; raise what a bad one means."""
    data = _read_success(answer, now).get("data")
    return data if isinstance(data, dict) else {}


def read_message(answer: Answer, *, now: datetime) -> str:
    """Return the ``message`` of a good answer; raise what a bad one means."""
    return _one_line(_read_success(answer, now).get("message", ""))


def read_value(data: Mapping[str, Any], key: str, model: type[Model]) -> Model:
    """Return ``data[key]`` as a value."""
    try:
        return model.model_validate(data.get(key))
    except ValidationError as error:
        raise _unreadable(key, error) from None


def read_values(data: Mapping[str, Any], key: str, model: type[Model]) -> list[Model]:
    """Return ``data[key]`` as a list of values."""
    items = data.get(key)
    if not isinstance(items, list):
        message = f"Nitrado's answer has no list of {key}. Its API may have changed."
        raise NitradoReplyError(message)
    try:
        return [model.model_validate(item) for item in items]
    except ValidationError as error:
        raise _unreadable(key, error) from None


def read_whole(data: Mapping[str, Any], model: type[Model]) -> Model:
    """Return all of ``data`` as one value."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise _unreadable("data", error) from None


def read_texts(data: Mapping[str, Any], key: str) -> list[str]:
    """Return ``data[key]`` as a list of texts."""
    items = data.get(key)
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        message = f"Nitrado's answer has no list of {key}. Its API may have changed."
        raise NitradoReplyError(message)
    return items


def read_backups(data: Mapping[str, Any]) -> list[Backup]:
    """Return the backups of games, which are lists by the game's short name."""
    backups = data.get("backups")
    games = backups.get("gameserver") if isinstance(backups, dict) else None
    if not isinstance(games, dict):
        # an empty object is written as an empty list
        return []
    return [
        backup.model_copy(update={"game": str(game)})
        for game in games
        for backup in read_values(games, game, Backup)
    ]


def read_number(data: Mapping[str, Any], key: str) -> int:
    """Return ``data[key]`` as a whole number."""
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, int | str) or not str(value).isdecimal():
        message = f"Nitrado's answer has no number {key}. Its API may have changed."
        raise NitradoReplyError(message)
    return int(value)


def read_stats(data: Mapping[str, Any]) -> Stats:
    """Return the statistics, whose series are lists of ``[value, unix seconds]``."""
    stats = data.get("stats")
    series = stats if isinstance(stats, dict) else {}
    try:
        return Stats(
            current_players=_read_series(series, "currentPlayers"),
            max_players=_read_series(series, "maxPlayers"),
            cpu_usage=_read_series(series, "cpuUsage"),
            memory_usage=_read_series(series, "memoryUsage"),
        )
    except (TypeError, ValueError) as error:
        message = "Nitrado's statistics cannot be read. Its API may have changed."
        raise NitradoReplyError(message) from error


def read_file_address(data: Mapping[str, Any], *, allow_loopback: bool) -> FileAddress:
    """Return where a file can be fetched: over TLS, or from this machine when the API is on this machine too."""
    token = data.get("token")
    address = token if isinstance(token, dict) else {}
    try:
        url = URL(str(address.get("url", "")))
    except ValueError as error:
        message = "Nitrado gave an address for a file that is none."
        raise NitradoReplyError(message) from error
    if url.scheme != "https" and not (allow_loopback and url.scheme == "http" and is_loopback(url)):
        message = "Nitrado gave an address for a file that is not encrypted. It was not fetched."
        raise NitradoReplyError(message)
    return FileAddress(url=url, token=str(address.get("token") or ""))


def is_loopback(url: URL) -> bool:
    """Return whether an address is on this machine."""
    if url.host == "localhost":
        return True
    try:
        return ipaddress.ip_address(url.host or "").is_loopback
    except ValueError:
        return False


def _read_success(answer: Answer, now: datetime) -> dict[str, Any]:
    envelope = _read_envelope(answer)
    if not 200 <= answer.status < 300 or envelope.get("status") != "success":
        raise _failure(answer, envelope, now)
    return envelope


def _one_line(text: object) -> str:
    return " ".join(str(text).split())[:_MESSAGE_LIMIT]


def _read_envelope(answer: Answer) -> dict[str, Any]:
    try:
        envelope = json.loads(answer.body)
    except (ValueError, RecursionError):
        envelope = None
    if isinstance(envelope, dict):
        return envelope
    if answer.status in {401, 404, 428, 429, 503}:
        # these say enough without a body
        return {}
    raise _not_an_answer(answer)


def _not_an_answer(answer: Answer) -> NitradoError:
    """Return what a page in place of an answer means: Cloudflare, which stands before the API, writes HTML."""
    if answer.status == 403:
        message = "Nitrado's front door turned us away (403). Try again later; if it stays so, ask Nitrado's support."
        return NitradoBlockedError(message, status=answer.status)
    if answer.status >= 500:
        message = f"Nitrado's API is not reachable at the moment ({answer.status}). Try again later."
        return NitradoUnreachableError(message, status=answer.status)
    message = f"Nitrado answered with something that is not its API ({answer.status}). Check its address."
    return NitradoReplyError(message, status=answer.status)


def _failure(answer: Answer, envelope: Mapping[str, Any], now: datetime) -> NitradoError:
    status = answer.status
    event_id = answer.headers.get("X-Raven-Event-ID")
    said = _one_line(envelope.get("message", ""))
    if status == 429:
        seconds = _retry_after(answer.headers, now)
        message = f"Nitrado's limit of calls is reached. It ends in {seconds:.0f} s."
        return NitradoRateLimitError(message, retry_after_seconds=seconds, status=status, event_id=event_id)
    if "file doesn't exist" in said.lower():
        # answered with 500; the client asks for English
        return NitradoFileMissingError(
            "The file does not exist on the game server.", status=status, event_id=event_id
        )
    cls, message = _MEANINGS.get(status, (NitradoError, f"Nitrado could not do it ({status})."))
    return cls(f"{message} Nitrado says: {said}" if said else message, status=status, event_id=event_id)


_MEANINGS: dict[int, tuple[type[NitradoError], str]] = {
    401: (
        NitradoTokenError,
        "Nitrado does not accept the token. Make a long-life token with the scope 'service'.",
    ),
    403: (
        NitradoTokenError,
        "The Nitrado token may not do this. Check its owner's permissions on the service.",
    ),
    404: (
        NitradoNotFoundError,
        "Nitrado does not know this service. Check its number, and whose token it is.",
    ),
    428: (NitradoBusyError, "Nitrado is already doing this. Wait for it to end."),
    503: (NitradoMaintenanceError, "Nitrado's API is in maintenance. Try again in some minutes."),
}


def _retry_after(headers: Mapping[str, str], now: datetime) -> float:
    """Return the seconds to wait: by ``Retry-After`` in either form, else until the budget is renewed."""
    text = headers.get("Retry-After", "").strip()
    seconds = _DEFAULT_RETRY_SECONDS
    if text.isascii() and text.isdecimal():
        seconds = float(text[:10])
    elif text:
        seconds = _seconds_until(text, now)
    elif reset_at := read_rate_limit(headers).reset_at:
        seconds = (reset_at - now).total_seconds()
    return min(max(seconds, 1.0), _LONGEST_RETRY_SECONDS)


def _seconds_until(http_date: str, now: datetime) -> float:
    try:
        return (parsedate_to_datetime(http_date) - now).total_seconds()
    except (TypeError, ValueError):
        # no date, or one without a time zone
        return _DEFAULT_RETRY_SECONDS


def _read_series(stats: Mapping[str, Any], key: str) -> tuple[Sample, ...]:
    return tuple(Sample.from_pair(pair) for pair in stats.get(key) or ())


def _unreadable(key: str, error: ValidationError) -> NitradoReplyError:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(str(part) for part in (key, *first["loc"]))
    return NitradoReplyError(
        f"Nitrado's answer cannot be read: {where}: {first['msg']}. Its API may have changed."
    )
