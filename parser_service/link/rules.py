"""Which commands may be sent twice."""

from __future__ import annotations

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
