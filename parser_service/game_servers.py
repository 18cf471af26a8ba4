"""The game servers that this process serves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shared.config.community import ServerEntry
from shared.ids import ServerId


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A game server of the community file, with its id in the database."""

    id: ServerId
    entry: ServerEntry

    @property
    def key(self) -> str:
        """Return the key the community file gives it."""
        return self.entry.key

    @property
    def game(self) -> Literal["ase", "asa"]:
        """Return which of the two games it runs."""
        return self.entry.game

    @property
    def number_name(self) -> str:
        """Return the key as metrics spell it."""
        return self.key.replace("-", "_")
