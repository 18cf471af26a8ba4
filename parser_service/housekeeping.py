"""Forgets what is done, once an hour."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from parser_service.storing.tidying import History, tidy_history
from shared.runtime.loops import Loop
from shared.runtime.resources import Resources
from shared.store.retention import (
    add_event_months,
    forget_event_months,
    forget_player_counts,
    forget_sent_posts,
    forget_settled_commands,
)

log = logging.getLogger(__name__)

# Long enough to look back at what went wrong last month; points and audit entries stay for ever.
_KEPT = timedelta(days=30)
# A season and the one before; points and totals that came of it stay for ever.
_EVENTS_KEPT = timedelta(days=400)
# The longest curve that is drawn.
_COUNTS_KEPT = timedelta(days=400)


def housekeeping(resources: Resources, histories: Sequence[History]) -> Loop:
    """Return the loop that forgets."""

    async def forget() -> None:
        now = resources.clock.now()
        async with resources.db.transaction() as conn:
            posts = await forget_sent_posts(conn, before=now - _KEPT)
            commands = await forget_settled_commands(conn, before=now - _KEPT)
            counts = await forget_player_counts(conn, before=now - _COUNTS_KEPT)
        async with resources.db.transaction() as conn:
            await add_event_months(conn)
        async with resources.db.transaction() as conn:
            months = await forget_event_months(conn, before=now - _EVENTS_KEPT, given_up_after=_KEPT)
        if months:
            log.info("forgot %d months of the event log", months)
        if posts or commands or counts:
            log.info("forgot %d posts, %d commands and %d counts of players", posts, commands, counts)
        for history in histories:
            forgotten = await tidy_history(resources.db, history, now=now)
            if forgotten:
                log.info("forgot the columns of %d saves in %s", forgotten, history.folder)

    return Loop(name="housekeeping", interval=timedelta(hours=1), run=forget)
