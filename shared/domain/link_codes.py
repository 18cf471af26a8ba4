"""Codes that prove who plays as whom: how they are made, and how a game shows them."""

from __future__ import annotations

import re
import secrets
from typing import Final

# Neither 0 and O nor 1, I and L: a code is read on one screen and typed on another, often with a controller.
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
# 31^8 codes, of which a handful live at a time; and who guesses one only gives their own player away.
_LENGTH: Final = 8
_HALF: Final = rf"([{_ALPHABET}]{{4}})"
_CODE: Final = rf"{_HALF}[- ]?{_HALF}"
_LINE: Final = re.compile(rf"(?:!link\s+)?{_CODE}", re.IGNORECASE | re.ASCII)
_NAME: Final = re.compile(rf"VERIFY[- ]?{_CODE}", re.IGNORECASE | re.ASCII)
# The longest way to write a code, and some blanks around it.
_LONGEST: Final = 64


def new_code() -> str:
    """Return a code that nobody can guess."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def name_of_code(code: str) -> str:
    """Return what a tame or a box is to be called so that a save shows the code.

    Examples
    --------
    >>> name_of_code("7KQ94MBX")
    'VERIFY-7KQ94MBX'
    """
    return f"VERIFY-{code}"


def code_in_chat(text: str) -> str | None:
    """Return the code that a line of chat consists of, however it is typed.

    Examples
    --------
    >>> code_in_chat("!link 7kq9-4mbx"), code_in_chat("see you at 7kq9-4mbx")
    ('7KQ94MBX', None)
    """
    return _read(_LINE, text)


def code_in_name(name: str) -> str | None:
    """Return the code that a tame or a box is named after.

    Examples
    --------
    >>> code_in_name("verify 7kq94mbx"), code_in_name("Rex")
    ('7KQ94MBX', None)
    """
    return _read(_NAME, name)


def _read(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    return None if found is None else (found[1] + found[2]).upper()
