"""The events of the game: one frozen class per kind, and their form in the database.

An event says what one line of a log (or of chat) told; when it happened and on which server are columns beside it.
A line of a tribe's own log carries a ``stamp``; the same fact may also be told by a public line without one
(a kill is up to three lines), so a reader that counts things counts the public lines, ``stamp is None``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import ClassVar, TypeAlias, get_args

from shared.domain.dataclass_json import JSON, from_json, to_json
from shared.domain.event_kinds import Audience, Direction, EventKind, FighterKind, ServerTopic, TribeAction
from shared.domain.event_parts import Creature, Fighter, Position, Structure, SurvivorId, TribeStamp
from shared.ids import PlatformId, TribeId

__all__ = [
    "JSON", "AdminCommand", "Audience", "Chat", "Claimed", "Creature", "Decayed", "Demolished", "Direction",
    "EventKind", "Fighter", "FighterKind", "Frozen", "GameEvent", "Joined", "Killed", "Left", "Position",
    "ServerChat", "ServerLine", "ServerStarted", "ServerTopic", "Starved", "Structure", "StructureDestroyed",
    "SurvivorId", "Tamed", "Transferred", "TribeAction", "TribeJoined", "TribeLeft", "TribeLine", "TribeStamp",
    "Unclaimed", "Unknown", "WorldSaved", "audience_of", "decode", "encode",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """Somebody said something that everybody on the map can read."""

    kind: ClassVar[EventKind] = EventKind.CHAT
    platform_name: str
    survivor: str
    text: str
    platform_id: PlatformId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerChat:
    """The server said something in chat: an admin, a tool, or the game itself."""

    kind: ClassVar[EventKind] = EventKind.SERVER_CHAT
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A player joined the map; ASE lines bear no id."""

    kind: ClassVar[EventKind] = EventKind.JOINED
    platform_name: str
    platform_id: PlatformId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A player left the map; the id may be missing on ASA too."""

    kind: ClassVar[EventKind] = EventKind.LEFT
    platform_name: str
    platform_id: PlatformId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tamed:
    """A creature was tamed; no survivor where the line says "Your Tribe"."""

    kind: ClassVar[EventKind] = EventKind.TAMED
    creature: Creature
    survivor: str | None = None
    tribe: str | None = None
    stamp: TribeStamp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A survivor claimed a creature."""

    kind: ClassVar[EventKind] = EventKind.CLAIMED
    survivor: str
    creature: Creature
    stamp: TribeStamp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclaimed:
    """A survivor gave a creature up."""

    kind: ClassVar[EventKind] = EventKind.UNCLAIMED
    survivor: str
    creature: Creature
    stamp: TribeStamp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Killed:
    """Somebody died. ``is_own_victory`` marks the line in the killer's tribe's log ("Your Tribe killed …").

    ``killer_survivor_id`` is the KillerSID of ASA's public lines: the survivor behind the killer, also when it rode.
    ``cause`` is what killed where that is no fighter, such as the world barrier.
    """

    kind: ClassVar[EventKind] = EventKind.KILLED
    victim: Fighter
    killer: Fighter | None = None
    killer_survivor_id: SurvivorId | None = None
    cause: str | None = None
    position: Position | None = None
    is_own_victory: bool = False
    stamp: TribeStamp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """A survivor put a creature into a cryopod."""

    kind: ClassVar[EventKind] = EventKind.FROZEN
    survivor: str
    creature: Creature
    stamp: TribeStamp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Starved:
    """A creature starved to death."""

    kind: ClassVar[EventKind] = EventKind.STARVED
    creature: Creature
    stamp: TribeStamp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferred:
    """A survivor moved a creature to or from the cluster."""

    kind: ClassVar[EventKind] = EventKind.TRANSFERRED
    direction: Direction
    survivor: str
    creature: Creature
    stamp: TribeStamp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureDestroyed:
    """A structure was destroyed. ``is_own_victory`` marks the attackers' log ("… destroyed their …")."""

    kind: ClassVar[EventKind] = EventKind.STRUCTURE_DESTROYED
    structure: Structure
    attacker: Fighter | None = None
    cause: str | None = None
    is_own_victory: bool = False
    stamp: TribeStamp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Demolished:
    """A survivor took down a structure of the own tribe."""

    kind: ClassVar[EventKind] = EventKind.DEMOLISHED
    survivor: str
    structure: Structure
    position: Position | None = None
    stamp: TribeStamp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decayed:
    """A structure fell to decay."""

    kind: ClassVar[EventKind] = EventKind.DECAYED
    structure: Structure
    stamp: TribeStamp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TribeJoined:
    """A survivor became a member of a tribe; ``by`` is who added or invited them."""

    kind: ClassVar[EventKind] = EventKind.TRIBE_JOINED
    survivor: str
    tribe: str
    survivor_id: SurvivorId | None = None
    tribe_id: TribeId | None = None
    by: str | None = None
    by_id: SurvivorId | None = None
    stamp: TribeStamp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TribeLeft:
    """A survivor is no member of a tribe any more; ``by`` is who removed them."""

    kind: ClassVar[EventKind] = EventKind.TRIBE_LEFT
    survivor: str
    tribe: str
    survivor_id: SurvivorId | None = None
    tribe_id: TribeId | None = None
    by: str | None = None
    by_id: SurvivorId | None = None
    stamp: TribeStamp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TribeLine:
    """Any other line of a tribe's log; ``text`` is the line without its stamp and colour."""

    kind: ClassVar[EventKind] = EventKind.TRIBE
    stamp: TribeStamp
    text: str
    action: TribeAction = TribeAction.OTHER
    survivor: str | None = None
    by: str | None = None
    creature: Creature | None = None
    other_tribe: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminCommand:
    """Somebody with admin rights ran a command; passwords in it are masked."""

    kind: ClassVar[EventKind] = EventKind.ADMIN_COMMAND
    command: str
    platform_name: str | None = None
    survivor_id: SurvivorId | None = None
    platform_id: PlatformId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStarted:
    """The game server has loaded its map."""

    kind: ClassVar[EventKind] = EventKind.SERVER_STARTED
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldSaved:
    """The game server has written its world."""

    kind: ClassVar[EventKind] = EventKind.WORLD_SAVED
    took_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerLine:
    """The game server spoke of itself; addresses and passwords are masked."""

    kind: ClassVar[EventKind] = EventKind.SERVER_LINE
    topic: ServerTopic
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A line that the grammar does not know, or is not sure of; addresses and passwords are masked."""

    kind: ClassVar[EventKind] = EventKind.UNKNOWN
    text: str = ""


GameEvent: TypeAlias = (
    Chat | ServerChat | Joined | Left | Tamed | Claimed | Unclaimed | Killed | Frozen | Starved | Transferred
    | StructureDestroyed | Demolished | Decayed | TribeJoined | TribeLeft | TribeLine | AdminCommand
    | ServerStarted | WorldSaved | ServerLine | Unknown
)  # fmt: skip
"""Any event of the game."""

_STAFF_ONLY = frozenset({EventKind.ADMIN_COMMAND, EventKind.SERVER_LINE, EventKind.UNKNOWN})


def audience_of(event: GameEvent) -> Audience:
    """Return whom an event concerns: a tribe's log is that tribe's alone."""
    if event.kind in _STAFF_ONLY:
        return Audience.STAFF
    return Audience.TRIBE if getattr(event, "stamp", None) is not None else Audience.EVERYONE


def encode(event: GameEvent) -> tuple[EventKind, dict[str, JSON]]:
    """Return the kind and the data to store; what is ``None`` is left out."""
    return event.kind, to_json(event)


def decode(kind: str, data: Mapping[str, JSON]) -> GameEvent:
    """Return the event that was stored.

    Keys and kinds of a newer writer are ignored and read as unknown; a missing or ill-typed value that an event
    cannot be without raises ``ValueError``.
    """
    return from_json(_classes()[EventKind(kind)], data)


@cache
def _classes() -> dict[EventKind, type[GameEvent]]:
    return {cls.kind: cls for cls in get_args(GameEvent)}
