"""Markdown: pages, tables, sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_NOTE = (
    "<!-- Made by `python docs/generate.py` from the programs themselves. Change those, and run it again. -->"
)
_SENTENCE_END = re.compile(r"(?<=[.!?]) +(?=[A-Z`“\[])")


def page(title: str, *parts: str) -> str:
    """Return a page; empty parts are left out."""
    return "\n\n".join([f"# {title}", _NOTE, *(part for part in parts if part)]) + "\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table, or nothing when it has no rows."""
    lines = [_row(row) for row in rows]
    return "\n".join([_row(header), "|" + "---|" * len(header), *lines]) if lines else ""


def sentences(text: str) -> str:
    """Return a text in one line per sentence."""
    return _SENTENCE_END.sub("\n", " ".join(text.split()))


def code(text: str) -> str:
    """Return a text as code."""
    return f"`{text}`"


def listed(words: Sequence[str], last: str = "or") -> str:
    """Return words as people write them: a, b or c."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def rst_code(text: str) -> str:
    """Return a docstring's text with its code marked as Markdown marks it."""
    return text.replace("``", "`")


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"
