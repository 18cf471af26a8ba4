"""Which commands may be sent twice, which line of the log is whose, and what a probe of text shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

# Commands that leave the world as one run of them does, or change nothing (ark-interfaces, section 1.3).
# GetChat and GetGameLog are not among them: what they hand out is gone from the server.
_SAFE_TO_REPEAT = frozenset(
    {
        "allowplayertojoinnocheck",
        "banplayer",
        "disallowplayertojoinnocheck",
        "getallstate",
        "getplayeridforsteamid",
        "getsteamidforplayerid",
        "gettribeidplayerlist",
        "listplayers",
        "saveworld",
        "setmessageoftheday",
        "settimeofday",
        "showmessageoftheday",
        "unbanplayer",
    }
)


def is_safe_to_repeat(command: str) -> bool:
    """Tell whether a command that may have run already does no harm when it runs again.

    Examples
    --------
    >>> is_safe_to_repeat("SaveWorld"), is_safe_to_repeat("ServerChat hello")
    (True, False)
    """
    words = command.split(maxsplit=1)
    return bool(words) and words[0].lower() in _SAFE_TO_REPEAT


def is_last_shown(sent: Sequence[datetime], shown: Sequence[datetime]) -> bool:
    """Tell whether the log shows the last of several commands that say the same.

    ``sent`` and ``shown`` are in order. A line is read after its command was sent, but perhaps long after, when the
    next one with the same text is under way: so each command takes the first line that can be its own and no other's.

    Examples
    --------
    >>> from datetime import UTC
    >>> at = [datetime(2026, 5, 4, 12, minute, tzinfo=UTC) for minute in range(4)]
    >>> is_last_shown([at[0], at[1]], [at[2]]), is_last_shown([at[0], at[1]], [at[2], at[3]])
    (False, True)
    """
    lines = iter(shown)
    return all(any(line >= command for line in lines) for command in sent)


def read_probe(reply: str, sent: str) -> bool | None:
    """Tell whether a server repeated a text as it was sent; ``None`` where it repeated nothing.

    Examples
    --------
    >>> read_probe("é龍 Unbanned", "é龍"), read_probe("?? Unbanned", "é龍"), read_probe("", "é龍")
    (True, False, None)
    """
    if sent in reply:
        return True
    return False if reply.strip().lower().endswith("unbanned") else None
