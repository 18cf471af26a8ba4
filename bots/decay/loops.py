"""When the panels are looked at: after each decoded save, and every half a minute."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from bots.decay.cards import watch_card
from bots.decay.service import DecayService
from shared.cache.keys import SAVE_DECODED
from shared.cache.wakeups import wait_for_wakeup
from shared.discord_kit.bot import HelenaBot
from shared.discord_kit.panels import PanelValue
from shared.ids import ChannelId, GuildId
from shared.runtime.loops import Loop, run_guarded

_EVERY_SECONDS = 30.0
# Saves of many servers come together; they are shown together.
_PAUSE = timedelta(seconds=1)


def loops(bot: HelenaBot, service: DecayService) -> list[Loop]:
    """Return the loops of the bot."""
    woken = bot.resources.wakeups.subscribe(SAVE_DECODED)
    # the first look is at once
    woken.set()

    async def show_panels() -> None:
        await wait_for_wakeup(woken, at_most_seconds=_EVERY_SECONDS)
        await _show_all(bot, service)

    return [Loop(name="decay panels", interval=_PAUSE, run=show_panels)]


async def _show_all(bot: HelenaBot, service: DecayService) -> None:
    for guild_id, channel_id in await service.panels():
        # one community's trouble is not the next one's
        await run_guarded(f"decay panel of {guild_id}", partial(_show, bot, service, guild_id, channel_id))


async def _show(bot: HelenaBot, service: DecayService, guild_id: GuildId, channel_id: ChannelId) -> None:
    value = PanelValue(embeds=(watch_card(await service.watch(guild_id)),))
    await bot.panels.show(guild_id, "decay", "watch", channel_id, value)
