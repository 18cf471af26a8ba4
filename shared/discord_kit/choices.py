"""What people may pick while they type an option of a command."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from shared.discord_kit.cards import cut
from shared.ids import GuildId
from shared.store.servers import GameServer, list_servers

if TYPE_CHECKING:
    from shared.discord_kit.bot import HelenaBot

ALL = "all"
"""The choice that means every server."""

# Discord's limits of autocomplete: 25 choices, names of 100 characters.
_CHOICES, _NAME = 25, 100


async def server_choices(
    interaction: discord.Interaction[HelenaBot], current: str
) -> list[app_commands.Choice[str]]:
    """Return the guild's servers that match what was typed, as keys."""
    return matching_servers(await _servers(interaction), current)


async def server_or_all_choices(
    interaction: discord.Interaction[HelenaBot], current: str
) -> list[app_commands.Choice[str]]:
    """Return "all" and the guild's servers that match what was typed, as keys."""
    return matching_servers(await _servers(interaction), current, with_all=True)


def matching_servers(
    servers: Sequence[GameServer], current: str, *, with_all: bool = False
) -> list[app_commands.Choice[str]]:
    """Return the servers whose name, key or map holds what was typed; those that begin with it come first."""
    typed = current.strip().casefold()
    rows = [(f"{server.name} ({server.map})", server.key) for server in servers]
    if with_all:
        rows.insert(0, ("All servers", ALL))
    found = [row for row in rows if typed in row[0].casefold() or typed in row[1].casefold()]
    found.sort(key=lambda row: not row[0].casefold().startswith(typed))
    return [app_commands.Choice(name=cut(name, _NAME), value=key) for name, key in found[:_CHOICES]]


async def _servers(interaction: discord.Interaction[HelenaBot]) -> list[GameServer]:
    # autocomplete reaches every guild the bot is in, so approval is checked here as well
    if interaction.guild_id is None:
        return []
    guild_id = GuildId(interaction.guild_id)
    bot = interaction.client
    if await bot.find_community(guild_id) is None:
        return []
    async with bot.resources.db.connection() as conn:
        return await list_servers(conn, guild_id)
