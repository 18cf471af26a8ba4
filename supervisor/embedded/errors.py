"""What can go wrong with servers of our own."""

from __future__ import annotations

from shared.errors import OperationalError


class EmbeddedError(OperationalError):
    """An embedded server cannot be found, started or trusted; the message says what to do."""

    code = "EMB-01"
