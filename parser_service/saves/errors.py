"""Why a save was refused."""

from __future__ import annotations

from shared.errors import OperationalError


class SaveError(OperationalError):
    """A save that cannot be read: ``reason`` says what and why, ``advice`` what to do."""

    code = "SAVE-01"

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(reason, advice)  # both, so that the error survives the trip from a worker process
        self.reason = reason
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.reason[:1].upper()}{self.reason[1:]}. {self.advice}"


class UnreadableSaveError(SaveError):
    """The operating system does not hand over the file."""

    code = "SAVE-02"


class EmptySaveError(SaveError):
    """The file holds nothing."""

    code = "SAVE-03"


class ForeignFileError(SaveError):
    """The file is something else than an ARK world."""

    code = "SAVE-04"


class TruncatedSaveError(SaveError):
    """The file ends before the world does."""

    code = "SAVE-05"


class UnsupportedVersionError(SaveError):
    """The world is of a version whose layout is not known."""

    code = "SAVE-06"


class DamagedSaveError(SaveError):
    """The file contradicts itself."""

    code = "SAVE-07"
