"""/links."""

from __future__ import annotations

from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bots.admin.linking.cards import accounts_card
from bots.admin.linking.disputes.cards import decided_card, disputes_card
from bots.admin.linking.disputes.service import Disputes
from bots.admin.linking.service import Linking
from shared.discord_kit.bot import HelenaBot
from shared.discord_kit.cards import Colour, card, plain
from shared.ids import MemberId


@app_commands.guild_only()
class LinksCommands(
    commands.GroupCog,
    group_name="links",
    group_description="Look at ties between members and players, and settle them",
):
    """The group ``/links``."""

    def __init__(self, bot: HelenaBot, linking: Linking, disputes: Disputes) -> None:
        self._bot = bot
        self._linking = linking
        self._disputes = disputes

    @app_commands.command()
    @app_commands.describe(member="staff: somebody else")
    async def show(
        self, interaction: discord.Interaction[HelenaBot], member: discord.User | None = None
    ) -> None:
        """Show which players and survivors are tied to you, or (staff) to somebody else."""
        await interaction.response.defer(ephemeral=True)
        who = interaction.user if member is None else member
        accounts = await self._linking.accounts(await self._bot.actor(interaction), MemberId(who.id))
        await interaction.followup.send(embed=accounts_card(accounts, whose=plain(who.display_name)))

    @app_commands.command()
    async def disputes(self, interaction: discord.Interaction[HelenaBot]) -> None:
        """Staff: show the players whom two members say they are."""
        await interaction.response.defer(ephemeral=True)
        found = await self._disputes.open_ones(await self._bot.actor(interaction))
        await interaction.followup.send(embed=disputes_card(found))

    @app_commands.command()
    @app_commands.describe(
        dispute="its number",
        to="who has the player from now on",
        reason="both read it, and it goes on record",
    )
    async def decide(
        self,
        interaction: discord.Interaction[HelenaBot],
        dispute: app_commands.Range[int, 1],
        to: Literal["holder", "claimant"],
        reason: app_commands.Range[str, 1, 200],
    ) -> None:
        """Staff: decide who a player is."""
        await interaction.response.defer(ephemeral=True)
        actor = await self._bot.actor(interaction)
        ended = await self._disputes.decide(actor, dispute, moves=to == "claimant", reason=reason)
        await interaction.followup.send(embed=decided_card(ended))

    @app_commands.command()
    @app_commands.describe(player="the id, as the audit log shows it", reason="it goes on record")
    async def release(
        self,
        interaction: discord.Interaction[HelenaBot],
        player: app_commands.Range[str, 1, 100],
        reason: app_commands.Range[str, 1, 200],
    ) -> None:
        """Staff: let an id out of quarantine, because it is one person's after all."""
        await interaction.response.defer(ephemeral=True)
        await self._linking.release(await self._bot.actor(interaction), player, reason)
        text = f"`{plain(player)}` can be tied again. This is on record."
        await interaction.followup.send(
            embed=card("Released", text, colour=Colour.GOOD, footer="Admin · now")
        )
