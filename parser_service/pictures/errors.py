"""Why there is no picture."""

from __future__ import annotations

from shared.errors import OperationalError


class PictureError(OperationalError):
    """No picture came of it: drawing failed, took too long, or too many wait for theirs."""

    code = "PICT-01"
