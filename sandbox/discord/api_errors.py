"""What Discord answers when it refuses (Discord docs, "JSON Error Codes")."""

from __future__ import annotations

from sandbox.discord.models import Json


class ApiError(Exception):
    """A refusal: HTTP status, Discord's code and message, and for forms the place of each fault."""

    def __init__(self, status: int, code: int, message: str, errors: Json | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    def body(self) -> Json:
        """Return the answer's body."""
        body: Json = {"message": self.message, "code": self.code}
        if self.errors is not None:
            body["errors"] = self.errors
        return body


# Discord docs, "JSON Error Codes", 10000 to 10999.
_UNKNOWN = {
    "Channel": 10003,
    "Guild": 10004,
    "Invite": 10006,
    "Member": 10007,
    "Message": 10008,
    "Permission Overwrite": 10009,
    "Role": 10011,
    "User": 10013,
    "Emoji": 10014,
    "Webhook": 10015,
    "Ban": 10026,
    "Interaction": 10062,
    "Application Command": 10063,
}


def unknown(what: str) -> ApiError:
    """Return 404 for a thing that is not there; ``what`` is Discord's word for it."""
    message = "Unknown interaction" if what == "Interaction" else f"Unknown {what}"
    return ApiError(404, _UNKNOWN[what], message)


def invalid(path: str, code: str, message: str) -> ApiError:
    """Return 400 for one faulty field; ``path`` is dotted, as in ``embeds.0.title``."""
    return invalid_form({path: (code, message)})


def invalid_form(faults: dict[str, tuple[str, str]]) -> ApiError:
    """Return 400 for a form with faults by dotted path, nested as Discord nests them."""
    errors: Json = {}
    for path, (code, message) in faults.items():
        place = errors
        for part in path.split("."):
            place = place.setdefault(part, {})
        place.setdefault("_errors", []).append({"code": code, "message": message})
    return ApiError(400, 50035, "Invalid Form Body", errors)


def unauthorized() -> ApiError:
    """Return 401 for a missing or wrong token."""
    return ApiError(401, 0, "401: Unauthorized")


def missing_access() -> ApiError:
    """Return 403 for a channel one may not see."""
    return ApiError(403, 50001, "Missing Access")


def missing_permissions() -> ApiError:
    """Return 403 for something one may not do."""
    return ApiError(403, 50013, "Missing Permissions")


def already_acknowledged() -> ApiError:
    """Return 400 for a second answer to an interaction."""
    return ApiError(400, 40060, "Interaction has already been acknowledged.")


def archived_thread() -> ApiError:
    """Return 400 for a change to a thread that is archived."""
    return ApiError(400, 50083, "Thread is archived")


def cannot_message_user() -> ApiError:
    """Return 403 for a person who takes no direct messages."""
    return ApiError(403, 50007, "Cannot send messages to this user")
