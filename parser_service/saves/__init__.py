"""Save files: bytes in, columns out."""

from parser_service.saves.columns import Coverage, Game, Members, Structures, Tribes, TribeSource, World
from parser_service.saves.errors import SaveError
from parser_service.saves.world import SaveReport, inspect, read_world

__all__ = [
    "Coverage",
    "Game",
    "Members",
    "SaveError",
    "SaveReport",
    "Structures",
    "TribeSource",
    "Tribes",
    "World",
    "inspect",
    "read_world",
]
