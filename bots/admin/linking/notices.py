"""What members are told in private about their ties: written with its cause, sent once, with no hurry."""

from __future__ import annotations

import logging

import discord

from bots.admin.linking import queries
from bots.admin.linking.cards import notice_card
from shared.clock import Clock
from shared.db import Database
from shared.discord_kit.bot import HelenaBot

log = logging.getLogger(__name__)


class Notices:
    """Sends what waits."""

    def __init__(self, bot: HelenaBot, db: Database, clock: Clock) -> None:
        self._bot = bot
        self._db = db
        self._clock = clock

    async def send(self) -> None:
        """Send what waits, the oldest first; who takes no messages from bots sees `/link` and the game instead."""
        async with self._db.connection() as conn:
            waiting = await queries.list_notices(conn, limit=20)
        for notice in waiting:
            try:
                user = self._bot.get_user(notice.member_id) or await self._bot.fetch_user(notice.member_id)
                # a second one with the same nonce is no message: Discord answers with the first
                await user.send(embed=notice_card(notice), nonce=f"link-{notice.id}")
            except discord.DiscordServerError:
                raise
            except discord.HTTPException as error:
                log.info("a member cannot be told about a tie: %s", error.text)
            async with self._db.transaction() as conn:
                await queries.set_notice_sent(conn, notice.id, at=self._clock.now())
