"""What somebody in the game is told about their tribe's bases, in one line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bots.decay.domain import Source
from shared.domain.durations import in_words
from shared.store.saves import BaseRow, TribeRow

QUESTION = "!decay"

TRIBES = 2
"""Survivors may share a name across tribes; so many of those are told."""

_NAME = 40


def is_question(text: str) -> bool:
    """Tell whether a line of chat asks."""
    return text.strip().casefold() == QUESTION


def tribes_of(survivor: str, tribes: Sequence[TribeRow]) -> list[TribeRow]:
    """Return the tribes that have a member of this name."""
    name = survivor.strip()
    return [tribe for tribe in tribes if name and name in {member.strip() for member in tribe.members}][
        :TRIBES
    ]


def tribe_answer(tribe: TribeRow, bases: Sequence[BaseRow], source: Source, now: datetime) -> str:
    """Return what a member is told of a tribe's bases; never where they are."""
    name = tribe.name[:_NAME] or "Your tribe"
    if not bases:
        return f"{name}: no base in the save. {_age(source, now)}"
    counted = f"{len(bases)} base{'s' if len(bases) > 1 else ''}"
    instants = [base.first_decay_at for base in bases if base.first_decay_at is not None]
    if not instants:
        return f"{name}: {counted}, no decay known. {_age(source, now)}"
    first = min(instants)
    when = f"in {in_words(first - now)}" if first > now else f"overdue for {in_words(now - first)}"
    return f"{name}: {counted}, first decay {when}. {_age(source, now)}"


def no_tribe_answer(source: Source, now: datetime) -> str:
    """Return what somebody is told whom the save knows as no tribe's member."""
    if source.save is None:
        return "No save of this map has been read yet. Ask again after the next world save."
    return f"You are in no tribe that the save knows. Ask again after the next one. {_age(source, now)}"


def _age(source: Source, now: datetime) -> str:
    if source.save is None:
        return "(no save yet)"
    doubt = ", a newer one was refused" if source.refusal is not None else ""
    return f"(save {in_words(now - source.save.saved_at)} old{doubt})"
