"""Which queued posts go out together as one message: a burst is folded, order is kept, nothing is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.discord_kit.cards import MESSAGE, cut
from shared.domain.text import for_discord
from shared.store.outbox import WaitingPost

# From this many waiting posts on, lines of different authors share a message: Discord lets a webhook post about
# 30 messages a minute into a channel (reference/discord.md, section 3).
CROWD = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """One message made of one or more posts."""

    ids: tuple[int, ...]
    author: str | None
    content: str
    embeds: tuple[dict[str, object], ...] = ()


def choose(posts: Sequence[WaitingPost]) -> list[WaitingPost]:
    """Return the posts, from the first on, that go out as one message.

    Posts with embeds, and posts of the bot itself, go alone. Lines of one author join; when many wait, lines of
    several authors join too.
    """
    first = posts[0]
    if first.author is None or first.embeds:
        return [first]
    taken: list[WaitingPost] = []
    length = 0
    for post in posts:
        other_author = len(posts) < CROWD and post.author != first.author
        # room for the name is counted whether it will be shown or not: what fits does not depend on what follows
        cost = len(_line(post, named=True)) + 1
        if post.author is None or post.embeds or other_author or (taken and length + cost > MESSAGE):
            break
        taken.append(post)
        length += cost
    return taken


def render(posts: Sequence[WaitingPost], *, crowd_name: str) -> Folded:
    """Return the one message made of these posts; of several authors, each line says whose it is."""
    first = posts[0]
    ids = tuple(post.id for post in posts)
    if first.author is None or first.embeds:
        return Folded(
            ids=ids, author=first.author, content=cut(first.content, MESSAGE), embeds=tuple(first.embeds)
        )
    crowd = len({post.author for post in posts}) > 1
    content = "\n".join(_line(post, named=crowd) for post in posts)
    return Folded(ids=ids, author=crowd_name if crowd else first.author, content=content)


def _line(post: WaitingPost, *, named: bool) -> str:
    # a webhook's name is shown as it is; inside a message the same name would be Markdown, masked links included
    return cut(f"**{for_discord(post.author or '')}**: {post.content}" if named else post.content, MESSAGE)
