"""One record of a game server's log to what it tells and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from parser_service.grammar.masking import mask_line, mask_passwords
from parser_service.grammar.people import read_admin_command, read_chat, read_presence, read_server_chat
from parser_service.grammar.phrases import PUBLIC
from parser_service.grammar.server_lines import read_server_line
from parser_service.grammar.tribe_log import read_tribe_line
from shared.domain.events import AdminCommand, Chat, GameEvent, ServerLine, Unknown

Game: TypeAlias = Literal["ase", "asa"]

LINE_LIMIT = 1_024
"""As many characters of a line are looked at; chat and names are far shorter, and hostile lines are cut here."""

# "[2024.08.29-18.31.01:711]" and, in game lines, "2024.08.29_18.31.01: " behind the frame's number
_STAMP_LENGTH = 25
_GAME_STAMP_LENGTH = 21


# events whose text is the masked line, and events in which somebody may have typed a password
_NOBODY_SAID = (ServerLine, Unknown)
_SOMEBODY_SAID = (Chat, AdminCommand)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedLine:
    """What a line told, when it says it was (UTC), and the line itself, fit to be stored: no secrets in it."""

    occurred_at: datetime | None
    event: GameEvent
    raw: str


def parse_line(raw: str, *, game: Game) -> ParsedLine:
    """Return what a record of the log tells; never raises, and what it is not sure of is ``Unknown``.

    A line without the log's stamp is unknown whatever it says: names and signs may hold line breaks, and anybody
    could forge the rest.
    """
    start, occurred_at = _read_stamp(raw)
    if occurred_at is None:
        return _parsed(raw, 0, None, _unknown(raw[:LINE_LIMIT]))
    game_start = _skip_game_stamp(raw, start)
    message = raw[game_start : game_start + LINE_LIMIT]
    if game_start > start:
        event = read_message(message, game=game)
    else:
        # the engine's lines; chat always bears the game's stamp, so nothing here may pass for chat
        event = read_server_line(message) or _read_stamped_id(message, game) or _unknown(message)
    return _parsed(raw, game_start, occurred_at, event)


def parse_game_line(raw: str, *, game: Game) -> ParsedLine:
    """Return what a line of ``GetGameLog`` tells, which bears the game's stamp alone."""
    start = _skip_game_stamp(raw, 0)
    occurred_at = _instant(raw, 0, "000") if start else None
    message = raw[start : start + LINE_LIMIT]
    event = read_message(message, game=game) if occurred_at else _unknown(message)
    return _parsed(raw, start, occurred_at, event)


def has_game_stamp(text: str) -> bool:
    """Return whether ``text`` begins like ``2024.08.29_18.31.01: ``."""
    return _skip_game_stamp(text, 0) > 0


def read_message(message: str, *, game: Game) -> GameEvent:
    """Return the event of a line of the game, without stamps.

    The order is what keeps chat from passing for anything else: heads that the game writes first, then
    "platform (survivor): ", and only then phrases in whose middle names stand.
    """
    for read in (read_tribe_line, read_server_chat, read_admin_command, read_chat):
        event = read(message)
        if event is not None:
            return event
    return (
        read_presence(message, game=game)
        or _read_public(message)
        or read_server_line(message)
        or _unknown(message)
    )


def _read_stamped_id(message: str, game: Game) -> GameEvent | None:
    return read_presence(message, game=game) if " [UniqueNetId:" in message else None


def _read_public(message: str) -> GameEvent | None:
    if "): " in message:
        # a tribe's name that imitates chat: neither is certain
        return None
    for phrase in PUBLIC:
        if phrase.needle in message and (event := phrase.read(message, None)) is not None:
            return event
    return None


def _unknown(message: str) -> Unknown:
    return Unknown(text=mask_line(message))


def _parsed(raw: str, start: int, occurred_at: datetime | None, event: GameEvent) -> ParsedLine:
    if isinstance(event, _NOBODY_SAID):
        is_whole = len(raw) - start <= LINE_LIMIT
        raw = raw[:start] + (event.text if is_whole else mask_line(raw[start:]))
    elif isinstance(event, _SOMEBODY_SAID):
        raw = raw[:start] + mask_passwords(raw[start:])
    return ParsedLine(occurred_at=occurred_at, event=event, raw=raw)


def _read_stamp(raw: str) -> tuple[int, datetime | None]:
    """Return where the message begins behind ``[…:711][937]``, and the instant."""
    if raw[24:26] != "][" or raw[0] != "[" or raw[20] != ":":
        return 0, None
    frame_end = raw.find("]", _STAMP_LENGTH + 1, _STAMP_LENGTH + 10)
    if frame_end < 0:
        return 0, None
    instant = _instant(raw, 1, raw[21:24])
    return (frame_end + 1, instant) if instant else (0, None)


def _skip_game_stamp(raw: str, start: int) -> int:
    """Return where the message begins behind ``2024.08.29_18.31.01: ``."""
    end = start + _GAME_STAMP_LENGTH
    has_stamp = (
        raw[end - 2 : end] == ": "
        and raw[start + 10 : start + 11] == "_"
        and raw[start + 4 : start + 5] == "."
    )
    return end if has_stamp else start


def _instant(raw: str, start: int, milliseconds: str) -> datetime | None:
    """Return the instant of ``2024.08.29-18.31.01``; both stamps are UTC, whatever the server's time zone."""
    day, time = raw[start : start + 10].replace(".", "-"), raw[start + 11 : start + 19].replace(".", ":")
    try:
        return datetime.fromisoformat(f"{day}T{time}.{milliseconds}+00:00")
    except ValueError:
        return None
