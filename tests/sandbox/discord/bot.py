"""A discord.py bot with a bit of everything: what the tests and the browser talk to."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeAlias

import discord
import pytest
import yarl
from discord import app_commands, ui
from discord.ext import commands

from sandbox.discord.models import Json

BotInteraction: TypeAlias = "discord.Interaction[ExampleBot]"


class ExampleBot(commands.Bot):
    """Remembers what it heard; ``heard`` is (event name, arguments)."""

    def __init__(self, *, intents: discord.Intents | None = None, with_commands: bool = False) -> None:
        super().__init__(
            command_prefix="!",
            intents=discord.Intents.all() if intents is None else intents,
            # The default waits two seconds for member lists after the last guild.
            guild_ready_timeout=0.1,
        )
        self.heard: list[tuple[str, tuple[Any, ...]]] = []
        self.errors: list[Exception] = []
        self._with_commands = with_commands
        self._news = asyncio.Condition()

    async def setup_hook(self) -> None:
        self.add_view(Panel())
        if not self._with_commands:
            return
        for command in COMMANDS:
            self.tree.add_command(command)
        await self.tree.sync()

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:
        self.heard.append((event_name, args))
        super().dispatch(event_name, *args, **kwargs)
        self.loop.call_soon(self._tell)

    def _tell(self) -> None:
        self.loop.create_task(self._notify())

    async def _notify(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def hears(
        self, event: str, fits: Any = lambda *_: True, *, since: int = 0, within: float = 8.0
    ) -> Any:
        """Return the arguments of an event, past or to come."""

        def find() -> tuple[Any, ...] | None:
            return next((args for name, args in self.heard[since:] if name == event and fits(*args)), None)

        async with asyncio.timeout(within), self._news:
            while (found := find()) is None:
                await self._news.wait()
            return found

    @property
    def guild(self) -> discord.Guild:
        return self.guilds[0]

    def text_channel(self, name: str) -> discord.TextChannel:
        channel = discord.utils.get(self.guild.text_channels, name=name)
        assert channel is not None
        return channel


class Panel(ui.View):
    """Buttons that outlive a restart."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @ui.button(label="Open a ticket", emoji="🎫", custom_id="panel:open", style=discord.ButtonStyle.primary)
    async def open(self, interaction: BotInteraction, _: ui.Button[Panel]) -> None:
        await interaction.response.send_modal(TicketForm())

    @ui.button(label="Count", custom_id="panel:count", style=discord.ButtonStyle.secondary)
    async def count(self, interaction: BotInteraction, _: ui.Button[Panel]) -> None:
        assert interaction.message is not None
        number = int(interaction.message.content.rpartition(" ")[2] or 0) + 1
        await interaction.response.edit_message(content=f"Pressed {number}")

    @ui.select(
        custom_id="panel:map",
        placeholder="Which map?",
        options=[
            discord.SelectOption(label="The Island", value="island"),
            discord.SelectOption(label="Ragnarok"),
        ],
    )
    async def choose(self, interaction: BotInteraction, select: ui.Select[Panel]) -> None:
        await interaction.response.send_message(f"You chose {select.values[0]}.", ephemeral=True)


class TicketForm(ui.Modal, title="Open a ticket"):
    subject: ui.TextInput[TicketForm] = ui.TextInput(
        label="Subject", custom_id="ticket:subject", max_length=80, placeholder="In a few words"
    )
    details: ui.TextInput[TicketForm] = ui.TextInput(
        label="What happened?", custom_id="ticket:details", style=discord.TextStyle.paragraph, required=False
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        channel = interaction.channel
        assert isinstance(channel, discord.TextChannel)
        thread = await channel.create_thread(
            name=f"ticket: {self.subject.value}", type=discord.ChannelType.private_thread, invitable=False
        )
        await thread.add_user(interaction.user)
        await thread.send(f"{interaction.user.mention} wrote: {self.details.value or 'nothing more'}")
        await interaction.followup.send(f"Your ticket is {thread.mention}.", ephemeral=True)


@app_commands.command(description="Say hello")
async def hello(interaction: BotInteraction, text: str = "world") -> None:
    await interaction.response.send_message(f"hello {text}")


@app_commands.command(description="Say something only you can see")
async def secret(interaction: BotInteraction) -> None:
    await interaction.response.send_message("only you", ephemeral=True)


@app_commands.command(description="Think for a moment, then answer")
async def slow(interaction: BotInteraction, seconds: app_commands.Range[float, 0, 60] = 0.05) -> None:
    await interaction.response.defer()
    await asyncio.sleep(seconds)
    await interaction.followup.send("that took a while")
    await interaction.followup.send("and one more thing")


@app_commands.command(description="Answer too late")
async def late(interaction: BotInteraction, seconds: float = 0.5) -> None:
    await asyncio.sleep(seconds)
    try:
        await interaction.response.send_message("too late")
    except discord.HTTPException as error:
        interaction.client.errors.append(error)


@app_commands.command(description="Fill in a form")
async def form(interaction: BotInteraction) -> None:
    await interaction.response.send_modal(TicketForm())


@app_commands.command(description="Pick a fruit")
@app_commands.describe(name="Which fruit", member="For whom", amount="How many")
async def fruit(
    interaction: BotInteraction,
    name: str,
    member: discord.Member,
    amount: app_commands.Range[int, 1, 10] = 1,
    file: discord.Attachment | None = None,
) -> None:
    size = len(await file.read()) if file else 0
    await interaction.response.send_message(f"{amount} {name} for {member.display_name} ({size} bytes)")


@fruit.autocomplete("name")
async def complete_fruit(_: BotInteraction, typed: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=n.title(), value=n) for n in ("apple", "apricot", "pear") if typed in n]


@app_commands.command(description="Choose a colour")
@app_commands.choices(
    colour=[app_commands.Choice(name="Red", value="red"), app_commands.Choice(name="Blue", value="blue")]
)
async def choose(interaction: BotInteraction, colour: app_commands.Choice[str], loud: bool = False) -> None:
    await interaction.response.send_message(f"{colour.name}{'!' if loud else ''}")


points = app_commands.Group(name="points", description="Points for playing")


@points.command(name="balance", description="Show how many points somebody has")
async def balance(interaction: BotInteraction, member: discord.Member | None = None) -> None:
    who = member or interaction.user
    card = discord.Embed(
        title="Points", description=f"**{who.display_name}** has 120 points", colour=0x4FB286
    )
    card.add_field(name="Rank", value="3rd")
    card.set_footer(text="counted a minute ago")
    picture = discord.File(io.BytesIO(PIXEL), "chart.png")
    card.set_image(url="attachment://chart.png")
    await interaction.response.send_message(embed=card, file=picture)


COMMANDS: tuple[Any, ...] = (hello, secret, slow, form, fruit, late, choose, points)

# A grey PNG of one pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c63680000008200815d1f60e20000000049454e44ae426082"
)


@asynccontextmanager
async def running(bot: ExampleBot, token: str) -> AsyncIterator[ExampleBot]:
    """Run a bot, ready, and close it on the way out."""
    task = asyncio.create_task(bot.start(token))
    try:
        ready = asyncio.ensure_future(bot.hears("ready", within=20))
        await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            ready.cancel()
            await task
        await ready
        yield bot
    finally:
        await bot.close()
        await asyncio.gather(task, return_exceptions=True)


@contextmanager
def pointed_at(seed: Json) -> Iterator[None]:
    """Make discord.py talk to a stand-in, as the product's own settings do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(discord.http.Route, "BASE", seed["api"])
        patch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(seed["gateway"]))
        patch.setattr(discord.asset.Asset, "BASE", seed["cdn"])
        yield


def token_of(seed: Json, app: str) -> str:
    """Return an application's token."""
    return next(str(a["token"]) for a in seed["apps"] if a["name"] == app)
