"""What people do in the game, from outside: a test, the console, or anything else that plays."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from sandbox.ark import lines
from sandbox.ark.life import arrivals, hunts, works
from sandbox.ark.life.build import extend_base
from sandbox.ark.life.scene import Scene
from sandbox.ark.lines import Line
from sandbox.ark.world import Creature, Structure, Survivor
from shared.errors import InvalidInputError, NotFoundError

# More than anybody types; the game's own limit is not known.
CHAT_LIMIT = 4000


class Acting(ABC):
    """A server in which survivors, named by survivor, platform name or account, can act."""

    @property
    @abstractmethod
    def scene(self) -> Scene:
        """The world as acts see it."""

    @abstractmethod
    def emit(self, lines: Sequence[Line]) -> None:
        """Let lines be written, shown and readable by RCON."""

    def survivor(self, who: str) -> Survivor:
        """Return a survivor by their name, their platform name, or their account."""
        for survivor in self.scene.world.survivors.values():
            if who in {survivor.name, survivor.platform_name, survivor.account}:
                return survivor
        message = f"Nobody is called {who!r} here."
        raise NotFoundError(message)

    def join(self, who: str) -> None:
        """Let somebody join."""
        self.emit(arrivals.join(self.scene, self.survivor(who)))

    def leave(self, who: str, *, has_id: bool = True) -> None:
        """Let somebody leave; without ``has_id`` the line bears an empty account, as ASA's sometimes do."""
        self.emit(arrivals.leave(self.scene, self.survivor(who), has_id=has_id))

    def say(self, who: str, text: str) -> None:
        """Let somebody say something in global chat; they join first if they are not on."""
        if not text.strip() or len(text) > CHAT_LIMIT or len(text.splitlines()) > 1:
            message = f"Say something of 1 to {CHAT_LIMIT} characters, in one line."
            raise InvalidInputError(message)
        survivor = self.survivor(who)
        if survivor.player_id not in self.scene.world.online:
            self.join(who)
        self.emit(arrivals.say(self.scene, survivor, text))

    def tame(self, who: str) -> None:
        """Let somebody tame a wild creature."""
        self.emit(hunts.tame(self.scene, self.survivor(who)))

    def kill(self, who: str, by: str | Creature | None = None) -> None:
        """Let somebody die: of nothing said, of a creature, or of another survivor."""
        killer = self.survivor(by) if isinstance(by, str) else by
        self.emit(hunts.survivor_dies(self.scene, self.survivor(who), killer))

    def build(self, who: str) -> Structure:
        """Let somebody add a piece to a base of theirs; the game logs nothing of it."""
        scene, survivor = self.scene, self.survivor(who)
        for base in scene.world.bases.values():
            if base.team == survivor.team:
                return extend_base(scene.world, scene.rng, base, placer=survivor.player_id, now=scene.now)
        message = f"{who!r} has no base."
        raise NotFoundError(message)

    def demolish(self, who: str, structure: Structure) -> None:
        """Let somebody take down a structure of theirs."""
        self.emit(works.demolish(self.scene, self.survivor(who), structure))

    def write_line(self, text: str, *, is_engine: bool = False) -> None:
        """Write any line at all into the log, as games and mods nobody knows do."""
        self.emit([Line(text, lines.Channel.ENGINE if is_engine else lines.Channel.GAME)])
