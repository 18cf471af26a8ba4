"""``bots.md``: the bots, from their manifests."""

from __future__ import annotations

import discord

from docs.generator.commands import roots_of
from docs.generator.markdown import code, page, sentences, table
from docs.generator.programs import Bot, bots
from docs.generator.texts import load_texts
from shared.discord_kit.settings import token_variable

# The intents that are switched on in Discord's developer portal.
PRIVILEGED = {"members", "presences", "message_content"}


def bots_page() -> str:
    """Return the page."""
    found = bots()
    about = (
        "A bot is a folder in `bots/` with a `bot.toml`. "
        "It runs when its own token is set, or `HELENA_DISCORD_TOKEN` for all; bots with the same token share a process."
    )
    rows = [
        (
            code(bot.manifest.name),
            bot.manifest.title,
            bot.manifest.summary,
            code(token_variable(bot.manifest.name)),
        )
        for bot in found
    ]
    return page(
        "Bots",
        sentences(about),
        table(["folder", "title", "what it does", "token"], rows),
        "## Commands",
        "[Commands](commands.md) describes each.",
        table(["bot", "commands"], [(bot.manifest.title, _commands(bot)) for bot in found]),
        "## Intents",
        sentences(
            "What Discord sends a bot. A privileged intent is switched on in the developer portal, on the application's page *Bot*."
        ),
        table(["bot", "intents", "privileged"], [_intents(bot) for bot in found]),
        table(["intent", "why"], _meanings(found)),
    )


def _commands(bot: Bot) -> str:
    return ", ".join(code(f"/{leaf.qualified_name}") for root in roots_of(bot) for leaf in root.leaves())


def _intents(bot: Bot) -> tuple[str, str, str]:
    names = bot.manifest.intents
    unknown = set(names) - set(discord.Intents.VALID_FLAGS)
    if unknown:
        message = f"{bot.manifest.name} names intents that Discord does not have: {sorted(unknown)}"
        raise ValueError(message)
    privileged = [code(name) for name in names if name in PRIVILEGED]
    return bot.manifest.title, ", ".join(map(code, names)), ", ".join(privileged) or "none"


def _meanings(found: list[Bot]) -> list[tuple[str, str]]:
    used = sorted({name for bot in found for name in bot.manifest.intents})
    meanings = load_texts().intents
    return [(code(name), meanings.get(name, "")) for name in used]
