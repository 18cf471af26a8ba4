"""Steps that the stories of tickets share."""

from __future__ import annotations

from typing import Any

import aiohttp

from sandbox.discord.human import Human, SeenMessage
from sandbox.discord.models import Json
from tests.bots.harness import TestCommunity

BOT = "tickets"


async def panel(person: Human) -> SeenMessage:
    return await person.sees("tickets", "Talk to staff in private")


async def send_form(person: Human, button: str = "Open a ticket", **values: object) -> str:
    """Press a button of the panel, fill the form, and return the answer."""
    form = await (await person.click(await panel(person), button)).modal()
    asked = await person.submit(form, {"subject": "Lost my raptor", **values})
    return (await asked.reply(within=15)).text


async def open_ticket(person: Human, button: str = "Open a ticket", **values: object) -> Json:
    """Open a ticket, and return its thread."""
    await send_form(person, button, **values)
    return await person.thread("Lost my raptor")


async def header(person: Human, thread: Json, text: str = "") -> SeenMessage:
    return await person.sees(
        {"id": thread["id"]},
        lambda m: "everything written here is kept" in m.text and text in m.text,
        within=15,
    )


async def transcript(person: Human, number: int, *, times: int = 1) -> SeenMessage:
    name = f"ticket-{number:04}.html" if times == 1 else f"ticket-{number:04}-{times}.html"
    return await person.sees(
        "transcripts", lambda m: any(file["filename"] == name for file in m.attachments), within=20
    )


async def html_of(message: SeenMessage) -> str:
    """Return the content of a message's file."""
    async with aiohttp.ClientSession() as session, session.get(message.attachments[0]["url"]) as response:
        assert response.status == 200
        return await response.text()


async def direct_messages(community: TestCommunity, person: Human) -> list[SeenMessage]:
    """Return what the bot wrote to somebody directly."""
    app = next(app for app in community.seed["apps"] if app["name"] == BOT)
    bot_id = str(app.get("user_id") or app.get("id") or app["application_id"])
    return await person.history(await person.direct_channel(bot_id))


async def rows(community: TestCommunity, sql: str, *arguments: Any) -> list[dict[str, Any]]:
    async with community.db.connection() as conn:
        return [dict(row) for row in await conn.fetch(sql, *arguments)]
