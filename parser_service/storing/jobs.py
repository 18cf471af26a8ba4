"""What goes into a decoding process, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from parser_service.bases.columns import BaseMembers
from parser_service.decay.policy import DecayPolicy
from parser_service.identity import Identity
from parser_service.storing.rows import StructureRows
from parser_service.verdict import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A file to decode, how to read it, how much it may cost, and the file that its columns are to be kept in."""

    path: Path
    saved_at: datetime
    radius: float
    minimum: int
    policy: DecayPolicy
    seconds: float
    memory_bytes: int
    columns_path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveFacts:
    """What a save is, in numbers."""

    game: str
    version: int
    map_name: str
    game_time: float
    structures: int
    objects: int
    objects_failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TribeLine:
    """A tribe as it is stored; ``fingerprint`` changes with anything in it."""

    tribe_id: int
    name: str
    owner_name: str
    members: tuple[str, ...]
    structures: int
    source: str
    fingerprint: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseLine:
    """A base as it is stored, but for its id; ``fingerprint`` changes with anything but the two instants.

    ``hull`` is x, y, x, y …; ``tiers`` is JSON.
    """

    tribe_id: int
    structures: int
    x: float
    y: float
    z: float
    latitude: float | None
    longitude: float | None
    hull: tuple[float, ...]
    tiers: str
    first_decay_at: datetime | None
    last_decay_at: datetime | None
    explanation: str
    fingerprint: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedSave:
    """A decoded save, ready to be stored; ``members`` has the structures of each base, ``structures`` are sorted.

    ``columns_problem`` says why its columns could not be kept; empty when they are.
    """

    facts: SaveFacts
    seconds: float
    tribes: tuple[TribeLine, ...]
    bases: tuple[BaseLine, ...]
    members: BaseMembers
    structures: StructureRows
    verdict_facts: Facts
    identity: Identity = field(default_factory=Identity)
    columns_problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A file that cannot be used, and why, for people to read."""

    reason: str
