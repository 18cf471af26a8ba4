"""What all features of the admin bot share."""

from __future__ import annotations

from datetime import timedelta

BOT = "admin"

STALE = timedelta(seconds=60)
"""The parser looks every 15 s; a look older than this means that it stopped looking."""
