"""An order's way to the game servers, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.store.commands import CommandState

_SETTLED = frozenset({CommandState.CONFIRMED, CommandState.FAILED, CommandState.EXPIRED})
# What an audit entry keeps of an outcome.
_RESULT, _REPLY = 1000, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """How far an order has come on one server."""

    audit_id: int
    command_id: int
    server: str
    state: CommandState
    reply: str
    failure: str

    @property
    def is_settled(self) -> bool:
        """Tell whether nothing more will happen."""
        return self.state in _SETTLED


def is_over(lines: Sequence[RunLine]) -> bool:
    """Tell whether an order has ended on every server."""
    return all(line.is_settled for line in lines)


def outcome_in_words(line: RunLine) -> str:
    """Return how far an order has come on a server, honestly: what may have run is said to."""
    match line.state:
        case CommandState.QUEUED:
            return "queued, waits for the server" + (f" ({line.failure})" if line.failure else "")
        case CommandState.SENDING:
            return "sent, waits for the answer"
        case CommandState.CONFIRMED:
            return "confirmed"
        case CommandState.FAILED:
            return line.failure or "the server refused it"
        case CommandState.EXPIRED:
            return line.failure or "not sent in time; it did not run"


def result_of(lines: Sequence[RunLine], secret: str = "") -> str:
    """Return how an order ended, as the audit log keeps it."""
    parts = []
    for line in lines:
        reply = f": {' '.join(hide(line.reply, secret).split())[:_REPLY]}" if line.reply.strip() else ""
        parts.append(f"{line.server}: {outcome_in_words(line)}{reply}")
    return "; ".join(parts)[:_RESULT]


def hide(text: str, secret: str) -> str:
    """Return a text without the secret that an order held."""
    return text.replace(secret, "***") if secret else text
