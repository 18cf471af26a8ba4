"""The button that confirms a payment. Its id holds the whole order, so it works after a restart too."""

from __future__ import annotations

import re
from typing import Any, Self

import discord

from bots.activity_points.cards import receipt_card
from bots.activity_points.domain import PaymentOrder
from bots.activity_points.service import PointsService
from shared.discord_kit.answering import answering
from shared.discord_kit.bot import HelenaBot
from shared.ids import GuildId, MemberId


class PayButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=r"activity_points:pay:(?P<payer>\d{1,20}):(?P<payee>\d{1,20}):(?P<amount>\d{1,10}):(?P<key>\d{1,20})",
):
    """Pays when pressed: once, by who ordered it, and for some minutes."""

    def __init__(self, *, payer_id: MemberId, payee_id: MemberId, amount: int, key: int) -> None:
        self._payer_id = payer_id
        self._payee_id = payee_id
        self._amount = amount
        self._key = key
        super().__init__(
            discord.ui.Button(
                label=f"Pay {amount:,} points",
                style=discord.ButtonStyle.green,
                custom_id=f"activity_points:pay:{payer_id}:{payee_id}:{amount}:{key}",
            )
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read the order back from the button."""
        del interaction, item
        return cls(
            payer_id=MemberId(int(match["payer"])),
            payee_id=MemberId(int(match["payee"])),
            amount=int(match["amount"]),
            key=int(match["key"]),
        )

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Pay, and put the receipt in the question's place."""
        async with answering(interaction):
            bot = interaction.client
            assert isinstance(bot, HelenaBot)
            actor = await bot.actor(interaction)
            order = PaymentOrder(
                guild_id=GuildId(actor.guild_id),
                payer_id=self._payer_id,
                payee_id=self._payee_id,
                amount=self._amount,
                key=self._key,
            )
            await interaction.response.defer()
            service = PointsService(bot.resources.db, bot.resources.clock)
            receipt = await service.pay(actor, order, ordered_at=discord.utils.snowflake_time(self._key))
            await interaction.edit_original_response(
                embed=receipt_card(receipt, f"<@{self._payee_id}>"), view=None
            )


def confirm_view(order: PaymentOrder) -> discord.ui.View:
    """Return the question's button."""
    view = discord.ui.View(timeout=None)
    view.add_item(
        PayButton(payer_id=order.payer_id, payee_id=order.payee_id, amount=order.amount, key=order.key)
    )
    return view
