"""Why columns of a save cannot be had."""

from __future__ import annotations

from shared.errors import OperationalError


class ArchiveError(OperationalError):
    """The kept columns of a save are gone, damaged, or of another version; the message says which."""

    code = "SAVE-20"
