"""Counts, while a world is read, how much of it was understood."""

from __future__ import annotations

from collections import Counter
from typing import Final

import numpy as np

from parser_service.saves.columns import BoolArray, ByteArray, Coverage, Int64Array
from parser_service.saves.errors import DamagedSaveError
from parser_service.saves.walk import FAULT_TEXTS, Fault

# So few failures are no ruin, whatever their share.
_FEW_FAILURES: Final = 16


class Tally:
    """The running counts of one world."""

    def __init__(self) -> None:
        self.seen = 0
        self.walked = 0
        self.failed = 0
        self.bytes_seen = 0
        self.bytes_understood = 0
        self.errors: Counter[str] = Counter()
        self.names = 0
        self.damaged_names = 0

    def add(self, fault: ByteArray, sizes: Int64Array) -> None:
        """Count walked objects, whose lists have these sizes."""
        good: BoolArray = fault == Fault.NONE
        self.walked += len(fault)
        self.failed += int(np.count_nonzero(~good))
        self.bytes_seen += int(sizes.sum())
        self.bytes_understood += int(sizes[good].sum())
        for number, count in zip(*np.unique(fault[~good], return_counts=True), strict=True):
            self.errors[FAULT_TEXTS[Fault(int(number))]] += int(count)

    def refuse_ruin(self, share: float) -> None:
        """Raise when so many objects are damaged, more than a share, that the rest would mislead."""
        if self.failed <= _FEW_FAILURES or self.failed <= self.walked * share:
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
            names=self.names,
            damaged_names=self.damaged_names,
        )
