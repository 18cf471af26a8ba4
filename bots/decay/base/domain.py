"""How bases may be called, and what is told of their past."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bots.decay.domain import SeenBase, Source, visible_line
from shared.errors import InvalidInputError, NotFoundError
from shared.ids import BaseId, ServerId
from shared.store.bases import NAME_LIMIT, BaseEventRow
from shared.store.servers import GameServer

# So many digits fit into Postgres' bigint, whatever they are.
_ID_DIGITS = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A base that was given a name (or lost it), and how it was called before."""

    base: SeenBase
    before: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What became of a base, and where."""

    event: BaseEventRow
    server: GameServer


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What became of bases, the newest first; ``of_own`` says that those of others are left out."""

    happened: tuple[Happened, ...]
    sources: tuple[Source, ...]
    now: datetime
    of_own: bool
    has_more: bool


def base_id_of(picked: str) -> BaseId:
    """Return which base was picked from the list.

    Raises
    ------
    NotFoundError
        When something else was typed.
    """
    digits = picked.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _ID_DIGITS):
        raise NotFoundError(no_base(picked))
    return BaseId(int(digits))


def no_base(picked: str) -> str:
    """Return what is said where somebody may know of no such base; others' bases are no bases to them."""
    return (
        f"No base of a tribe of yours is {visible_line(picked)[:NAME_LIMIT]!r}. Pick one from the list that appears "
        "while you type. If it stays empty, prove with /link who you are in the game; the next save then "
        "tells your tribe."
    )


def name_of(typed: str) -> str:
    """Return the name that somebody typed; empty takes a base's name away.

    Raises
    ------
    InvalidInputError
        When it is too long.
    """
    name = visible_line(typed)
    if len(name) > NAME_LIMIT:
        message = (
            f"A name has at most {NAME_LIMIT} characters, and this one has {len(name)}. Pick a shorter one."
        )
        raise InvalidInputError(message)
    return name


def happened_on(
    events: Iterable[BaseEventRow], servers: Mapping[ServerId, GameServer]
) -> tuple[Happened, ...]:
    """Return the events of these servers, each with its server."""
    return tuple(
        Happened(event=event, server=servers[event.server_id])
        for event in events
        if event.server_id in servers
    )
