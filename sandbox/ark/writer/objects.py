"""Game objects as a save holds them: class, names, place and properties, the same for both games' writers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sandbox.ark.world import Place
from sandbox.ark.writer.tags import Tag


class Role(StrEnum):
    """What an object is to the engine; the containers write it as flags."""

    ACTOR = "actor"
    """Spawned: structures, creatures, pawns, dropped things."""
    PLACED = "placed"
    """Put there with the level: terminals and the like."""
    MANAGER = "manager"
    """A level's actor without a place of its own."""
    COMPONENT = "component"
    """A part of an actor; its last name is the actor's."""
    ITEM = "item"
    """A thing in an inventory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GameObject:
    """One object of a save."""

    path: str
    names: tuple[str, ...]
    role: Role
    tags: tuple[Tag, ...]
    place: Place | None = None

    @property
    def key(self) -> str:
        """What references to this object say."""
        return "/".join(self.names)

    @property
    def class_name(self) -> str:
        """The class without its path."""
        return self.path.rpartition(".")[2]
