"""How an order's way looks."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import discord

from bots.admin.running.domain import RunLine, hide, is_over, outcome_in_words
from shared.discord_kit.cards import Colour, card, plain
from shared.domain.text import for_discord
from shared.store.commands import CommandState

_MARKS = {
    CommandState.QUEUED: "⏳",
    CommandState.SENDING: "📨",
    CommandState.CONFIRMED: "✅",
    CommandState.FAILED: "⚠️",
    CommandState.EXPIRED: "⌛",
}
# A reply of one line is shown beside the outcome; of a console command, as much as a card holds.
_SHORT, _BLOCK = 100, 3500
# Discord takes 10 MiB; the queue keeps at most 64,000 characters of a reply, but of many servers.
_FILE_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An answer: a card, and a file for what does not fit."""

    embed: discord.Embed
    file_text: str = ""

    def files(self) -> list[discord.File]:
        """Return the file to attach, new for each request."""
        if not self.file_text:
            return []
        return [discord.File(io.BytesIO(self.file_text.encode()[:_FILE_BYTES]), "replies.txt")]


def run_answer(title: str, lines: Sequence[RunLine]) -> Shown:
    """Return how far an order has come, a line for each server."""
    texts = []
    for line in lines:
        reply = f" · {for_discord(line.reply, limit=_SHORT)}" if line.reply.strip() else ""
        texts.append(f"{_status(line)}{reply}")
    return Shown(embed=card(title, "\n".join(texts), colour=_colour(lines), footer=_footer(lines)))


def console_answer(title: str, lines: Sequence[RunLine], secret: str) -> Shown:
    """Return what servers answered to a console command: in a block where it fits, in a file otherwise."""
    replies = {line.server: hide(line.reply, secret).strip("\n") for line in lines}
    status = "\n".join(_status(line) for line in lines)
    blocks = "\n".join(
        f"{plain(server) if len(lines) > 1 else ''}{_block(reply)}"
        for server, reply in replies.items()
        if reply
    )
    if len(status) + len(blocks) <= _BLOCK:
        embed = card(title, f"{status}\n{blocks}", colour=_colour(lines), footer=_footer(lines))
        return Shown(embed=embed)
    text = "\n\n".join(f"== {server} ==\n{reply}" for server, reply in replies.items() if reply)
    note = "The replies are in the file." if is_over(lines) else ""
    embed = card(title, f"{status}\n{note}", colour=_colour(lines), footer=_footer(lines))
    return Shown(embed=embed, file_text=text)


def _status(line: RunLine) -> str:
    silent = " (no output)" if line.state is CommandState.CONFIRMED and not line.reply.strip() else ""
    return f"{_MARKS[line.state]} **{plain(line.server)}**: {for_discord(outcome_in_words(line), limit=300)}{silent}"


def _block(reply: str) -> str:
    # a word joiner between backticks keeps the reply from ending the block
    harmless = reply.replace("```", "`\u2060`\u2060`")
    return f"```\n{harmless}\n```"


def _colour(lines: Sequence[RunLine]) -> Colour:
    if not is_over(lines):
        return Colour.INFO
    good = sum(line.state is CommandState.CONFIRMED for line in lines)
    return Colour.GOOD if good == len(lines) else Colour.DOUBTFUL if good else Colour.BAD


def _footer(lines: Sequence[RunLine]) -> str:
    number = f" · audit entry {lines[0].audit_id}" if lines else ""
    return f"Admin · from the servers over RCON · now{number}"
