"""Territories to draw."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from parser_service.bases.hull import hulls
from parser_service.pictures.domain import Colouring, Drawing, Form, Territory

NOW = datetime(2026, 9, 13, 18, 20, tzinfo=UTC)


def territory(
    tribes: int, bases: int, *, seed: int = 1, is_geographic: bool = True, names: dict[int, str] | None = None
) -> Territory:
    """Return some tribes' bases, near each tribe's home."""
    rng = np.random.default_rng(seed)
    owner = np.sort(rng.integers(0, max(tribes, 1), bases))
    homes = rng.uniform(8, 92, (max(tribes, 1), 2))
    sizes = rng.integers(1, 12, bases)
    starts = np.append(0, np.cumsum(sizes))
    spread = np.repeat(rng.uniform(0.01, 1.0, bases), sizes)
    centres = np.repeat(homes[owner] + rng.normal(0, 4, (bases, 2)), sizes, axis=0)
    points = centres + rng.normal(0, 1, (int(starts[-1]), 2)) * spread[:, None]
    corners, corner_starts = hulls(points[:, 0].copy(), points[:, 1].copy(), starts)
    return Territory(
        saved_at=NOW - timedelta(minutes=18),
        is_geographic=is_geographic,
        tribe_id=owner.astype(np.int64) + 1000,
        structures=rng.geometric(0.01, bases).astype(np.int64),
        starts=corner_starts,
        corners=points[corners] * (1.0 if is_geographic else 4000.0),
        decays_at=np.where(
            rng.random(bases) < 0.2, np.nan, NOW.timestamp() + rng.uniform(-2, 14, bases) * 86_400
        ),
        names=names if names is not None else {1000 + number: f"Tribe {number}" for number in range(tribes)},
    )


def drawing(*frames: Territory, **values: Any) -> Drawing:
    """Return a drawing of territories."""
    usual: dict[str, Any] = {
        "title": "The Island · territory",
        "colouring": Colouring.TRIBE,
        "form": Form.PNG,
        "now": NOW,
    }
    return Drawing(frames=frames, **usual | values)
