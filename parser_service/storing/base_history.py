"""What became of bases, and how their owners call them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from parser_service.bases.history import BaseEventKind
from shared.db import Connection
from shared.ids import BaseId, SaveId, ServerId, TribeId

# These two come with every save of a busy server; the others are a base's biography.
_OFTEN = (BaseEventKind.GROWN.value, BaseEventKind.SHRUNK.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedBaseEvent:
    """Something that happened to a base between two saves.

    ``other_base_id``: the base it was merged into, or split from. ``before``, ``after`` and ``shared``: structures,
    as ``parser_service.bases.history.BaseEvent`` has them.
    """

    base_id: BaseId
    kind: BaseEventKind
    tribe_id: TribeId
    other_base_id: BaseId | None
    before: int
    after: int
    shared: int


async def add_base_events(
    conn: Connection, server_id: ServerId, save_id: SaveId, events: Sequence[NamedBaseEvent], *, at: datetime
) -> None:
    """Write down what became of bases, in order."""
    columns = (
        *("server_id", "save_id", "base_id", "occurred_at", "kind", "tribe_id", "other_base_id"),
        *("structures_before", "structures", "structures_shared"),
    )
    records = (
        (
            *(server_id, save_id, event.base_id, at, event.kind.value, event.tribe_id, event.other_base_id),
            *(event.before, event.after, event.shared),
        )
        for event in events
    )
    await conn.copy_records_to_table("base_events", records=records, columns=columns)


async def pass_on_names(conn: Connection, server_id: ServerId, events: Sequence[NamedBaseEvent]) -> None:
    """Let a base without a name take that of the largest base that was merged into it."""
    merged = [event for event in events if event.kind is BaseEventKind.MERGED]
    if not merged:
        return
    await conn.execute(
        """
        INSERT INTO base_names (server_id, base_id, name, named_by, named_at)
        SELECT DISTINCT ON (m.heir) $1, m.heir, n.name, n.named_by, n.named_at
        FROM unnest($2::bigint[], $3::bigint[], $4::int[]) AS m (base_id, heir, structures)
        JOIN base_names n ON n.server_id = $1 AND n.base_id = m.base_id
        ORDER BY m.heir, m.structures DESC, m.base_id
        ON CONFLICT DO NOTHING
        """,
        server_id,
        [event.base_id for event in merged],
        [event.other_base_id for event in merged],
        [event.before for event in merged],
    )


async def forget_base_growth(conn: Connection, server_id: ServerId, *, before: datetime) -> int:
    """Remove what only says how bases grew and shrank long ago; the columns of saves are kept no longer either."""
    status = await conn.execute(
        "DELETE FROM base_events WHERE server_id = $1 AND occurred_at < $2 AND kind = ANY ($3)",
        server_id,
        before,
        list(_OFTEN),
    )
    return int(status.split()[-1])
