"""The client that bots are built on. A bot's ``setup`` adds its commands, loops and readers to it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from importlib import import_module

import discord
from discord.ext import commands

from shared.discord_kit.away import discord_may_be_away
from shared.discord_kit.manifest import intents_of, load_manifest
from shared.discord_kit.outbox import OutboxSender
from shared.discord_kit.panels import PanelKeeper
from shared.discord_kit.settings import BotSettings
from shared.discord_kit.tree import HelenaTree
from shared.domain.permissions import Actor, level_of
from shared.errors import ForbiddenError
from shared.ids import ChannelId, GuildId, MemberId
from shared.logs import current_reference
from shared.runtime.loops import Loop, run_loop
from shared.runtime.readers import Reader, run_reader
from shared.runtime.resources import Resources
from shared.store.servers import CommunityRow, find_community, list_communities

log = logging.getLogger(__name__)

# How long after the last guild arrived the client counts as ready; a community's bot is in one guild or a few.
_GUILD_READY_SECONDS = 0.5
_COMMUNITY_LIFETIME_SECONDS = 30.0
# On a first start, the parser brings the community into the database while the bots log in.
_NEW_COMMUNITIES = timedelta(seconds=1)


class HelenaBot(commands.Bot):
    """One connection to Discord, for one bot or for several that share a token."""

    def __init__(self, *, names: Sequence[str], resources: Resources, settings: BotSettings) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=intents_of([load_manifest(name) for name in names]),
            allowed_mentions=discord.AllowedMentions.none(),
            tree_cls=HelenaTree,
            max_messages=None,
            guild_ready_timeout=_GUILD_READY_SECONDS,
        )
        self.names = tuple(names)
        self.resources = resources
        self.settings = settings
        self.outboxes = {name: OutboxSender(self, name) for name in names}
        self.panels = PanelKeeper(self)
        self.crowd_names: dict[ChannelId, str] = {}
        """Under which name lines of several players are posted together, by channel."""
        self._loops: list[Loop] = []
        self._readers: list[Reader] = []
        self._registered: set[GuildId] = set()
        self.add_loop(Loop(name="new communities", interval=_NEW_COMMUNITIES, run=self.register_commands))
        self._communities: dict[GuildId, tuple[float, CommunityRow]] = {}
        self._has_parts = asyncio.Event()

    def add_loop(self, loop: Loop) -> None:
        """Run something on the clock, from when the bot is ready."""
        self._loops.append(loop)

    def add_reader(self, reader: Reader) -> None:
        """Read the event log."""
        self._readers.append(reader)

    async def setup_hook(self) -> None:
        """Put the bots of this process together, and tell Discord their commands."""
        for name in self.names:
            await import_module(f"bots.{name}").setup(self)
        self._has_parts.set()
        await self.register_commands()

    @property
    def serves_somebody(self) -> bool:
        """Tell whether there is a community whose guild knows the commands."""
        return bool(self._registered)

    async def register_commands(self) -> None:
        """Tell Discord the commands of guilds that are served and have not been told by this process."""
        async with self.resources.db.connection() as conn:
            guilds = set(await list_communities(conn))
        assert isinstance(self.tree, HelenaTree)  # tree_cls above
        for guild_id in sorted(guilds - self._registered):
            try:
                await self.tree.register(guild_id)
            except discord.Forbidden:
                log.warning(
                    "the bot is not in guild %d, or lacks the scope applications.commands there", guild_id
                )
            self._registered.add(guild_id)

    async def run_background(self) -> None:
        """Run readers once they are known, and loops and outboxes once Discord is there, for ever."""
        await self._has_parts.wait()
        async with asyncio.TaskGroup() as group:
            for reader in self._readers:
                group.create_task(run_reader(reader, self.resources), name=f"reader {reader.name}")
            await self.wait_until_ready()
            for sender in self.outboxes.values():
                group.create_task(sender.run(), name=f"outbox {sender.bot_name}")
            for loop in self._loops:
                kept = replace(loop, run=partial(_run_through_outages, loop.run))
                group.create_task(run_loop(kept), name=f"loop {loop.name}")

    async def find_community(self, guild_id: GuildId) -> CommunityRow | None:
        """Return the community if it is approved; remembered for half a minute."""
        now = asyncio.get_running_loop().time()
        known = self._communities.get(guild_id)
        if known is not None and now - known[0] < _COMMUNITY_LIFETIME_SECONDS:
            return known[1]
        async with self.resources.db.connection() as conn:
            community = await find_community(conn, guild_id)
        if community is not None:
            self._communities[guild_id] = (now, community)
        return community

    async def actor(self, interaction: discord.Interaction[HelenaBot]) -> Actor:
        """Return who asks, with their level.

        Raises
        ------
        ForbiddenError
            Outside an approved guild.
        """
        if interaction.guild_id is None or not isinstance(interaction.user, discord.Member):
            raise ForbiddenError(
                "This works in your community's Discord server only, not in direct messages."
            )
        return await self.actor_of(interaction.user)

    async def actor_of(self, member: discord.Member) -> Actor:
        """Return a member as somebody who asks.

        Raises
        ------
        ForbiddenError
            When the guild is not approved.
        """
        guild_id = GuildId(member.guild.id)
        community = await self.find_community(guild_id)
        if community is None:
            raise ForbiddenError("This Discord server has not been approved by the owner of this Helena.")
        return Actor(
            guild_id=guild_id,
            member_id=MemberId(member.id),
            name=member.display_name,
            level=level_of(
                {role.id for role in member.roles},
                staff_roles=community.staff_roles,
                owner_roles=community.owner_roles,
                is_guild_owner=member.guild.owner_id == member.id,
            ),
            reference=current_reference(),
        )


async def _run_through_outages(run: Callable[[], Awaitable[None]]) -> None:
    """Run a loop's work once; that Discord is away is a warning, and no bug of the loop's."""
    with discord_may_be_away():
        await run()
