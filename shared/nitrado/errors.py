"""What Nitrado may answer instead of what was asked for."""

from __future__ import annotations

from shared.errors import OperationalError


class NitradoError(OperationalError):
    """Nitrado could not, or would not. ``event_id`` is what its support asks for."""

    code = "NIT-00"

    def __init__(self, message: str, *, status: int | None = None, event_id: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.event_id = event_id


class NitradoTokenError(NitradoError):
    """The token is wrong, has expired, or lacks a scope (401)."""

    code = "NIT-01"


class NitradoBusyError(NitradoError):
    """The same action is already in progress (428)."""

    code = "NIT-02"


class NitradoRateLimitError(NitradoError):
    """The token's hourly budget is spent (429)."""

    code = "NIT-03"

    def __init__(
        self,
        message: str,
        *,
        retry_after_seconds: float,
        status: int | None = None,
        event_id: str | None = None,
    ) -> None:
        super().__init__(message, status=status, event_id=event_id)
        self.retry_after_seconds = retry_after_seconds


class NitradoMaintenanceError(NitradoError):
    """The API is being worked on (503)."""

    code = "NIT-04"


class NitradoFileMissingError(NitradoError):
    """A file that does not exist, which Nitrado answers with 500."""

    code = "NIT-05"


class NitradoNotFoundError(NitradoError):
    """An address that Nitrado does not know, such as a service of somebody else (404)."""

    code = "NIT-06"


class NitradoBlockedError(NitradoError):
    """What stands before the API turned us away (403, or a page instead of an answer)."""

    code = "NIT-07"


class NitradoReplyError(NitradoError):
    """An answer of a form or size that this client does not know."""

    code = "NIT-08"


class NitradoUnreachableError(NitradoError):
    """No answer: the network, a timeout, or a gateway error."""

    code = "NIT-09"
