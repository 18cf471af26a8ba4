"""A long list, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord

from shared.discord_kit.views import HelenaView

PAGE_TIMEOUT_SECONDS = 600.0


class Pages(HelenaView):
    """Cards with buttons to turn them; only who asked may turn. After ten minutes the buttons grey out."""

    def __init__(self, cards: Sequence[discord.Embed], *, owner_id: int) -> None:
        super().__init__(timeout=PAGE_TIMEOUT_SECONDS)
        self._cards = list(cards)
        self._owner_id = owner_id
        self._page = 0
        self._interaction: discord.Interaction[Any] | None = None
        self._update_buttons()

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Let only the person who asked turn the pages."""
        if interaction.user.id == self._owner_id:
            return True
        await interaction.response.send_message(
            "This list is someone else's. Run the command yourself.", ephemeral=True
        )
        return False

    async def send(self, interaction: discord.Interaction[Any]) -> None:
        """Show the first page as the answer to a deferred command."""
        self._interaction = interaction
        if len(self._cards) == 1:
            await interaction.followup.send(embed=self._cards[0])
            self.stop()
        else:
            await interaction.followup.send(embed=self._cards[0], view=self)

    async def on_timeout(self) -> None:
        """Grey the buttons out, so that nobody presses what no longer works."""
        for item in self.children:
            if isinstance(item, discord.ui.Button):
                item.disabled = True
        # the answer's token lives 15 minutes, longer than this view
        if self._interaction is not None:
            await self._interaction.edit_original_response(view=self)

    def _update_buttons(self) -> None:
        self.first_page.disabled = self.previous_page.disabled = self._page == 0
        self.next_page.disabled = self.last_page.disabled = self._page == len(self._cards) - 1
        self.counter.label = f"{self._page + 1} / {len(self._cards)}"

    async def _turn(self, interaction: discord.Interaction[Any], page: int) -> None:
        self._page = max(0, min(page, len(self._cards) - 1))
        self._update_buttons()
        await interaction.response.edit_message(embed=self._cards[self._page], view=self)

    @discord.ui.button(label="⏮", style=discord.ButtonStyle.grey)
    async def first_page(self, interaction: discord.Interaction[Any], _: discord.ui.Button[Pages]) -> None:
        """Turn to the first page."""
        await self._turn(interaction, 0)

    @discord.ui.button(label="◀", style=discord.ButtonStyle.blurple)
    async def previous_page(self, interaction: discord.Interaction[Any], _: discord.ui.Button[Pages]) -> None:
        """Turn back."""
        await self._turn(interaction, self._page - 1)

    @discord.ui.button(label="1 / 1", style=discord.ButtonStyle.grey, disabled=True)
    async def counter(self, interaction: discord.Interaction[Any], _: discord.ui.Button[Pages]) -> None:
        """Show which page this is; it cannot be pressed."""
        await interaction.response.defer()

    @discord.ui.button(label="▶", style=discord.ButtonStyle.blurple)
    async def next_page(self, interaction: discord.Interaction[Any], _: discord.ui.Button[Pages]) -> None:
        """Turn on."""
        await self._turn(interaction, self._page + 1)

    @discord.ui.button(label="⏭", style=discord.ButtonStyle.grey)
    async def last_page(self, interaction: discord.Interaction[Any], _: discord.ui.Button[Pages]) -> None:
        """Turn to the last page."""
        await self._turn(interaction, len(self._cards) - 1)


def chunked(lines: Sequence[str], size: int) -> list[list[str]]:
    """Return the lines in groups for one page each; no lines give one empty group."""
    return [list(lines[start : start + size]) for start in range(0, len(lines), size)] or [[]]
