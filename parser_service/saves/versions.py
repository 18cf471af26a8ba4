"""Versions of worlds: known ones are read, others are tried as the nearest known one and marked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from parser_service.saves.cursor import FormatError
from parser_service.saves.errors import SaveError, UnsupportedVersionError

# A version counts the changes of the format by one; a number beyond this is none.
_LARGEST: Final = 127
# Above this share of damaged objects a world is refused; below, it is served with its coverage.
_KNOWN_SHARE: Final = 0.5
_TRIED_SHARE: Final = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What version a world says it is of, and as which it is read."""

    what: str
    version: int
    read_as: int

    @property
    def is_known(self) -> bool:
        """Whether the layout of that version is known, and not guessed."""
        return self.version == self.read_as

    @property
    def notes(self) -> tuple[str, ...]:
        """A sentence where the version is not known."""
        if self.is_known:
            return ()
        return (f"{self._named}, which is not known; it was read as version {self.read_as}",)

    @property
    def refused_share(self) -> float:
        """The share of damaged objects at which the world is refused: small where the layout is a guess."""
        return _KNOWN_SHARE if self.is_known else _TRIED_SHARE

    @property
    def _named(self) -> str:
        return f"the file calls itself {self.what} of version {self.version}"

    def refuse(self, advice: str) -> UnsupportedVersionError:
        """Return the refusal of a version that is not even tried."""
        return UnsupportedVersionError(f"{self._named}, which is not known", advice)

    @contextmanager
    def tried(self, advice: str) -> Iterator[None]:
        """Turn whatever refuses a world of an unknown version into a refusal of that version."""
        try:
            yield
        except (SaveError, FormatError) as error:
            if self.is_known or isinstance(error, UnsupportedVersionError):
                raise
            reason = error.reason if isinstance(error, SaveError) else str(error)
            raise UnsupportedVersionError(
                f"{self._named}, which is not known, and it makes no sense as version {self.read_as}: {reason}",
                advice,
            ) from error


def is_plausible(version: int, first: int) -> bool:
    """Return whether a number may be a version at all, of those that begin with ``first``."""
    return first <= version <= _LARGEST
