"""What the dashboard's API answers."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field


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
    counts: list[tuple[datetime, int]] = Field(description="the players' curve of the last 24 hours")


class CommunityCard(BaseModel):
    """A community and its servers."""

    name: str
    servers: list[ServerCard]


class Overview(BaseModel):
    """Everything the first page shows."""

    at: datetime
    communities: list[CommunityCard]
