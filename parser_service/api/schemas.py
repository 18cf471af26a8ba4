"""What the API answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Answer(BaseModel):
    """Something the API answers."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Problem(Answer):
    """Why a request failed (RFC 9457). ``code`` is stable; documentation explains it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    reference: str | None = Field(
        default=None, description="Names the line in the service's log, where it is our fault."
    )


class Health(Answer):
    """Whether the service does its job."""

    status: Literal["ok", "starting", "degraded"]
    detail: str = ""


class State(Answer):
    """The latest look at a game server: what was seen, by which source, and when."""

    is_up: bool
    since: datetime
    players: tuple[str, ...]
    source: str
    observed_at: datetime
    problem: str | None


class Save(Answer):
    """A decoded save."""

    id: int
    content_hash: str
    saved_at: datetime
    decoded_at: datetime
    game: str
    version: int
    map: str
    game_time: float = Field(description="Seconds of the world's own clock.")
    structures: int
    tribes: int
    bases: int
    objects: int
    objects_failed: int
    seconds: float = Field(description="How long decoding took.")


class Refused(Answer):
    """A file that could not be used, and why."""

    refused_at: datetime
    reason: str


class CurrentSave(Answer):
    """What a server's tribes and bases come from. ``refused`` is a newer file that could not be used."""

    verdict: Literal["good", "stale", "none"]
    save: Save | None
    refused: Refused | None


class Server(Answer):
    """A game server of the community."""

    key: str
    name: str
    game: str
    map: str
    cluster: str
    state: State | None = Field(description="Absent until the server was looked at for the first time.")


class Tribe(Answer):
    """A tribe of a server."""

    tribe_id: int
    name: str
    owner_name: str
    members: tuple[str, ...]
    structures: int


class Base(Answer):
    """A base: structures of one tribe, joined by nearness. Its id stays the same from save to save."""

    id: int
    tribe_id: int
    tribe_name: str
    structures: int
    x: float
    y: float
    z: float
    latitude: float | None = Field(description="Absent on a map whose grid is not known.")
    longitude: float | None
    hull: tuple[tuple[float, float], ...] = Field(
        description="Corners in Unreal units, counter-clockwise seen from above."
    )
    tiers: dict[str, int]
    first_decay_at: datetime | None
    last_decay_at: datetime | None
    explanation: str


class Bases(Answer):
    """A page of bases; ``next_after`` is what to ask with for the next page."""

    save_id: int
    saved_at: datetime
    bases: tuple[Base, ...]
    next_after: int | None


class Tribes(Answer):
    """The tribes of a server."""

    save_id: int
    saved_at: datetime
    tribes: tuple[Tribe, ...]


class Event(Answer):
    """One line of what happened. ``seq`` has no holes within a server."""

    seq: int
    occurred_at: datetime
    kind: str
    data: dict[str, Any]
    raw: str
    source: str


class Events(Answer):
    """A page of events; ``next_after`` is what to ask with for the next page."""

    events: tuple[Event, ...]
    last_seq: int
    next_after: int


class UnknownLine(Answer):
    """Lines that nobody knows and that differ in numbers alone."""

    pattern: str
    example: str
    count: int
    last_at: datetime
