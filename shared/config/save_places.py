"""Where a game server's saves lie: a path on this machine, or an address on another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit


class Scheme(StrEnum):
    """How a save is fetched from another machine."""

    SFTP = "sftp"
    FTP = "ftp"
    FTPS = "ftps"
    NITRADO = "nitrado"


# What each protocol's registration says; FTPS is FTP that is encrypted after a greeting in the clear.
_PORTS = {Scheme.SFTP: 22, Scheme.FTP: 21, Scheme.FTPS: 21, Scheme.NITRADO: 443}
# C:\saves is a path with a drive, and no address.
_ADDRESS = re.compile(r"([a-z]{2,10}):(//)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveAddress:
    """A world file, or the folder that holds it, on another machine; never with a password.

    ``host`` and ``user`` are empty for Nitrado, whose API knows the server by its number; an empty ``path`` there is
    the folder that the game itself uses.
    """

    scheme: Scheme
    host: str = ""
    port: int = 0
    user: str = ""
    path: PurePosixPath | None = None

    def __str__(self) -> str:
        path = "" if self.path is None else str(self.path)
        if self.scheme is Scheme.NITRADO:
            return f"nitrado:{path}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.user}@{host}{port}{path}"


def read_place(text: str) -> Path | SaveAddress:
    """Return what ``save_path`` means.

    Raises
    ------
    ValueError
        When it is an address that cannot be used; the message says why, and does not repeat it, since it may hold
        a password.

    Examples
    --------
    >>> str(read_place("sftp://ark@play.example.org/srv/SavedArks"))
    'sftp://ark@play.example.org/srv/SavedArks'
    >>> read_place("nitrado:")
    SaveAddress(scheme=<Scheme.NITRADO: 'nitrado'>, host='', port=443, user='', path=None)
    """
    found = _ADDRESS.match(text)
    if found is None or (found[2] is None and found[1].lower() != Scheme.NITRADO):
        return Path(text)
    if found[1].lower() not in {*Scheme}:
        raise ValueError(f"it begins with none of {', '.join(f'{scheme}:' for scheme in Scheme)}")
    scheme = Scheme(found[1].lower())
    return _nitrado(text) if scheme is Scheme.NITRADO else _remote(scheme, text)


def _nitrado(text: str) -> SaveAddress:
    path = text.partition(":")[2].strip()
    if path and not path.startswith("/"):
        raise ValueError("what follows nitrado: is empty, or the whole path of a folder, such as /games/…")
    place = _path(path) if path else None
    return SaveAddress(scheme=Scheme.NITRADO, port=_PORTS[Scheme.NITRADO], path=place)


def _remote(scheme: Scheme, text: str) -> SaveAddress:
    parts = urlsplit(text)
    if parts.password is not None:
        raise ValueError("it holds a password. Put that into save_login.password")
    if not parts.hostname or not parts.username:
        raise ValueError(f"it has to look like {scheme}://user@host/path/of/SavedArks")
    if parts.query or parts.fragment:
        raise ValueError("it holds ? or #. Write these as %3F and %23")
    return SaveAddress(
        scheme=scheme,
        host=parts.hostname,
        port=parts.port or _PORTS[scheme],
        user=unquote(parts.username),
        path=_path(unquote(parts.path) or "/"),
    )


def _path(text: str) -> PurePosixPath:
    if any(character in text for character in "\0\r\n"):
        raise ValueError("its path holds characters that no path has")
    return PurePosixPath(text)
