"""Players' accounts on the game's platforms, as game servers and hosts write them."""

from __future__ import annotations

import re

from shared.ids import PlatformId

# Steam ids are 17 digits, EOS ids 32 hexadecimal ones; consoles have others of their own
_PLATFORM_ID = re.compile(r"[0-9A-Za-z_-]{3,64}", re.ASCII)
# what stands in place of an id that is not known
_NO_IDS = frozenset({"none", "null", "invalid", "unknown"})


def read_platform_id(text: str) -> PlatformId | None:
    """Return an account's id in one spelling, or ``None`` for what identifies nobody: empty, zero, a word for none."""
    text = text.strip().lower()
    if not _PLATFORM_ID.fullmatch(text) or text in _NO_IDS or not text.strip("0"):
        return None
    return PlatformId(text)
