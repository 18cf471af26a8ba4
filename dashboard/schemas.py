"""What the dashboard's API answers."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field


class ChangedBase(BaseModel):
    """That a base changed from one save to the next: not whose it is, nor where."""

    at: datetime = Field(description="when the save was written that shows it")
    kind: str = Field(description="`born`, `merged`, `split` or `ended`")
    structures: int = Field(description="how many it has, or had if it is no more")


class ServerCard(BaseModel):
    """A game server as everybody may see it: no names of players, no positions."""

    key: str
    name: str
    game: str = Field(description="`ase` or `asa`")
    map: str
    is_up: bool | None = Field(description="null: not looked at yet")
    since: datetime | None = Field(description="since when it is up or down")
    players: int | None
    source: str | None = Field(description="where the number of players comes from")
    observed_at: datetime | None = Field(description="how old it is")
    problem: str | None
    saved_at: datetime | None = Field(description="when the save in use was written")
    structures: int | None
    tribes: int | None
    bases: int | None
    refused: str | None = Field(description="why a newer save is not in use")
    refused_since: datetime | None = Field(description="when the first one came that is not in use")
    verdict: str | None = Field(description="what the newest save is worth: `good`, `suspect` or `bad`")
    judged_at: datetime | None = Field(description="when that was found")
    unconfirmed: str | None = Field(
        description="why nothing that cannot be undone is decided from the save in use, until the next one agrees"
    )
    changed_bases: list[ChangedBase] = Field(
        description="the newest few of the last 24 hours, growth left out"
    )
    counts: list[tuple[datetime, int]] = Field(description="the players' curve of the last 24 hours")


class CommunityCard(BaseModel):
    """A community and its servers."""

    name: str
    servers: list[ServerCard]


class Overview(BaseModel):
    """Everything the first page shows."""

    at: datetime
    communities: list[CommunityCard]
