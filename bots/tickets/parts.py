"""The parts of the running bot, where buttons find them: a button that outlives a restart is born without any."""

from __future__ import annotations

from typing import Any

import discord
from discord.ext import commands

from bots.tickets.service import TicketService
from bots.tickets.upkeep.desk import Desk
from shared.discord_kit.bot import HelenaBot


class TicketParts(commands.Cog):
    """The service, and the desk that brings Discord up to date."""

    def __init__(self, bot: HelenaBot, service: TicketService, desk: Desk) -> None:
        self.bot = bot
        self.service = service
        self.desk = desk


def parts_of(interaction: discord.Interaction[Any]) -> TicketParts:
    """Return the parts of the bot that an interaction reached."""
    bot = interaction.client
    assert isinstance(bot, HelenaBot)
    parts = bot.get_cog(TicketParts.__name__)
    assert isinstance(parts, TicketParts)  # added by setup before anything can be pressed
    return parts
