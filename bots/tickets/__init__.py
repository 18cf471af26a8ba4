"""Tickets: a button, a form, a private thread with staff, and a transcript of all that was said."""

from __future__ import annotations

from bots.tickets.buttons import OpenButton, RateButton, TicketButton
from bots.tickets.commands import TicketCommands
from bots.tickets.keeping.files import FileStore
from bots.tickets.keeping.reader import ThreadReader
from bots.tickets.keeping.service import KeepingService
from bots.tickets.listeners import Listeners
from bots.tickets.loops import loops
from bots.tickets.panel import TicketPanel
from bots.tickets.parts import TicketParts
from bots.tickets.service import TicketService
from bots.tickets.transcripts.courier import Courier
from bots.tickets.transcripts.render import Renderer
from bots.tickets.transcripts.service import TranscriptService
from bots.tickets.upkeep.desk import Desk
from bots.tickets.upkeep.service import UpkeepService
from shared.discord_kit.bot import HelenaBot


async def setup(bot: HelenaBot) -> None:
    """Put the bot together."""
    db, clock = bot.resources.db, bot.resources.clock
    files = FileStore(bot.settings.data / "tickets")
    upkeep, keeping = UpkeepService(db, clock), KeepingService(db, clock)
    reader = ThreadReader(keeping, files)
    courier = Courier(bot, TranscriptService(db, clock, files), Renderer())
    desk = Desk(bot, upkeep, keeping, reader, courier)
    panel = TicketPanel(bot, upkeep)
    parts = TicketParts(bot, TicketService(db, clock), desk)
    listeners = Listeners(bot, upkeep=upkeep, keeping=keeping, reader=reader, desk=desk, panel=panel)
    bot.add_dynamic_items(OpenButton, TicketButton, RateButton)
    for cog in (parts, TicketCommands(parts), listeners):
        await bot.add_cog(cog)
    for loop in loops(desk, panel, listeners):
        bot.add_loop(loop)
