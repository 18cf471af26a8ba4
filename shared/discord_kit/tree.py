"""Slash commands: who may use them, how their failures are answered, and when Discord is told of them."""

from __future__ import annotations

import hashlib
import json
import logging
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from shared.discord_kit.failures import answer_failure
from shared.errors import ForbiddenError, HelenaError
from shared.ids import GuildId
from shared.logs import new_reference
from shared.logs.context import bind_here
from shared.store.panels import find_command_sync, set_command_sync

if TYPE_CHECKING:
    from shared.discord_kit.bot import HelenaBot

log = logging.getLogger(__name__)

# A person may run so many commands in so many seconds, over all commands of a bot.
_COMMANDS, _SECONDS = 10, 20.0


class HelenaTree(app_commands.CommandTree["HelenaBot"]):
    """Commands for approved guilds, at a bearable rate, with answers for every failure."""

    def __init__(self, client: HelenaBot) -> None:
        super().__init__(client)
        self._rates = commands.CooldownMapping.from_cooldown(_COMMANDS, _SECONDS, _person)

    async def interaction_check(self, interaction: discord.Interaction[HelenaBot], /) -> bool:
        """Tie what follows to a reference; let pass approved guilds and people who are not too fast."""
        bind_here(reference=new_reference(), guild=interaction.guild_id, member=interaction.user.id)
        if interaction.type is discord.InteractionType.autocomplete:
            return True
        try:
            await self._check(interaction)
        except HelenaError as error:
            await answer_failure(interaction, error)
            return False
        return True

    async def _check(self, interaction: discord.Interaction[HelenaBot]) -> None:
        if interaction.guild_id is None:
            raise ForbiddenError(
                "This works in your community's Discord server only, not in direct messages."
            )
        if await self.client.find_community(GuildId(interaction.guild_id)) is None:
            raise ForbiddenError("This Discord server has not been approved by the owner of this Helena.")
        wait = self._rates.update_rate_limit(interaction)
        if wait is not None:
            raise app_commands.CommandOnCooldown(app_commands.Cooldown(_COMMANDS, _SECONDS), wait)

    async def on_error(
        self, interaction: discord.Interaction[HelenaBot], error: app_commands.AppCommandError, /
    ) -> None:
        """Answer a failure."""
        if interaction.type is discord.InteractionType.autocomplete:
            log.warning("autocomplete failed: %s", error)
            return
        await answer_failure(interaction, error)

    async def register(self, guild_id: GuildId) -> bool:
        """Tell Discord the commands for a guild if they changed since it was last told."""
        guild = discord.Object(guild_id)
        self.copy_global_to(guild=guild)
        payload = [command.to_dict(self) for command in self.get_commands(guild=guild)]
        fingerprint = hashlib.sha256(json.dumps(payload, sort_keys=True, default=str).encode()).hexdigest()
        application_id = self.client.application_id or 0
        db = self.client.resources.db
        async with db.connection() as conn:
            known = await find_command_sync(conn, application_id, guild_id)
        if known == fingerprint:
            return False
        await self.sync(guild=guild)
        async with db.transaction() as conn:
            await set_command_sync(conn, application_id, guild_id, fingerprint)
        log.info("registered %d commands", len(payload))
        return True


def _person(interaction: discord.Interaction[Any]) -> int:
    return interaction.user.id
