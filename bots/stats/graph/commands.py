"""``/graph``."""

from __future__ import annotations

from io import BytesIO

import discord
from discord import app_commands
from discord.ext import commands

from bots.stats.graph.domain import MAX_HOURS, Chart, span_in_words
from bots.stats.graph.painter import Painter
from bots.stats.graph.service import GraphService
from shared.discord_kit.bot import HelenaBot
from shared.discord_kit.cards import card
from shared.discord_kit.choices import ALL, server_or_all_choices
from shared.domain.durations import age_in_words
from shared.ids import GuildId


@app_commands.guild_only()
class GraphCommands(
    commands.GroupCog, group_name="graph", group_description="Pictures of how things went over time"
):
    """The group ``/graph``."""

    def __init__(self, service: GraphService, painter: Painter) -> None:
        self._service = service
        self._painter = painter

    @app_commands.command()
    @app_commands.describe(
        server="One server; without it, the busiest ones", hours="How far back, up to a week"
    )
    @app_commands.autocomplete(server=server_or_all_choices)
    async def players(
        self,
        interaction: discord.Interaction[HelenaBot],
        server: str = ALL,
        hours: app_commands.Range[int, 1, MAX_HOURS] = 24,
    ) -> None:
        """Draw how many players were on."""
        assert interaction.guild_id is not None  # guild_only
        await interaction.response.defer()
        chart = await self._service.players(
            GuildId(interaction.guild_id), server_key=None if server == ALL else server, hours=hours
        )
        picture = await self._painter.paint(chart, title=f"Players, last {span_in_words(chart)}")
        file = discord.File(BytesIO(picture), "players.png", description=_in_words(chart))
        await interaction.followup.send(embed=_card(chart), file=file)


def _card(chart: Chart) -> discord.Embed:
    note = f"{chart.left_out} quieter servers are not drawn." if chart.left_out else ""
    embed = card(
        "Players over time",
        note,
        footer=f"Stats · counted once a minute · {age_in_words(chart.latest_at, chart.until)}",
    )
    return embed.set_image(url="attachment://players.png")


def _in_words(chart: Chart) -> str:
    """Return the chart for who does not see it."""
    peaks = ", ".join(f"{curve.name}: at most {curve.peak}" for curve in chart.curves)
    # Discord's limit of a picture's description
    return f"Players, last {span_in_words(chart)}. {peaks}"[:1000]
