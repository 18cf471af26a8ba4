"""What can go wrong on the way to a game server."""

from __future__ import annotations

from shared.errors import OperationalError


class RconError(OperationalError):
    """A command did not reach the game server, or its reply did not reach us.

    ``was_sent`` tells which: after ``False`` the command has certainly not run and may be sent again;
    after ``True`` it may or may not have run.
    """

    code = "RCON-00"

    def __init__(self, message: str, *, was_sent: bool = False) -> None:
        super().__init__(message)
        self.was_sent = was_sent


class RconRefusedError(RconError):
    """Nobody listens: the server is down, still loading its map, or the address is wrong."""

    code = "RCON-01"


class RconAuthError(RconError):
    """The server does not accept the password."""

    code = "RCON-02"


class RconTimeoutError(RconError):
    """The server took too long."""

    code = "RCON-03"


class RconProtocolError(RconError):
    """What came back is not RCON."""

    code = "RCON-04"


class RconClosedError(RconError):
    """The connection is not open, or broke."""

    code = "RCON-05"
