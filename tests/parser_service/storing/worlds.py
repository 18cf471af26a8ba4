"""Worlds to store, written by the sandbox's own writer in the games' formats."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from parser_service.decay.policy import DecayPolicy
from parser_service.storing.jobs import Job
from sandbox.ark.life.settle import settle
from sandbox.ark.world import Game, World
from sandbox.ark.writer import write_save

SAVED_AT = datetime(2026, 9, 13, 18, 0, tzinfo=UTC)


def world(game: Game = Game.ASA) -> World:
    """Return a settled world."""
    name = "TheIsland_WP" if game is Game.ASA else "Ragnarok"
    return settle(game=game, map_name=name, seed=7, now=SAVED_AT)


def job(path: Path, *, seconds: float = 60.0, memory_bytes: int = 4 << 30) -> Job:
    """Return the job of decoding a file."""
    return Job(
        path=path,
        saved_at=SAVED_AT,
        radius=3000.0,
        minimum=2,
        policy=DecayPolicy(),
        seconds=seconds,
        memory_bytes=memory_bytes,
        columns_path=path.with_name("columns"),
    )


def write(folder: Path, game: Game = Game.ASA) -> Path:
    """Write a settled world below a folder, and return its path."""
    return write_save(world(game), folder)
