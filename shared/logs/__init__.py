"""Logging: one line an event, with who and where from context variables."""

from shared.logs.context import bind, current_reference, new_reference
from shared.logs.setup import set_up_logging

__all__ = ["bind", "current_reference", "new_reference", "set_up_logging"]
