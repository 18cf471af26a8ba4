"""The grammar put together from its tables, once in a process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from parser_service.grammar.loading import Row, Table, all_words, load_tables
from parser_service.grammar.makers import Makers
from parser_service.grammar.names import Names
from parser_service.grammar.people import People
from parser_service.grammar.server_lines import ServerLines
from parser_service.grammar.templates import Phrase, PhraseBook
from parser_service.grammar.tribe_lines import TribeLog


class Grammar:
    """All readers of messages, made from the tables of all languages."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        words = all_words(tables.values())
        names = Names(words)
        self._makers = Makers(names)
        self.people = People(words, names)
        self.public = self.book(row for table in tables.values() for row in table.public)
        self.tribe_phrases = self.book(row for table in tables.values() for row in table.tribe)
        self.server_phrases = self.book(row for table in tables.values() for row in table.server)
        self.tribe_log = TribeLog(words, self.tribe_phrases)
        beginnings = (row for table in tables.values() for row in table.beginning)
        books = (self.public, self.tribe_phrases, self.server_phrases)
        self.known_words = words.all().union(*(book.words for book in books))
        self.server = ServerLines(beginnings, self.server_phrases)

    def book(self, rows: Iterable[Row]) -> PhraseBook:
        """Return some rows of the tables, ready to be read with."""
        return PhraseBook(Phrase(row.text, self._makers.maker(row), row.constants) for row in rows)


@cache
def grammar() -> Grammar:
    """Return the grammar of the tables beside the code."""
    return Grammar(load_tables())
