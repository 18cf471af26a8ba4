"""Chance: a game's dice, the same throws for the same seed."""

from __future__ import annotations

from random import Random


def dice(*seed: object) -> Random:
    """Return a generator that depends on nothing but the seed's parts."""
    return Random("/".join(str(part) for part in seed))  # noqa: S311 - a game's chance, nothing secret
