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
    player_count: int
    players: tuple[str, ...] | None = Field(description="Their names; for staff alone.")
    source: str
    observed_at: datetime
    problem: str | None


class FromSave(Answer):
    """What a save says, which save that is, how old it is, and what it is worth.

    ``stale``: it is good and in use, and a newer file could not be used.
    """

    save_id: int
    saved_at: datetime
    verdict: Literal["good", "stale", "suspect", "bad"]


class Save(Answer):
    """A decoded save, and what it is worth."""

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
    verdict: Literal["good", "suspect", "bad"]
    reason: str | None = Field(description="What was noticed; for staff alone.")
    feeds: bool = Field(description="Whether what cannot be undone may be decided from it.")
    columns_kept: bool = Field(description="Whether its rows can still be asked for.")
    accepted_at: datetime | None = Field(description="When somebody vouched for it in spite of the verdict.")


class SaveDetail(Save):
    """A save, and who vouched for it."""

    is_in_use: bool
    accepted_by: str | None


class Coverage(FromSave):
    """How much of a save was understood."""

    objects_seen: int
    objects_walked: int = Field(description="Objects that were looked into, for what was asked of them.")
    objects_failed: int
    understood_share: float = Field(description="Share of the bytes of these, 0 to 1.")
    unknown_classes: int
    objects_of_unknown_kinds: int
    names: int
    damaged_names: int
    doubled_objects: int
    doubled_ids: int
    faults: dict[str, int] = Field(description="Damaged objects, by how they are damaged.")
    notes: tuple[str, ...]


class Verdict(FromSave):
    """What a save is worth, and why."""

    reason: str
    feeds: bool
    is_in_use: bool
    accepted_at: datetime | None
    accepted_by: str | None


class UploadTaken(Answer):
    """An upload that will be decoded; the list of saves, or of the save in use, shows what became of it."""

    saved_at: datetime
    bytes: int


class Refused(Answer):
    """A file that could not be used, and why."""

    refused_at: datetime
    reason: str | None = Field(description="Why; for staff alone.")


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
    structures: int
    owner_name: str | None = Field(description="``null`` where the token shows no names of players.")
    members: tuple[str, ...] | None = Field(description="As above.")


class Member(Answer):
    """A member of a tribe."""

    player_id: int | None
    name: str
    rank: int | None
    rank_name: str | None
    is_admin: bool


class Ally(Answer):
    """A tribe in an alliance."""

    tribe_id: int
    name: str | None


class Alliance(Answer):
    """An alliance of a tribe, as the tribe's own data tells it."""

    alliance_id: int
    name: str
    tribes: tuple[Ally, ...]


class TribeDetail(FromSave):
    """A tribe with its members and its alliances."""

    tribe_id: int
    name: str
    structures: int
    owner_player_id: int | None
    owner_name: str | None
    source: Literal["tribe_file", "save", "owner_names"]
    members: tuple[Member, ...]
    alliances: tuple[Alliance, ...]


class TribeLog(FromSave):
    """A page of a tribe's log, as the game wrote it, oldest first."""

    tribe_id: int
    total: int
    next_after: int | None
    lines: tuple[str, ...]


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
    name: str | None = Field(description="How its owners call it.")


class Bases(FromSave):
    """A page of bases; ``next_after`` is what to ask with for the next page."""

    bases: tuple[Base, ...]
    next_after: int | None


class OneBase(FromSave):
    """A base."""

    base: Base


class BaseEvent(Answer):
    """What became of a base between two saves; numbers are of structures."""

    id: int
    save_id: int
    base_id: int
    occurred_at: datetime
    kind: Literal["born", "grown", "shrunk", "merged", "split", "ended"]
    tribe_id: int
    other_base_id: int | None = Field(description="The base it was merged into, or split from.")
    before: int
    after: int
    shared: int


class BaseEvents(FromSave):
    """A page of what became of bases, in order; ``next_after`` is what to ask with for the next page."""

    events: tuple[BaseEvent, ...]
    next_after: int | None


class Tribes(FromSave):
    """The tribes of a server."""

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


class Gap(Answer):
    """A time whose lines could not be read when they came; with ``recovered_at`` none of them is missing any more."""

    id: int
    source: str
    began_at: datetime
    ended_at: datetime
    reason: str
    recorded_at: datetime
    recovered: int
    recovered_at: datetime | None


class Gaps(Answer):
    """A page of gaps, the newest first; ``next_before`` is what to ask with for the next page."""

    gaps: tuple[Gap, ...]
    next_before: int | None


class UnknownLine(Answer):
    """Lines that nobody knows and that differ in names and numbers alone; ``pattern`` is what they share."""

    pattern: str
    example: str
    count: int
    last_at: datetime
