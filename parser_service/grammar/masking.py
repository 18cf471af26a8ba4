"""Takes out of lines what is nobody's business: addresses of players, passwords, PINs."""

from __future__ import annotations

import ipaddress
import re

MASK = "***"

_IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])", re.ASCII)
_IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f:]{3,39}(?:\.[\d.]{1,12})?(?![\w:])", re.ASCII)
# EnableCheats <password> and RequestSpectator <password> are the game's commands that take one
_COMMAND_WITH_PASSWORD = re.compile(r"\b(enablecheats|requestspectator)\b[ \t]+\S.*", re.IGNORECASE)
# ?ServerAdminPassword=… on the command line, ?Password=… in a login, -password=…
_PASSWORD_SETTING = re.compile(r"(\b\w{0,40}(?:password|passwd))=[^?&\s]+", re.IGNORECASE)
_PIN = re.compile(r"\b(\w{0,20}pin(?:code)?)\b([ =:]+)\d{4,6}\b", re.IGNORECASE | re.ASCII)


def mask_line(text: str) -> str:
    """Return a line that nobody said in chat, without addresses, passwords and PINs; the same if it has none."""
    if not _may_hold_secrets(text):
        return text
    if text.startswith("IP for incoming account "):
        # whatever stands there is an address, also one that does not look like it
        return text.partition(" - IP ")[0]
    return mask_passwords(mask_addresses(text))


def mask_addresses(text: str) -> str:
    """Return ``text`` with every IP address replaced."""
    if "::" in text or text.count(":") >= 6:
        # first, because an address of version 6 may end in one of version 4
        text = _IPV6.sub(_mask_if_address, text)
    if text.count(".") >= 3:
        text = _IPV4.sub(MASK, text)
    return text


def mask_passwords(text: str) -> str:
    """Return ``text`` with passwords and PINs replaced, where the game's commands and settings have them."""
    lowered = text.lower()
    if "enablecheats" in lowered or "requestspectator" in lowered:
        text = _COMMAND_WITH_PASSWORD.sub(rf"\1 {MASK}", text)
    if "passw" in lowered:
        text = _PASSWORD_SETTING.sub(rf"\1={MASK}", text)
    if "pin" in lowered:
        text = _PIN.sub(rf"\1\2{MASK}", text)
    return text


def _may_hold_secrets(text: str) -> bool:
    """Tell in one go whether any of the patterns is worth trying: most lines hold nothing."""
    lowered = text.lower()
    return (
        "pin" in lowered
        or "passw" in lowered
        or text.count(".") >= 3
        or text.count(":") >= 6
        or "::" in text
        or "enablecheats" in lowered
        or "requestspectator" in lowered
        or text.startswith("IP for incoming account ")
    )


def _mask_if_address(candidate: re.Match[str]) -> str:
    text = candidate[0]
    # eight groups, fewer with a gap, or six and an address of version 4; asking is what costs in hostile lines
    if "::" not in text and text.count(":") not in {6, 7}:
        return text
    try:
        ipaddress.ip_address(text)
    except ValueError:
        # a time of day, a position
        return text
    return MASK
