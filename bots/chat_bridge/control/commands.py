"""The commands of the bridge."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bots.chat_bridge.control.cards import status_card
from bots.chat_bridge.control.service import Control
from bots.chat_bridge.gaps.cards import gaps_card
from bots.chat_bridge.gaps.service import Gaps
from shared.discord_kit.bot import HelenaBot


@app_commands.guild_only()
class BridgeCommands(
    commands.GroupCog, group_name="bridge", group_description="The chat between game and Discord"
):
    """The group ``/bridge``."""

    def __init__(self, bot: HelenaBot, control: Control, gaps: Gaps) -> None:
        self._bot = bot
        self._control = control
        self._gaps = gaps

    @app_commands.command()
    async def status(self, interaction: discord.Interaction[HelenaBot]) -> None:
        """Show what the bridge carries, what waits, and what went wrong."""
        await interaction.response.defer(ephemeral=True)
        status = await self._control.status(await self._bot.actor(interaction))
        await interaction.followup.send(embed=status_card(status))

    @app_commands.command()
    async def gaps(self, interaction: discord.Interaction[HelenaBot]) -> None:
        """Show what is missing from the last 7 days of each server, and what was recovered."""
        await interaction.response.defer(ephemeral=True)
        report = await self._gaps.report(await self._bot.actor(interaction))
        await interaction.followup.send(embed=gaps_card(report, self._bot.resources.clock.now()))

    @app_commands.command()
    @app_commands.describe(reason="Told in the chat channels and kept in the audit log")
    async def pause(
        self, interaction: discord.Interaction[HelenaBot], reason: app_commands.Range[str, 0, 200] = ""
    ) -> None:
        """Stop carrying chat either way until /bridge resume (staff)."""
        await interaction.response.defer(ephemeral=True)
        actor = await self._bot.actor(interaction)
        await self._control.pause(actor, reason)
        await self._bot.outboxes["chat_bridge"].wake()
        await interaction.followup.send("⏸️ The bridge is paused. `/bridge resume` ends the pause.")

    @app_commands.command()
    async def resume(self, interaction: discord.Interaction[HelenaBot]) -> None:
        """Carry chat again, and tell the channels what was left out (staff)."""
        await interaction.response.defer(ephemeral=True)
        skipped = await self._control.resume(await self._bot.actor(interaction))
        await self._bot.outboxes["chat_bridge"].wake()
        count = sum(one.from_game + one.from_discord for one in skipped)
        await interaction.followup.send(f"▶️ The bridge carries again. {count} lines were left out.")
