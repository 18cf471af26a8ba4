"""What a token may see: the whole community, what is anybody's business, or one tribe."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from shared.errors import ForbiddenError, InvalidInputError
from shared.ids import TribeId


class AccessKind(StrEnum):
    """Whose token it is, from the most to the least that it shows."""

    OWNER = "owner"
    STAFF = "staff"
    TRIBE = "tribe"
    PUBLIC = "public"


STAFF: Final = frozenset({AccessKind.OWNER, AccessKind.STAFF})
"""Who sees everything."""

SCOPE: Final = r"^(staff|public|tribe:([a-z0-9][a-z0-9-]{0,31}):(-?[0-9]{1,18}))$"
"""How people write a scope; no id of a tribe is longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who asks. ``server_key`` and ``tribe_id`` are those of a tribe's token, and ``None`` otherwise."""

    kind: AccessKind
    actor: str
    server_key: str | None = None
    tribe_id: TribeId | None = None

    @property
    def is_staff(self) -> bool:
        """Whether everything may be shown."""
        return self.kind in STAFF

    @property
    def scope(self) -> str:
        """Return the scope as people write it."""
        if self.kind is AccessKind.TRIBE:
            return f"tribe:{self.server_key}:{self.tribe_id}"
        return self.kind.value

    def check_server(self, key: str) -> None:
        """Raise ``ForbiddenError`` for a server that is not this token's."""
        if self.server_key is not None and key != self.server_key:
            raise ForbiddenError(f"This token is for the server {self.server_key!r} alone.")

    def narrow(self, asked: int | None) -> TribeId | None:
        """Return the tribe to answer for, ``None`` for all of them.

        Raises
        ------
        ForbiddenError
            When somebody asks for a tribe that is not this token's.
        """
        if self.tribe_id is not None and asked not in {None, self.tribe_id}:
            raise ForbiddenError(f"This token is for the tribe {self.tribe_id} alone.")
        return self.tribe_id if asked is None else TribeId(asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedScope:
    """A scope as people write it: ``staff``, ``public`` or ``tribe:<server>:<tribe id>``."""

    kind: AccessKind
    server_key: str | None = None
    tribe_id: TribeId | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the scope that a text names.

        Raises
        ------
        InvalidInputError
            When it names none.
        """
        match = re.fullmatch(SCOPE, text)
        if match is None:
            raise InvalidInputError("A scope is 'staff', 'public' or 'tribe:<server>:<tribe id>'.")
        if match[2] is None:
            return cls(kind=AccessKind(text))
        return cls(kind=AccessKind.TRIBE, server_key=match[2], tribe_id=TribeId(int(match[3])))
