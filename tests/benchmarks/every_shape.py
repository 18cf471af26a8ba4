"""A log parser as most are written: one alternation of ``re``, with a branch for every shape that the tables hold.

It gives what the grammar gives (typed frozen events, masked text, instants in UTC) and makes the events with the
grammar's own makers, so that nothing but the way to a branch and its blanks is compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from string import Formatter

from parser_service.grammar.lines import ParsedLine
from parser_service.grammar.loading import Beginning, Row, Table, all_words
from parser_service.grammar.makers import Makers
from parser_service.grammar.masking import mask_line, mask_passwords
from parser_service.grammar.names import Names
from shared.domain.accounts import read_platform_id
from shared.domain.events import (
    AdminCommand,
    Chat,
    GameEvent,
    Joined,
    Left,
    ServerChat,
    ServerLine,
    ServerTopic,
    SurvivorId,
    TribeLine,
    TribeStamp,
    Unknown,
)
from shared.ids import PlatformId, TribeId

_STAMPS = r"\[(?P<at>[^\]]+)\]\[[ \d]+\](?:\d{4}\.\d\d\.\d\d_\d\d\.\d\d\.\d\d: )?"
_HEAD = r"(?:%s) (?P<tribe>.*?), ID (?P<tribe_id>\d+): Day (?P<day>\d+), (?P<time>[\d:]+): "
_COLOUR = r'(?:<RichColor Color="[^"]*">)?'
_ADMIN = r"AdminCmd: (?P<command>.*?) \(PlayerName: (?P<player>.*?), ARKID: (?P<ark_id>\d+), (?:Steam|Platform)ID: (?P<admin>\w+)\)"
_CHAT = r"(?P<platform_name>.*?) \((?P<survivor>.*?)\): (?P<chat>.*)"
_VISITOR = r"(?P<visitor>.*?)(?: \[UniqueNetId:(?P<id>\w*) Platform:\w+\])? "


class Alternation:
    """One pattern for all lines; the group that closes last in each branch says which branch matched."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        words = all_words(tables.values())
        self._makers = Makers(Names(words))
        self._branches: dict[str, Callable[[re.Match[str]], GameEvent]] = {
            "other": lambda match: TribeLine(stamp=_stamp(match), text=_rest(match, "start_of_text")),
            "server_chat": lambda match: ServerChat(text=match["server_chat"]),
            "admin": _admin,
            "chat": _chat,
            "joined": lambda match: Joined(platform_name=match["visitor"], platform_id=_visitor_id(match)),
            "left": lambda match: Left(platform_name=match["visitor"], platform_id=_visitor_id(match)),
            "engine": _server_line(ServerTopic.ENGINE),
            "line": lambda match: Unknown(text=mask_line(_rest(match, "message"))),
        }
        tribe, public, server = (
            self._rows(row for table in tables.values() for row in getattr(table, place))
            for place in ("tribe", "public", "server")
        )
        beginnings = self._beginnings(row for table in tables.values() for row in table.beginning)
        head = _HEAD % "|".join(words.tribe_prefixes)
        visits = f"(?:(?:{_any(words.joined)})(?P<joined>)|(?:{_any(words.left)})(?P<left>))"
        self._pattern = re.compile(
            f"{_STAMPS}(?P<message>)(?:"
            f"{head}{_COLOUR}(?P<start_of_text>)(?:{tribe}|.*?(?P<other>))(?:</>)?\\)"
            f"|SERVER: (?P<server_chat>.*)|{_ADMIN}|{_CHAT}|{_VISITOR}{visits}|{public}|{beginnings}"
            f"|Log\\w+: .*(?P<engine>)|{server}|.*(?P<line>))$",
            re.DOTALL,
        )

    def parse(self, raw: str) -> ParsedLine:
        """Return what the alternation makes of a line."""
        match = self._pattern.match(raw)
        assert match is not None
        assert match.lastgroup is not None
        day, time = match["at"].split("-")
        time = time.replace(":", ".").replace(".", ":", 2)
        occurred_at = datetime.fromisoformat(f"{day.replace('.', '-')}T{time}+00:00")
        event = self._branches[match.lastgroup](match)
        start = match.end("message")
        if isinstance(event, ServerLine | Unknown):
            raw = raw[:start] + event.text
        elif isinstance(event, Chat | AdminCommand):
            raw = raw[:start] + mask_passwords(raw[start:])
        return ParsedLine(occurred_at=occurred_at, event=event, raw=raw)

    def _rows(self, rows: Iterable[Row]) -> str:
        """Return a branch for each row, the ones that say most of their own first."""
        return "|".join(
            self._row(row) for row in sorted(rows, key=lambda row: -len(re.sub(r"{\w+}", "", row.text)))
        )

    def _row(self, row: Row) -> str:
        number = len(self._branches)
        pattern, blanks = "", {}
        for literal, name, _, _ in Formatter().parse(row.text):
            pattern += re.escape(literal)
            if name is not None:
                blanks[name] = f"{name}_{number}"
                pattern += f"(?P<{name}_{number}>.*?)"
        make, constants = self._makers.maker(row), row.constants

        def read(match: re.Match[str]) -> GameEvent:
            stamp = None if match["tribe"] is None else _stamp(match)
            text = match.string[match.end("start_of_text") : match.start(f"row_{number}")] if stamp else ""
            held = {name: match[group] for name, group in blanks.items()}
            event = make(stamp, {**held, **constants, "text": text})
            assert event is not None, match.string
            return event

        self._branches[f"row_{number}"] = read
        return f"{pattern}(?P<row_{number}>)"

    def _beginnings(self, rows: Iterable[Beginning]) -> str:
        branches = []
        for row in rows:
            name = f"row_{len(self._branches)}"
            self._branches[name] = _server_line(row.topic)
            branches.append(f"{re.escape(row.begins)}.*(?P<{name}>)")
        return "|".join(branches)


def _any(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, words))


def _rest(match: re.Match[str], group: str) -> str:
    return match.string[match.end(group) :]


def _stamp(match: re.Match[str]) -> TribeStamp:
    return TribeStamp(
        tribe=match["tribe"],
        tribe_id=TribeId(int(match["tribe_id"])),
        day=int(match["day"]),
        time=match["time"],
    )


def _server_line(topic: ServerTopic) -> Callable[[re.Match[str]], GameEvent]:
    return lambda match: ServerLine(topic=topic, text=mask_line(_rest(match, "message")))


def _admin(match: re.Match[str]) -> GameEvent:
    return AdminCommand(
        command=mask_passwords(match["command"]),
        platform_name=match["player"],
        survivor_id=SurvivorId(int(match["ark_id"])),
        platform_id=read_platform_id(match["admin"]),
    )


def _chat(match: re.Match[str]) -> GameEvent:
    return Chat(
        platform_name=match["platform_name"], survivor=match["survivor"], text=mask_passwords(match["chat"])
    )


def _visitor_id(match: re.Match[str]) -> PlatformId | None:
    return read_platform_id(match["id"] or "")
