"""One record of a game server's log to what it tells and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from parser_service.grammar.book import grammar
from parser_service.grammar.loading import Game
from parser_service.grammar.masking import MASK, mask_line, mask_passwords
from parser_service.grammar.people import read_admin_command, read_server_chat
from parser_service.grammar.quick import quick
from parser_service.grammar.stamps import (
    GAME_STAMP_LENGTH,
    is_second_before,
    read_bracket_stamp,
    read_game_stamp,
    read_wrapper,
    skip_game_stamp,
)
from shared.domain.events import AdminCommand, Chat, GameEvent, ServerLine, Unknown

__all__ = ["LINE_LIMIT", "Game", "ParsedLine", "parse_game_line", "parse_line", "read_message"]

LINE_LIMIT = 1_024
"""As many characters of a line are looked at; chat and names are far shorter, and hostile lines are cut here."""

# somebody may have typed a password, or the server have written an address
_MAY_HOLD_SECRETS = frozenset({Chat, AdminCommand, ServerLine, Unknown})


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedLine:
    """What a line told, when it says it was (UTC), and the line itself, fit to be stored: no secrets in it."""

    occurred_at: datetime | None
    event: GameEvent
    raw: str


_parsed_line = quick(ParsedLine)


def parse_line(raw: str, *, game: Game) -> ParsedLine:
    """Return what a record of the log tells; never raises, and what it is not sure of is ``Unknown``.

    A line without the log's stamp is unknown whatever it says: names and signs may hold line breaks, and anybody
    could forge the rest.
    """
    stamp = read_bracket_stamp(raw)
    if stamp is None:
        return _parse_wrapped(raw, game)
    start, occurred_at, game_stamp = stamp
    if raw.startswith(game_stamp, start) or (
        # a stamp of the game's, but not of this second
        raw.startswith("_", start + 10) and is_second_before(raw, start, occurred_at)
    ):
        start += GAME_STAMP_LENGTH
        message = raw[start : start + LINE_LIMIT]
        return _parsed(raw, start, message, occurred_at, read_message(message, game=game))
    message = raw[start : start + LINE_LIMIT]
    return _parsed(raw, start, message, occurred_at, _read_engine_line(message, game))


def parse_game_line(raw: str, *, game: Game) -> ParsedLine:
    """Return what a line of ``GetGameLog`` tells, which bears the game's stamp alone."""
    occurred_at = read_game_stamp(raw)
    start = 0 if occurred_at is None else GAME_STAMP_LENGTH
    message = raw[start : start + LINE_LIMIT]
    event = _unknown(message) if occurred_at is None else read_message(message, game=game)
    return _parsed(raw, start, message, occurred_at, event)


def read_message(message: str, *, game: Game) -> GameEvent:
    """Return the event of a line of the game, without stamps.

    The order is what keeps chat from passing for anything else: heads that the game writes first, then
    "platform (survivor): ", and only then phrases in whose middle names stand.
    """
    readers = grammar()
    event = readers.tribe_log.read_line(message)
    if event is not None:
        return event
    if message.startswith(("SERVER: ", "AdminCmd: ")):
        event = read_server_chat(message) or read_admin_command(message)
        if event is not None:
            return event
    imitates_chat = "): " in message
    if imitates_chat and (event := readers.people.read_chat(message)) is not None:
        return event
    event = readers.people.read_presence(message, game)
    if event is None and not imitates_chat:
        # else it is a tribe's name that imitates chat: neither is certain
        event = readers.public.read(message, None)
    return event or readers.server.read(message) or _unknown(message)


def _read_engine_line(message: str, game: Game) -> GameEvent:
    """Return the event of a line without the game's stamp, or with one of another second, which nobody can trust.

    Chat always bears the game's stamp, so nothing here may pass for chat.
    """
    readers = grammar()
    event = readers.server.read(message)
    if event is None and " [UniqueNetId:" in message and skip_game_stamp(message, 0) == 0:
        event = readers.people.read_presence(message, game)
    return event or _unknown(message)


def _parse_wrapped(raw: str, game: Game) -> ParsedLine:
    """Return what a line tells that another program has put a time before; one without any time is unknown."""
    start, wrapped_at = read_wrapper(raw) or (0, None)
    rest = raw[start:]
    if wrapped_at is not None:
        # its time is the line's, but proves nothing: the line may only be the server's own
        message = rest[:LINE_LIMIT]
        event = grammar().server.read(message)
        if event is not None:
            return _parsed(raw, start, message, wrapped_at, event)
    elif start and read_bracket_stamp(rest) is not None:
        parsed = parse_line(rest, game=game)
        return _parsed_line(occurred_at=parsed.occurred_at, event=parsed.event, raw=raw[:start] + parsed.raw)
    message = raw[:LINE_LIMIT]
    return _parsed(raw, 0, message, None, _unknown(message))


def _unknown(message: str) -> Unknown:
    return Unknown(text=mask_line(message))


def _parsed(raw: str, start: int, message: str, occurred_at: datetime | None, event: GameEvent) -> ParsedLine:
    if type(event) in _MAY_HOLD_SECRETS:
        raw = _without_secrets(raw, start, message, event)
    return _parsed_line(occurred_at=occurred_at, event=event, raw=raw)


def _without_secrets(raw: str, start: int, message: str, event: GameEvent) -> str:
    is_whole = len(raw) - start <= LINE_LIMIT
    if isinstance(event, Chat | AdminCommand):
        said = event.text if isinstance(event, Chat) else event.command
        return raw if is_whole and MASK not in said else raw[:start] + mask_passwords(raw[start:])
    if isinstance(event, ServerLine | Unknown) and is_whole:
        return raw if event.text is message else raw[:start] + event.text
    return raw[:start] + mask_line(raw[start:])
