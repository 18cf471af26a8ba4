"""Who and where a log line is about, set once at the edge of a program."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_context: ContextVar[dict[str, str]] = ContextVar("helena_log_context", default={})  # noqa: B039 - never changed in place

# No characters that are easily confused when a person reads a reference out.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@contextmanager
def bind(**values: object) -> Iterator[None]:
    """Add fields to every log line written inside the block."""
    token = _context.set({**_context.get(), **{key: str(value) for key, value in values.items()}})
    try:
        yield
    finally:
        _context.reset(token)


def bind_here(**values: object) -> None:
    """Add fields to every log line of the present task from here on, for edges that cannot wrap what follows."""
    _context.set({**_context.get(), **{key: str(value) for key, value in values.items()}})


def fields() -> dict[str, str]:
    """Return the fields bound at this point."""
    return dict(_context.get())


def new_reference() -> str:
    """Return a short id that ties a person's answer to the operator's log line."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(8))


def current_reference() -> str:
    """Return the reference bound at this point, or a new one where none is."""
    return _context.get().get("reference") or new_reference()
