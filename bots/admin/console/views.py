"""The question before a dangerous command. Its buttons work after a restart too."""

from __future__ import annotations

import re
from functools import partial
from typing import Any, Self

import discord

from bots.admin.console.service import Question, Started, console_of
from bots.admin.running.cards import console_answer
from bots.admin.running.progress import Progress, progress_of
from shared.discord_kit.answering import answering
from shared.discord_kit.bot import HelenaBot
from shared.discord_kit.cards import Colour, card, cut, plain
from shared.domain.text import for_discord

# Discord's limit for a button's label.
_LABEL = 80
_SERVERS_NAMED = 3


class ConsoleButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=r"admin:rcon:(?P<verb>run|cancel):(?P<id>\d{1,18})",
):
    """Runs a dangerous command, or forgets it; once, for who asked, and for some minutes."""

    def __init__(self, verb: str, pending_id: int, label: str = "") -> None:
        self._verb = verb
        self._pending_id = pending_id
        style = discord.ButtonStyle.red if verb == "run" else discord.ButtonStyle.grey
        super().__init__(
            discord.ui.Button(label=label, style=style, custom_id=f"admin:rcon:{verb}:{pending_id}")
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read back from the button what it stands for."""
        del interaction, item
        return cls(match["verb"], int(match["id"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do what the button says."""
        async with answering(interaction):
            await interaction.response.defer()
            bot = interaction.client
            assert isinstance(bot, HelenaBot)
            actor = await bot.actor(interaction)
            console = console_of(bot.resources)
            if self._verb == "cancel":
                await console.cancel(actor, self._pending_id)
                await interaction.edit_original_response(
                    content="Cancelled. Nothing was sent.", embed=None, view=None
                )
                return
            started = await console.confirm(actor, self._pending_id)
            await show_started(interaction, started, progress_of(bot))


async def show_started(interaction: discord.Interaction[Any], started: Started, progress: Progress) -> None:
    """Answer with a command's progress and then with what the servers said."""
    title = cut(f"> {started.command}", 200)
    render = partial(console_answer, title, secret=started.secret)
    await progress.follow(interaction, started.audit_id, render)


def question_card(question: Question) -> discord.Embed:
    """Return what is asked before a dangerous command."""
    servers = ", ".join(plain(name) for name in question.servers)
    text = f"`{question.command.replace('`', chr(39))}`\nruns on **{for_discord(servers, limit=1500)}**."
    note = "This cannot be undone from here. The question stands for 5 minutes."
    return card(
        "Really run this?", f"{text}\n{note}", colour=Colour.BAD, footer="Admin · nothing has been sent yet"
    )


def question_view(question: Question) -> discord.ui.View:
    """Return the question's buttons; the red one names server and command."""
    where = (
        ", ".join(question.servers)
        if len(question.servers) <= _SERVERS_NAMED
        else f"{len(question.servers)} servers"
    )
    view = discord.ui.View(timeout=None)
    view.add_item(
        ConsoleButton("run", question.pending_id, cut(f"Run {question.command} on {where}", _LABEL))
    )
    view.add_item(ConsoleButton("cancel", question.pending_id, "Cancel"))
    return view
