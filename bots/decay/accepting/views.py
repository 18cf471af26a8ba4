"""The question before a doubtful save is accepted. Its button works after a restart too."""

from __future__ import annotations

import re
from typing import Any, Self

import discord

from bots.decay.accepting.service import REASON_LIMIT, AcceptingService, Doubt
from shared.discord_kit.answering import answering
from shared.discord_kit.bot import HelenaBot
from shared.discord_kit.cards import Colour, ago, card, cut, plain
from shared.domain.text import for_discord
from shared.ids import SaveId

# Discord's limit for a button's label.
_LABEL = 80
# A card has room for more, and nobody reads it.
_REASON = 1000


class AcceptButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=r"decay:accept:(?P<id>\d{1,18}):(?P<reason>(?s:.{1,60}))",
):
    """Accepts a save, for staff, while it is the newest of its server."""

    def __init__(self, save_id: SaveId, reason: str, server: str = "") -> None:
        self._save_id = save_id
        self._reason = reason
        label = cut(f"Accept save {save_id} of {server}", _LABEL)
        custom_id = f"decay:accept:{save_id}:{reason}"
        super().__init__(discord.ui.Button(label=label, style=discord.ButtonStyle.red, custom_id=custom_id))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read back from the button what it stands for."""
        del interaction, item
        return cls(SaveId(int(match["id"])), match["reason"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Accept the save, and say what follows."""
        async with answering(interaction):
            await interaction.response.defer()
            bot = interaction.client
            assert isinstance(bot, HelenaBot)
            service = AcceptingService(bot.resources.db, bot.resources.clock)
            doubt = await service.accept(await bot.actor(interaction), self._save_id, self._reason)
            await interaction.edit_original_response(embed=accepted_card(doubt), view=None)


def question_card(doubt: Doubt) -> discord.Embed:
    """Return what is asked before a save is accepted: why it is doubtful, and what follows."""
    verdict = doubt.verdict
    text = (
        f"Save {doubt.save_id} of **{plain(doubt.server.name)}**, judged {ago(verdict.judged_at)}, "
        f"is {verdict.level}: {for_discord(verdict.reason, limit=_REASON)}\n\n"
        "If you accept it, it comes into use within seconds: bases and tribes that it lacks are gone, "
        "and later saves are judged by it. If you are not sure, leave it: the last good save serves on.\n\n"
        f"Your reason, for the record: {for_discord(doubt.reason, limit=2 * REASON_LIMIT)}"
    )
    return card("Really accept this save?", text, colour=Colour.BAD, footer="Decay · nothing has changed yet")


def question_view(doubt: Doubt) -> discord.ui.View:
    """Return the question's button, which names save and server."""
    view = discord.ui.View(timeout=None)
    view.add_item(AcceptButton(doubt.save_id, doubt.reason, doubt.server.name))
    return view


def accepted_card(doubt: Doubt) -> discord.Embed:
    """Return what follows from an acceptance."""
    text = (
        f"Save {doubt.save_id} of **{plain(doubt.server.name)}** counts as good from now on. "
        "If no newer one has come, it is in use within seconds; `/decay list` then shows its age."
    )
    return card("Accepted", text, colour=Colour.GOOD, footer="Decay · on record")
