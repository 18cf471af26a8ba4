"""What people see on their terminal: answers on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final, Protocol

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

_GAP: Final = "  "


class Progress(Protocol):
    """Is told what happens now."""

    def __call__(self, what: str, /) -> None:
        """Say what happens now."""


def printable(text: str) -> str:
    """Return text from a file as a terminal shows it: what is not printable would be obeyed."""
    return "".join(
        character if character.isprintable() or character == "\n" else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )


def say(text: str, style: str = "") -> None:
    """Print one line of the answer; it is not broken, for programs read it, too."""
    _console().print(Text(printable(text), style=style), soft_wrap=True)


def say_json(value: Any) -> None:
    """Print the answer as JSON, in a form that every terminal and program takes."""
    sys.stdout.write(json.dumps(value, indent=2, allow_nan=False) + "\n")


def say_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    right: Collection[str] = (),
    wide: Mapping[str, int] = MappingProxyType({}),
) -> None:
    """Print a table that fits the terminal; a program that reads it gets all of it.

    Columns are as wide as they need; only the ``wide`` ones give way, to so many characters, and what does not fit
    into them is cut off.
    """
    console = _console()
    cells = [[printable(cell).replace("\n", " ") for cell in row] for row in (columns, *rows)]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    least = [wide.get(column, width) for column, width in zip(columns, widths, strict=True)]
    room = console.width - len(_GAP) * (len(columns) - 1)
    while console.is_terminal and sum(widths) > room:
        spare = [width - low for width, low in zip(widths, least, strict=True)]
        if max(spare) <= 0:
            break
        widths[spare.index(max(spare))] -= 1
    for number, row in enumerate(cells):
        fitted = [
            _fitted(cell, width, to_right=column in right)
            for cell, width, column in zip(row, widths, columns, strict=True)
        ]
        say(_GAP.join(fitted).rstrip(), "" if number else "bold")


def _fitted(text: str, width: int, *, to_right: bool) -> str:
    """Return a text as so many cells of the terminal: characters of some scripts take two."""
    missing = width - cell_len(text)
    if missing < 0:
        return set_cell_size(text, width - 1) + "\N{HORIZONTAL ELLIPSIS}"
    return " " * missing + text if to_right else text + " " * missing


def whisper(text: str) -> None:
    """Print one line beside the answer."""
    _errors().print(Text(printable(text), style="dim"), soft_wrap=True)


def complain(text: str) -> None:
    """Print in one line, however narrow the terminal, why something failed."""
    _errors().print(Text(printable(text), style="red"), soft_wrap=True)


@contextmanager
def progress() -> Iterator[Progress]:
    """Show what happens now, for as long as it takes; where nobody looks, nothing is written."""
    with _errors().status("") as status:

        def tell(what: str) -> None:
            status.update(Text(printable(what)))

        yield tell


def when(instant: datetime | None) -> str:
    """Return an instant for people, to the minute; a dash for none."""
    return "-" if instant is None else f"{instant.astimezone(UTC):%Y-%m-%d %H:%M}"


def size(count: float) -> str:
    """Return a number of bytes for people.

    Examples
    --------
    >>> size(999), size(2_310_144)
    ('999 B', '2.3 MB')
    """
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} B" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def _console() -> Console:
    return Console(markup=False, highlight=False, emoji=False)


def _errors() -> Console:
    return Console(stderr=True, markup=False, highlight=False, emoji=False)
