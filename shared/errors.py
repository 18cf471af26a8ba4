"""The two kinds of failure that people may see; anything else is a bug."""

from __future__ import annotations

from typing import ClassVar


class HelenaError(Exception):
    """A failure with a stable ``code`` that documentation and dashboards link to."""

    code: ClassVar[str] = "HEL-00"


class UserError(HelenaError):
    """Something the person who asked can put right; the message says how."""

    code = "USER-00"


class NotFoundError(UserError):
    """The thing asked for does not exist."""

    code = "USER-404"


class ForbiddenError(UserError):
    """The person who asked may not do this."""

    code = "USER-403"


class InvalidInputError(UserError):
    """A value that cannot be used; the message says which, why, and what would do."""

    code = "USER-400"


class OperationalError(HelenaError):
    """A server, a service or the network failed; trying again may help."""

    code = "OPS-00"


class ConfigError(OperationalError):
    """A setting is missing or wrong; the message names it and says what to do."""

    code = "CONF-01"
