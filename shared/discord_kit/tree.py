"""Slash commands: who may use them, how their failures are answered, and when Discord is told of them."""

from __future__ import annotations

import hashlib
import json
import logging
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from shared.discord_kit.answering import answering
from shared.discord_kit.failures import answer_failure
from shared.errors import ForbiddenError
from shared.ids import GuildId
from shared.store.known_commands import KnownCommand, set_known_commands
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
        may_pass = False
        async with answering(interaction):
            if interaction.type is not discord.InteractionType.autocomplete:
                await self._check(interaction)
            may_pass = True
        return may_pass  # noqa: RET504 - what the check raises is answered, and ends there

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
        async with db.transaction() as conn:
            known = await find_command_sync(conn, application_id, guild_id)
            for name, commands_of_bot in self._by_bot(guild).items():
                await set_known_commands(conn, guild_id, name, commands_of_bot)
        if known == fingerprint:
            return False
        await self.sync(guild=guild)
        async with db.transaction() as conn:
            await set_command_sync(conn, application_id, guild_id, fingerprint)
        log.info("registered %d commands", len(payload))
        return True

    def _by_bot(self, guild: discord.abc.Snowflake) -> dict[str, list[KnownCommand]]:
        """Return the commands as people type them, by the bot whose folder they are written in."""
        by_bot: dict[str, list[KnownCommand]] = {name: [] for name in self.client.names}
        for command in self.walk_commands(guild=guild):
            folders = (getattr(command, "module", None) or "").split(".")
            if isinstance(command, app_commands.Command) and folders[0] == "bots" and folders[1] in by_bot:
                known = KnownCommand(
                    bot=folders[1], name=command.qualified_name, description=command.description
                )
                by_bot[known.bot].append(known)
        return by_bot


def _person(interaction: discord.Interaction[Any]) -> int:
    return interaction.user.id
