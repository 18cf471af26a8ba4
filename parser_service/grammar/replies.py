"""What RCON hands out of a game server's buffers: ``GetGameLog`` and ``GetChat``."""

from __future__ import annotations

from parser_service.grammar.book import grammar
from parser_service.grammar.chain import MESSAGE_LIMIT_BYTES, Chain, Place
from parser_service.grammar.lines import LINE_LIMIT, Game, ParsedLine, parse_game_line
from parser_service.grammar.masking import mask_line, mask_passwords
from parser_service.grammar.people import read_server_chat
from parser_service.grammar.stamps import read_game_stamp
from shared.domain.events import Unknown
from shared.rcon.protocol import NO_RESPONSE

# what RCONServerGameLogBuffer is usually set to is 600 lines; more than this is no answer of a game server
_LINES_LIMIT = 100_000


def parse_game_log(reply: str, *, game: Game) -> list[ParsedLine]:
    """Return the lines of a ``GetGameLog`` reply; a line that cannot be one of its own continues the one before.

    It can be none without the game's stamp, or with one that goes back in time (``chain``): names hold line breaks.
    """
    return [parse_game_line(record, game=game) for record in _records(_lines(reply))]


def parse_chat(reply: str) -> list[ParsedLine]:
    """Return the lines of a ``GetChat`` reply, which bear no time."""
    return [_parse_chat_line(line) for line in _lines(reply)]


def _parse_chat_line(line: str) -> ParsedLine:
    message = line[:LINE_LIMIT]
    event = read_server_chat(message) or grammar().people.read_chat(message)
    if event is None:
        return ParsedLine(occurred_at=None, event=Unknown(text=mask_line(message)), raw=mask_line(line))
    return ParsedLine(occurred_at=None, event=event, raw=mask_passwords(line))


def _records(lines: list[str]) -> list[str]:
    chain, offset = Chain(), 0
    records: list[str] = []
    is_stamped = False
    for line in lines:
        at = read_game_stamp(line)
        place = None if at is None else Place(at_ms=int(at.timestamp()) * 1_000, frame=None)
        begins = place is not None and chain.follows(place, offset)
        if is_stamped and not begins and len(records[-1]) + len(line) < MESSAGE_LIMIT_BYTES:
            records[-1] += "\n" + line
        else:
            records.append(line)
            is_stamped = place is not None
            if place is not None:
                chain.begin(place, offset)
        offset += len(line) + 1
    return records


def _lines(reply: str) -> list[str]:
    if reply.strip() == NO_RESPONSE:
        # the buffer is empty; the RCON client says so with no text at all
        return []
    lines = (line.rstrip("\r") for line in reply.split("\n", _LINES_LIMIT))
    # replies end in a blank, a line break and a blank
    return [line for line in lines if line.strip()]
