"""Counts, while a world is read, how much of it was understood."""

from __future__ import annotations

from collections import Counter
from typing import Final

import numpy as np

from parser_service.saves.columns import BoolArray, ByteArray, Coverage, Int64Array
from parser_service.saves.errors import DamagedSaveError
from parser_service.saves.walk import FAULT_TEXTS, Fault

# Below this many failures, or this share of them, a world is served with its coverage; above, it is refused.
_FEW_FAILURES: Final = 16
_REFUSED_SHARE: Final = 0.5


class Tally:
    """The running counts of one world."""

    def __init__(self) -> None:
        self.seen = 0
        self.walked = 0
        self.failed = 0
        self.bytes_seen = 0
        self.bytes_understood = 0
        self.errors: Counter[str] = Counter()

    def add(self, fault: ByteArray, sizes: Int64Array) -> None:
        """Count walked objects, whose lists have these sizes."""
        good: BoolArray = fault == Fault.NONE
        self.walked += len(fault)
        self.failed += int(np.count_nonzero(~good))
        self.bytes_seen += int(sizes.sum())
        self.bytes_understood += int(sizes[good].sum())
        for number, count in zip(*np.unique(fault[~good], return_counts=True), strict=True):
            self.errors[FAULT_TEXTS[Fault(int(number))]] += int(count)

    def refuse_ruin(self) -> None:
        """Raise when so many objects are damaged that the rest would mislead."""
        if self.failed <= _FEW_FAILURES or self.failed <= self.walked * _REFUSED_SHARE:
            return
        worst, _ = self.errors.most_common(1)[0]
        raise DamagedSaveError(
            f"{self.failed:,} of {self.walked:,} objects cannot be read ({worst})",
            "Take an older save or the backup beside it.",
        )

    def coverage(self, *, unknown_classes: int, duplicates: int) -> Coverage:
        """Return the final counts."""
        return Coverage(
            objects_seen=self.seen,
            objects_walked=self.walked,
            objects_failed=self.failed,
            bytes_seen=self.bytes_seen,
            bytes_understood=self.bytes_understood,
            unknown_classes=unknown_classes,
            duplicates=duplicates,
            errors=dict(self.errors.most_common()),
        )
