"""How a restart is ordered, and how its card is kept up to date."""

from __future__ import annotations

import logging
from datetime import timedelta

import discord

from bots.admin.domain import BOT
from bots.admin.restarting.cards import restart_card
from bots.admin.restarting.service import OrderView, Restarts
from bots.admin.restarting.views import restart_view
from shared.discord_kit.bot import HelenaBot
from shared.errors import InvalidInputError, OperationalError
from shared.ids import ChannelId, MessageId

log = logging.getLogger(__name__)

# The answer to the command is the card; it takes a second, or a few when Discord limits the bot.
_CARD_WITHIN = timedelta(seconds=15)


async def start_restart(
    bot: HelenaBot,
    restarts: Restarts,
    interaction: discord.Interaction[HelenaBot],
    *,
    server_key: str | None,
    minutes: int,
    reason: str,
) -> None:
    """Order a restart, and answer with its card."""
    await interaction.response.defer()
    # discord.py's type says that a channel may be missing; for a command in a guild it never is
    if interaction.channel_id is None:
        raise InvalidInputError("Run this in a channel of the community, where the card can stay.")
    actor = await bot.actor(interaction)
    view = await restarts.order(actor, server_key, minutes, reason, ChannelId(interaction.channel_id))
    shown = restart_card(view)
    buttons = restart_view(view)
    assert buttons is not None  # it has just begun
    message = await interaction.followup.send(embed=shown, view=buttons, wait=True)
    await restarts.set_card(view.order.id, MessageId(message.id), str(shown.to_dict()))


class RestartCards:
    """Steps restarts, and keeps their cards up to date, also those of before a restart of the bot."""

    def __init__(self, bot: HelenaBot, restarts: Restarts) -> None:
        self._bot = bot
        self._restarts = restarts

    async def step(self) -> None:
        """Take every restart a step further, and show it."""
        if await self._restarts.step():
            await self._bot.outboxes[BOT].wake()
        for view in await self._restarts.recent_views():
            await self._show(view)

    async def _show(self, view: OrderView) -> None:
        order, shown = view.order, restart_card(view)
        text = str(shown.to_dict())
        if text == order.shown or (order.message_id is None and not self._is_orphan(view)):
            return
        channel = self._bot.get_partial_messageable(order.channel_id)
        buttons = restart_view(view)
        message_id = order.message_id
        try:
            if message_id is not None:
                await channel.get_partial_message(message_id).edit(embed=shown, view=buttons)
            else:
                nonce = f"restart-{order.id}"
                sent = await channel.send(embed=shown, view=buttons or discord.utils.MISSING, nonce=nonce)
                message_id = MessageId(sent.id)
        except (discord.NotFound, discord.Forbidden) as error:
            # the restart goes on without its card; the summary and the audit log tell how it ended
            log.warning("the card of restart %d cannot be shown: %s", order.id, error.text)
            message_id = None
        except (discord.HTTPException, OSError) as error:
            message = f"The card of restart {order.id} cannot be changed just now ({type(error).__name__})."
            raise OperationalError(message) from error
        await self._restarts.set_card(order.id, message_id, text)

    def _is_orphan(self, view: OrderView) -> bool:
        """Tell whether the process died between the order and its card: nobody could stop it without one."""
        age = self._bot.resources.clock.now() - view.order.ordered_at
        return not view.order.shown and age > _CARD_WITHIN and not view.is_over
