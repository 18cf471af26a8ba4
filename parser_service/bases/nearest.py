"""Keeps, of many candidates that come in batches, the nearest one of each thing."""

from __future__ import annotations

import numpy as np

from parser_service.bases.boxes import Float64Array
from parser_service.bases.union import IndexArray


class Nearest:
    """The nearest candidate of each of ``count`` things so far; the lowest number of those equally near."""

    def __init__(self, count: int) -> None:
        self.number: IndexArray = np.full(count, -1, dtype=np.int64)
        """Which candidate it is, -1 for none."""
        self._apart = np.full(count, np.inf)

    def offer(self, things: IndexArray, candidates: IndexArray, distance: Float64Array) -> None:
        """Take note of how far candidates are from things."""
        order = np.lexsort((candidates, distance, things))
        things, candidates, distance = things[order], candidates[order], distance[order]
        best = np.append(True, things[1:] != things[:-1])[: len(things)]
        things, candidates, distance = things[best], candidates[best], distance[best]
        first = (distance == self._apart[things]) & (candidates < self.number[things])
        better = (distance < self._apart[things]) | first
        self._apart[things[better]] = distance[better]
        self.number[things[better]] = candidates[better]
