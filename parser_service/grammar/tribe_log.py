"""Entries of the tribes' logs outside the server's log: in saves, and as players quote them."""

from __future__ import annotations

from parser_service.grammar.book import grammar
from shared.domain.events import GameEvent, TribeStamp
from shared.ids import TribeId


def read_tribe_entry(entry: str, *, tribe: str, tribe_id: TribeId | None) -> GameEvent:
    """Return the event of "Day 3, 01:02:03: text", one entry of the log that a tribe's file or a save holds."""
    return grammar().tribe_log.read_entry(entry, tribe=tribe, tribe_id=tribe_id)


def read_tribe_text(text: str, stamp: TribeStamp) -> GameEvent:
    """Return the event of an entry's text alone, as players read it in the game."""
    return grammar().tribe_log.read_text(text, stamp)
