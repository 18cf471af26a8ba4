"""How log lines look: readable on a terminal, JSON in production."""

from __future__ import annotations

import logging
import re
import sys
from datetime import UTC, datetime
from typing import Literal

from pythonjsonlogger.json import JsonFormatter

from shared.logs.context import fields

# Discord bot tokens (three dotted base64 parts) and webhook URLs: whatever library writes them.
_SECRETS = re.compile(r"[\w-]{20,30}\.[\w-]{6,8}\.[\w-]{25,45}|(?<=/webhooks/)\d+/[\w-]{40,}|(?<=Bearer )\S+")


class _ContextFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        bound = fields()
        record.context = bound
        for key, value in bound.items():
            if not hasattr(record, key):
                setattr(record, key, value)
        return True


def mask(text: str) -> str:
    """Return the text with whatever looks like a token replaced."""
    return _SECRETS.sub("[secret]", text)


class _TextFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        bound = " ".join(f"{key}={value}" for key, value in getattr(record, "context", {}).items())
        line = f"{at} {record.levelname:<7} {record.name}: {record.getMessage()}" + (
            f"  [{bound}]" if bound else ""
        )
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return mask(line)


class _MaskedJson(JsonFormatter):
    def format(self, record: logging.LogRecord) -> str:
        if hasattr(record, "context"):
            del record.context
        return mask(super().format(record))


def set_up_logging(
    *, level: str = "INFO", form: Literal["auto", "text", "json"] = "auto", program: str = "helena"
) -> None:
    """Send log lines to standard error, in the form asked for (``auto``: text on a terminal)."""
    text = form == "text" or (form == "auto" and sys.stderr.isatty())
    handler = logging.StreamHandler()
    handler.addFilter(_ContextFilter())
    if text:
        handler.setFormatter(_TextFormatter())
    else:
        handler.setFormatter(
            _MaskedJson(
                "%(levelname)s %(name)s %(message)s",
                rename_fields={"levelname": "level", "name": "logger"},
                static_fields={"program": program},
                timestamp=True,
            )
        )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for noisy in ("discord", "aiohttp.access", "uvicorn.access", "uvicorn.error", "matplotlib", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # its pool tells of every attempt to reach a lost Postgres with a traceback; shared.db says it in one line
    logging.getLogger("asyncpg.pool").setLevel(logging.ERROR)
