"""How routes look."""

from __future__ import annotations

import discord

from bots.admin.routing.domain import BOT_OF, POSTED
from bots.admin.routing.service import Change, Routes
from shared.discord_kit.cards import Colour, card, plain
from shared.discord_kit.manifest import load_manifest
from shared.store.servers import Purpose


def routes_card(routes: Routes) -> discord.Embed:
    """Return where everything goes, and what goes nowhere."""
    names = {server.id: server.name for server in routes.servers}
    fields = []
    for purpose, what in POSTED.items():
        own = [route for route in routes.routes if route.purpose == purpose.value]
        lines = [
            f"<#{route.channel_id}>"
            + (f" for {plain(names[route.server_id])}" if route.server_id in names else "")
            for route in own
            if not route.server_id or route.server_id in names
        ]
        fields.append((f"{purpose.value}: {what}", "\n".join(lines) or _nowhere(purpose)))
    return card(
        "Where Helena posts",
        "What has no channel goes nowhere. `/setup channel` sets one.",
        fields=fields,
        inline=False,
        footer="Admin · from the database · now",
    )


def change_card(change: Change) -> discord.Embed:
    """Return that a route was set, and what the channel needs."""
    what = f"**{change.purpose.value}** ({POSTED[change.purpose]})"
    where = f" of **{plain(change.server.name)}**" if change.server is not None else ""
    before = f" It was <#{change.before}> before." if change.before not in {None, change.after} else ""
    needs = _NEEDS.get(change.purpose, "View Channel, Send Messages and Embed Links")
    title = load_manifest(BOT_OF[change.purpose]).title
    text = f"{what}{where} goes to <#{change.after}>.{before}\n**{plain(title)}** needs {needs} there."
    return card("Set", text, colour=Colour.GOOD, footer="Admin · this is on record")


def _nowhere(purpose: Purpose) -> str:
    return "nowhere" if purpose is not Purpose.CHAT else "nowhere: no chat is carried"


_NEEDS = {
    Purpose.CHAT: "View Channel, Send Messages, Add Reactions and Manage Webhooks",
    Purpose.TICKETS: "View Channel, Send Messages, Create Private Threads and Manage Threads",
    Purpose.TRANSCRIPTS: "View Channel, Send Messages and Attach Files",
}
