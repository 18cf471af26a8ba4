"""The buttons of a restart's card. They work after a restart of the bot too."""

from __future__ import annotations

import re
from typing import Any, Self

import discord

from bots.admin.restarting.cards import restart_card
from bots.admin.restarting.service import OrderView, Restarts
from shared.discord_kit.answering import answering
from shared.discord_kit.bot import HelenaBot

_LABELS = {"abort": "Abort", "more": "+10 min"}


class RestartButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=r"admin:restart:(?P<verb>abort|more):(?P<id>\d{1,18})",
):
    """Stops or moves a restart, for staff."""

    def __init__(self, verb: str, order_id: int) -> None:
        self._verb = verb
        self._order_id = order_id
        style = discord.ButtonStyle.red if verb == "abort" else discord.ButtonStyle.grey
        custom_id = f"admin:restart:{verb}:{order_id}"
        super().__init__(discord.ui.Button(label=_LABELS[verb], style=style, custom_id=custom_id))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read back from the button what it stands for."""
        del interaction, item
        return cls(match["verb"], int(match["id"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do what the button says, and show it on the card."""
        async with answering(interaction):
            await interaction.response.defer()
            bot = interaction.client
            assert isinstance(bot, HelenaBot)
            actor = await bot.actor(interaction)
            restarts = restarts_of(bot)
            act = restarts.abort if self._verb == "abort" else restarts.postpone
            view = await act(actor, self._order_id)
            await interaction.edit_original_response(embed=restart_card(view), view=restart_view(view))


def restart_view(view: OrderView) -> discord.ui.View | None:
    """Return the buttons of an order; none when there is nothing left to stop."""
    if not view.can_stop:
        return None
    buttons = discord.ui.View(timeout=None)
    buttons.add_item(RestartButton("abort", view.order.id))
    buttons.add_item(RestartButton("more", view.order.id))
    return buttons


def restarts_of(bot: HelenaBot) -> Restarts:
    """Return the restarts of a process."""
    resources = bot.resources
    return Restarts(resources.db, resources.wakeups, resources.clock)
