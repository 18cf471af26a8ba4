"""The tables of the grammar, read from ``tables/*.toml`` and checked."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict

from shared.domain.event_kinds import ServerTopic, TribeAction

Game: TypeAlias = Literal["ase", "asa"]

FOLDER = Path(__file__).with_name("tables")


def _exactly(names: type[StrEnum]) -> BeforeValidator:
    """Return what refuses a word that is not in a set, where the set itself takes it for its catch-all."""

    def check(word: object) -> object:
        if word not in {member.value for member in names}:
            raise ValueError(f"{word!r} is no {names.__name__}")
        return word

    return BeforeValidator(check)


class _Checked(BaseModel):
    """A part of a table; a key that nobody reads is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Row(_Checked):
    """One line as the game writes it, blanks in braces, and the event it makes; ``gives`` is what ``example`` gives."""

    text: str
    event: str
    action: Annotated[TribeAction, _exactly(TribeAction)] | None = None
    cause: str | None = None
    example: str
    gives: dict[str, Any]

    @property
    def constants(self) -> dict[str, str]:
        """Return what the event holds beside what stands in the blanks."""
        held = {"action": self.action, "cause": self.cause}
        return {name: value for name, value in held.items() if value is not None}


class Beginning(_Checked):
    """How a line begins in which the server speaks of itself, and what it is about."""

    begins: str
    topic: Annotated[ServerTopic, _exactly(ServerTopic)]
    example: str


class Words(_Checked):
    """What the game writes around names, in one language or in all of them."""

    level_marks: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    locks: tuple[str, ...] = ()
    tribe_prefixes: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    def all(self) -> frozenset[str]:
        """Return every word there is."""
        return frozenset(
            word for name in type(self).model_fields for text in getattr(self, name) for word in text.split()
        )


class Table(_Checked):
    """What one file holds: one language's rows, or a mod's."""

    language: str
    games: tuple[Game, ...]
    words: Words = Words()
    tribe: tuple[Row, ...] = ()
    public: tuple[Row, ...] = ()
    server: tuple[Row, ...] = ()
    beginning: tuple[Beginning, ...] = ()


def load_tables(folder: Path = FOLDER) -> dict[str, Table]:
    """Return the tables by file name; a table that cannot be read raises ``ValueError`` with its name."""
    return {path.stem: _load(path) for path in sorted(folder.glob("*.toml"))}


def all_words(tables: Iterable[Table]) -> Words:
    """Return the words of all languages: servers mix them."""
    words = [table.words for table in tables]
    return Words(
        **{name: tuple(word for one in words for word in getattr(one, name)) for name in Words.model_fields}
    )


def _load(path: Path) -> Table:
    try:
        return Table.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:
        raise ValueError(f"The grammar's table {path.name} cannot be read: {error}") from error
