"""The ticket of a copied save: what is decoded, how, and under which identity."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from parser_service.decay.policy import policy_of
from parser_service.game_servers import Served
from parser_service.storing.copying import CopiedSave
from parser_service.storing.handling import Ticket
from shared.saves.classes import table_info

# Raised when the same file would be stored differently, so that worlds are decoded again after an update.
_METHOD: Final = 2


def ticket_of(server: Served, copied: CopiedSave, *, folder: Path) -> Ticket:
    """Return the ticket of a copy; ``folder`` is where the server's saves are kept."""
    decay = server.entry.decay
    return Ticket(
        server_id=server.id,
        server_key=server.key,
        expected_map=server.entry.map,
        folder=folder.resolve(),
        path=copied.path.resolve(),
        saved_at=copied.saved_at,
        identity=_identity(server, copied),
        radius=decay.radius,
        minimum=decay.minimum,
        policy=policy_of(decay),
    )


def _identity(server: Served, copied: CopiedSave) -> str:
    """Return what changes with the file's content and with how it is read."""
    how = repr((_METHOD, table_info().version, server.entry.decay))
    return f"{copied.content_hash}-{hashlib.blake2b(how.encode(), digest_size=4).hexdigest()}"
