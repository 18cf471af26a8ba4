"""The shapes of a replay's lines: each function makes one line, and says what kind of event it tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from sandbox.ark import lines
from sandbox.ark.life.people import NAMES, TRIBES
from sandbox.ark.life.settle import account_id
from sandbox.ark.lines import Being, Channel, Colour, Line, Voice
from sandbox.ark.world import Game
from shared.domain.events import EventKind

SPECIES = ("Raptor", "Rex", "Ankylosaurus", "Otter", "Griffin", "Aberrant Spino")
STRUCTURES = (
    "Wood Foundation",
    "Refining Forge",
    "Metal Wall",
    "Simple Bed",
    "Da's bed (Bed)",
    "SS Large Storage Box",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the replay."""

    platform: str
    survivor: str
    account: str
    player_id: int
    tribe: str
    tribe_id: int
    level: int

    @property
    def being(self) -> Being:
        """Them, as lines name them."""
        return Being(name=self.survivor, level=self.level, tribe=self.tribe, player_id=self.player_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What a shape may speak of."""

    voice: Voice
    rng: Random
    who: Person
    other: Person
    number: int

    def wild(self) -> Being:
        """Return a wild creature."""
        species = self.rng.choice(SPECIES)
        return Being(name=species, level=self.rng.randrange(1, 31) * 5, species=species)

    def pet(self) -> Being:
        """Return a creature of ours."""
        species = self.rng.choice(SPECIES)
        name = self.rng.choice([species, f"Baby {species}", "Mr. Bones", "44hp"])
        return Being(name=name, level=self.rng.randrange(1, 400), species=species, tribe=self.who.tribe)

    def structure(self) -> str:
        """Return a structure as lines name it."""
        return lines.structure(self.rng.choice(STRUCTURES), is_locked=self.rng.random() < 0.4)

    def ours(self, text: str, colour: Colour | None = None) -> Line:
        """Return a line of our tribe's log."""
        return self._tribe_line(self.who, text, colour)

    def theirs(self, text: str, colour: Colour | None = None) -> Line:
        """Return a line of the other tribe's log."""
        return self._tribe_line(self.other, text, colour)

    def _tribe_line(self, person: Person, text: str, colour: Colour | None) -> Line:
        minutes = self.number % 1440
        stamp = (1 + self.number // 1440, f"{minutes // 60:02}:{minutes % 60:02}:{self.number % 60:02}")
        return lines.tribe_line(self.voice, person.tribe, person.tribe_id, lines.stamped(stamp, text, colour))


Shape: TypeAlias = Callable[[Turn], tuple[EventKind, Line]]


def invent_people(rng: Random, game: Game) -> list[Person]:
    """Return everybody of the replay, two or three to a tribe."""
    tribe_ids = [rng.randrange(1_010_000_000, 1_990_000_000) for _ in TRIBES]
    return [
        Person(
            platform=name.platform,
            survivor=name.survivor,
            account=account_id(game, rng),
            player_id=rng.randrange(100_000_000, 900_000_000),
            tribe=TRIBES[number % len(TRIBES)],
            tribe_id=tribe_ids[number % len(TRIBES)],
            level=rng.randrange(1, 132),
        )
        for number, name in enumerate(NAMES)
    ]


def _server_says(turn: Turn) -> tuple[EventKind, Line]:
    return EventKind.SERVER_CHAT, lines.server_chat(f"restart in {turn.number} minutes")


def _tame(turn: Turn) -> tuple[EventKind, Line]:
    text = f"{turn.who.survivor} Tamed {lines.tamed_text(turn.voice, turn.wild())}!"
    return EventKind.TAMED, turn.ours(text, Colour.GREEN)


def _tame_public(turn: Turn) -> tuple[EventKind, Line]:
    return EventKind.TAMED, lines.tamed_public(turn.voice, turn.who.survivor, turn.who.tribe, turn.wild())


def _claim(turn: Turn) -> tuple[EventKind, Line]:
    text = f"{turn.who.survivor} claimed '{lines.called(turn.voice, turn.pet())}'!"
    return EventKind.CLAIMED, turn.ours(text, Colour.PURPLE)


def _unclaim(turn: Turn) -> tuple[EventKind, Line]:
    text = f"{turn.who.survivor} unclaimed '{lines.called(turn.voice, turn.pet())}'!"
    return EventKind.UNCLAIMED, turn.ours(text, Colour.YELLOW)


def _death_public(turn: Turn) -> tuple[EventKind, Line]:
    return EventKind.KILLED, lines.death_public(turn.voice, turn.who.being, turn.wild())


def _murder_public(turn: Turn) -> tuple[EventKind, Line]:
    return EventKind.KILLED, lines.death_public(turn.voice, turn.who.being, turn.other.being)


def _accident_public(turn: Turn) -> tuple[EventKind, Line]:
    return EventKind.KILLED, lines.death_public(turn.voice, turn.who.being, None)


def _pet_killed_public(turn: Turn) -> tuple[EventKind, Line]:
    return EventKind.KILLED, lines.death_public(turn.voice, turn.pet(), turn.other.being)


def _death_of_ours(turn: Turn) -> tuple[EventKind, Line]:
    killer = turn.rng.choice([turn.wild(), turn.other.being, None])
    return EventKind.KILLED, turn.ours(lines.death_of_ours(turn.voice, turn.who.being, killer), Colour.RED)


def _pet_of_ours(turn: Turn) -> tuple[EventKind, Line]:
    killer = turn.rng.choice([turn.wild(), turn.other.being, None])
    return EventKind.KILLED, turn.ours(lines.death_of_ours(turn.voice, turn.pet(), killer), Colour.RED)


def _kill_by_them(turn: Turn) -> tuple[EventKind, Line]:
    victim = turn.rng.choice([turn.pet(), turn.who.being])
    return EventKind.KILLED, turn.theirs(lines.kill_by_us(turn.voice, victim), Colour.PURPLE)


def _freeze(turn: Turn) -> tuple[EventKind, Line]:
    pet = turn.pet()
    what = turn.rng.choice([pet.name, lines.called(turn.voice, pet)])
    return EventKind.FROZEN, turn.ours(f"{turn.who.survivor} froze {what}")


def _starve(turn: Turn) -> tuple[EventKind, Line]:
    return EventKind.STARVED, turn.ours(f"{lines.called(turn.voice, turn.pet())} starved to death!")


def _upload(turn: Turn) -> tuple[EventKind, Line]:
    pet = turn.pet()
    text = f"{turn.who.survivor} uploaded a {pet.species}: {pet.name} - {turn.voice.level} {pet.level}"
    return EventKind.TRANSFERRED, turn.ours(text, Colour.UPLOAD)


def _download(turn: Turn) -> tuple[EventKind, Line]:
    pet = turn.pet()
    text = f"{turn.who.survivor} downloaded a dino: {pet.name} - {turn.voice.level} {pet.level}"
    return EventKind.TRANSFERRED, turn.ours(text, Colour.DOWNLOAD)


def _destroyed(turn: Turn) -> tuple[EventKind, Line]:
    return EventKind.STRUCTURE_DESTROYED, turn.ours(f"Your '{turn.structure()}' was destroyed!", Colour.RED)


def _destroyed_by(turn: Turn) -> tuple[EventKind, Line]:
    attacker = turn.rng.choice(
        ["C4 Charge", f"{turn.other.survivor} - {turn.voice.level} {turn.other.level}"]
    )
    return EventKind.STRUCTURE_DESTROYED, turn.ours(
        f"{attacker} destroyed your '{turn.structure()}'!", Colour.RED
    )


def _destroyed_theirs(turn: Turn) -> tuple[EventKind, Line]:
    attacker = turn.rng.choice(["C4 Charge", f"{turn.who.survivor} - {turn.voice.level} {turn.who.level}"])
    text = f"{attacker} destroyed their '{turn.structure()} ({turn.other.tribe})')!"
    return EventKind.STRUCTURE_DESTROYED, turn.ours(text, Colour.ORANGE)


def _demolish(turn: Turn) -> tuple[EventKind, Line]:
    # Newer ASA builds say where.
    where = turn.rng.choice(["", " at -347214 387800 -51074 178.01 0.00"])
    text = f"{turn.who.survivor} demolished a '{turn.structure()}'{where}!"
    return EventKind.DEMOLISHED, turn.ours(text, Colour.YELLOW)


def _decay(turn: Turn) -> tuple[EventKind, Line]:
    return EventKind.DECAYED, turn.ours(f"Your '{turn.structure()}' was auto-decay destroyed!", Colour.RED)


def _joined_tribe(turn: Turn) -> tuple[EventKind, Line]:
    who, by = turn.who, turn.rng.choice([None, (turn.other.survivor, turn.other.player_id)])
    return EventKind.TRIBE_JOINED, lines.tribe_joined_public(
        who.survivor, who.player_id, who.tribe, who.tribe_id, by
    )


def _left_tribe(turn: Turn) -> tuple[EventKind, Line]:
    who, by = turn.who, turn.rng.choice([None, (turn.other.survivor, turn.other.player_id)])
    return EventKind.TRIBE_LEFT, lines.tribe_left_public(
        who.survivor, who.player_id, who.tribe, who.tribe_id, by
    )


def _added(turn: Turn) -> tuple[EventKind, Line]:
    by = turn.rng.choice(["", f" by {turn.other.survivor}"])
    return EventKind.TRIBE_JOINED, turn.ours(f"{turn.who.survivor} was added to the Tribe{by}!", Colour.CYAN)


def _removed(turn: Turn) -> tuple[EventKind, Line]:
    by = turn.rng.choice(["", f" by {turn.other.survivor}"])
    return EventKind.TRIBE_LEFT, turn.ours(
        f"{turn.who.survivor} was removed from the Tribe{by}!", Colour.YELLOW
    )


def _promoted(turn: Turn) -> tuple[EventKind, Line]:
    text = f"{turn.who.survivor} was promoted to a Tribe Admin by {turn.other.survivor}!"
    return EventKind.TRIBE, turn.ours(text, Colour.BLUE)


def _merged(turn: Turn) -> tuple[EventKind, Line]:
    text = f"Tribe of {turn.who.survivor} tribe was merged in by {turn.who.survivor}!"
    return EventKind.TRIBE, turn.ours(text, Colour.CYAN)


def _soul(turn: Turn) -> tuple[EventKind, Line]:
    pet = turn.pet()
    text = f"{pet.name} Female (Lvl {pet.level} {pet.species}) Soul was destroyed by {turn.who.survivor}!"
    return EventKind.TRIBE, turn.ours(text, Colour.SOUL)


def _captured(turn: Turn) -> tuple[EventKind, Line]:
    pet = turn.pet()
    text = f"{pet.name} (F - lvl {pet.level}) (244159517, {turn.number}) captured by {turn.who.survivor}"
    return EventKind.TRIBE, turn.ours(text)


def _command(turn: Turn) -> tuple[EventKind, Line]:
    text = turn.rng.choice(["Fly", "", 'GMSummon "Gigant_Character_BP_C" 300', "TeleportToPlayer 685611945 "])
    who = turn.who
    return EventKind.ADMIN_COMMAND, lines.admin_command(text, who.platform, who.player_id, who.account)


def _saving(_: Turn) -> tuple[EventKind, Line]:
    return EventKind.SERVER_LINE, Line("Saving world...")


def _saved(turn: Turn) -> tuple[EventKind, Line]:
    return EventKind.WORLD_SAVED, Line(f"World Save Complete. Took: {turn.rng.random():.6f}")


def _unknown(turn: Turn) -> tuple[EventKind, Line]:
    return EventKind.UNKNOWN, Line(f"Something nobody has seen before happened {turn.number} times")


def _mission(turn: Turn) -> tuple[EventKind, Line]:
    text = f"Mission Started: The Volcano by Player: {turn.who.platform}."
    return EventKind.SERVER_LINE, Line(text, Channel.ENGINE)


SHAPES: tuple[Shape, ...] = (
    _server_says,
    _tame,
    _tame_public,
    _claim,
    _unclaim,
    _death_public,
    _murder_public,
    _accident_public,
    _pet_killed_public,
    _death_of_ours,
    _pet_of_ours,
    _kill_by_them,
    _freeze,
    _starve,
    _upload,
    _download,
    _destroyed,
    _destroyed_by,
    _destroyed_theirs,
    _demolish,
    _decay,
    _joined_tribe,
    _left_tribe,
    _added,
    _removed,
    _promoted,
    _merged,
    _soul,
    _captured,
    _command,
    _saving,
    _saved,
    _unknown,
    _mission,
)
