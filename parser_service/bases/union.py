"""Joins things into components: union by minimum label, for many edges at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

IndexArray = NDArray[np.int64]


class Components:
    """A forest over ``count`` nodes; the root of a component is its smallest node.

    Notes
    -----
    Edges are hooked larger root to smaller, so there can be no cycle; each round at least halves the roots that
    edges still touch, and only those edges are looked at again.
    """

    def __init__(self, count: int) -> None:
        self._parent = np.arange(count, dtype=np.int64)

    def roots(self, nodes: IndexArray) -> IndexArray:
        """Return the roots of the given nodes."""
        root = self._parent[nodes]
        while True:
            above = self._parent[root]
            if np.array_equal(above, root):
                break
            root = above
        self._parent[nodes] = root
        return root

    def join(self, left: IndexArray, right: IndexArray) -> None:
        """Join the two ends of every edge."""
        while len(left):
            left, right = self.roots(left), self.roots(right)
            apart = left != right
            left, right = left[apart], right[apart]
            np.minimum.at(self._parent, np.maximum(left, right), np.minimum(left, right))

    def all_roots(self) -> IndexArray:
        """Return the root of every node."""
        while True:
            above = self._parent[self._parent]
            if np.array_equal(above, self._parent):
                return self._parent
            self._parent = above
