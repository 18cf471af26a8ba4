"""Turns a transcript into one HTML file that needs nothing else and runs nothing."""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bots.tickets.cards import KINDS
from bots.tickets.transcripts.domain import ShownFile, Target, Transcript

_FOLDER = Path(__file__).parent
# Unicode's marks, embeddings, overrides and isolates of direction (UAX #9, section 2): a name that holds one
# would turn the text around it
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNSEEN = frozenset({"Cc", "Cs", "Co", "Cn"})


class Renderer:
    """Renders transcripts."""

    def __init__(self) -> None:
        environment = Environment(
            loader=FileSystemLoader(_FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters["instant"] = _instant
        environment.filters["size"] = _size
        environment.filters["visible"] = _visible
        environment.filters["data_url"] = _data_url
        self._template = environment.get_template("template.html")
        self._style = (_FOLDER / "style.css").read_text(encoding="utf-8")
        # Content Security Policy 3: the style element's text must have this hash, nothing else is applied
        digest = hashlib.sha256(self._style.encode()).digest()
        self._style_hash = base64.b64encode(digest).decode()

    def render(self, transcript: Transcript) -> bytes:
        """Return the file."""
        text = self._template.render(
            transcript=transcript,
            ticket=transcript.ticket,
            form=transcript.ticket.form,
            kind=KINDS[transcript.ticket.kind].title,
            for_staff=transcript.target is Target.STAFF,
            style=self._style,
            style_hash=self._style_hash,
        )
        return text.encode("utf-8", "replace")


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _size(size_bytes: int) -> str:
    if size_bytes < 1 << 10:
        return f"{size_bytes} B"
    return f"{size_bytes / 1024:.0f} KiB" if size_bytes < 1 << 20 else f"{size_bytes / (1 << 20):.1f} MiB"


def _visible(text: str) -> str:
    """Return a text without control characters and direction overrides; line breaks stay."""
    return "".join(
        c for c in text if c in "\n\t" or (c not in _DIRECTIONS and unicodedata.category(c) not in _UNSEEN)
    )


def _data_url(file: ShownFile) -> str:
    kind = file.picture_type or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(file.content or b'').decode()}"
