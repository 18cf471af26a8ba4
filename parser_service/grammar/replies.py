"""What RCON hands out of a game server's buffers: ``GetGameLog`` and ``GetChat``."""

from __future__ import annotations

from parser_service.grammar.lines import LINE_LIMIT, Game, ParsedLine, has_game_stamp, parse_game_line
from parser_service.grammar.masking import mask_line, mask_passwords
from parser_service.grammar.people import read_chat, read_server_chat
from shared.domain.events import Unknown
from shared.rcon.protocol import NO_RESPONSE

# what RCONServerGameLogBuffer is usually set to is 600 lines; more than this is no answer of a game server
_LINES_LIMIT = 100_000


def parse_game_log(reply: str, *, game: Game) -> list[ParsedLine]:
    """Return the lines of a ``GetGameLog`` reply; a line without the game's stamp continues the one before it."""
    records: list[str] = []
    for line in _lines(reply):
        if records and not has_game_stamp(line) and has_game_stamp(records[-1]):
            records[-1] += "\n" + line
        else:
            records.append(line)
    return [parse_game_line(record, game=game) for record in records]


def parse_chat(reply: str) -> list[ParsedLine]:
    """Return the lines of a ``GetChat`` reply, which bear no time."""
    return [_parse_chat_line(line) for line in _lines(reply)]


def _parse_chat_line(line: str) -> ParsedLine:
    message = line[:LINE_LIMIT]
    event = read_server_chat(message) or read_chat(message)
    if event is None:
        return ParsedLine(occurred_at=None, event=Unknown(text=mask_line(message)), raw=mask_line(line))
    return ParsedLine(occurred_at=None, event=event, raw=mask_passwords(line))


def _lines(reply: str) -> list[str]:
    if reply.strip() == NO_RESPONSE:
        # the buffer is empty; the RCON client says so with no text at all
        return []
    lines = (line.rstrip("\r") for line in reply.split("\n", _LINES_LIMIT))
    # replies end in a blank, a line break and a blank
    return [line for line in lines if line.strip()]
