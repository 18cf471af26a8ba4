"""Messages as Discord's JSON."""

from __future__ import annotations

import hashlib
from typing import Any

from sandbox.discord import render
from sandbox.discord.cdn import Signer
from sandbox.discord.components import as_answered
from sandbox.discord.intents import Intent
from sandbox.discord.models import Attachment, Channel, Json, Message, Reaction
from sandbox.discord.snowflake import Snowflake
from sandbox.discord.world import World

ATTACHMENT = "attachment://"
"""How an embed or a component names a file of its own message (Discord docs, "Uploading Files")."""


class MessageRenderer:
    """Makes message objects, as one viewer sees them."""

    def __init__(self, world: World, signer: Signer) -> None:
        self._world = world
        self._signer = signer

    def message(self, it: Message, viewer_id: Snowflake | None = None, *, with_reply: bool = True) -> Json:
        """Return a message; ``viewer_id`` decides which reactions are "me"."""
        used = _named_files(it)
        body: Json = {
            "id": it.id,
            "channel_id": it.channel_id,
            "type": it.type,
            "author": self._author(it),
            "content": it.content,
            "timestamp": render.timestamp(it.created_at),
            "edited_timestamp": render.timestamp_or_none(it.edited_at),
            "tts": it.tts,
            "flags": it.flags,
            "pinned": it.pinned_at is not None,
            "mentions": [self._mention(it, user_id) for user_id in it.mentions],
            "mention_roles": list(it.mention_roles),
            "mention_everyone": it.mention_everyone,
            # Observed: a file shown inside an embed or component is not listed a second time.
            "attachments": [self.attachment(a) for a in it.attachments if a.filename not in used],
            "embeds": self._linked(it.embeds, it),
            "components": as_answered(self._linked(it.components, it), it.id),
        }
        if it.reactions:
            body["reactions"] = [_reaction(reaction, viewer_id) for reaction in it.reactions]
        return body | self._extras(it, with_reply=with_reply)

    def _extras(self, it: Message, *, with_reply: bool) -> Json:
        """Return the fields that only some messages have; absent is not null."""
        extras: Json = {}
        if it.webhook_id:
            extras["webhook_id"] = it.webhook_id
        if it.application_id:
            extras["application_id"] = it.application_id
        if it.interaction:
            extras["interaction_metadata"] = it.interaction
        if it.poll:
            extras["poll"] = it.poll
        if thread := self._world.channels.get(it.id):
            # Discord docs: a thread started from a message has the message's id.
            extras["thread"] = render.channel(thread)
        if it.reply_to:
            extras["message_reference"] = self._reference(it)
            original = self._world.messages.get(it.channel_id, {}).get(it.reply_to)
            if with_reply:
                # Discord docs: null when the original was deleted, absent when it was not looked up.
                extras["referenced_message"] = original and self.message(original, with_reply=False)
        return extras

    def _reference(self, it: Message) -> Json:
        guild_id = self._world.channels[it.channel_id].guild_id
        return {
            "type": 0,
            "channel_id": it.channel_id,
            "message_id": it.reply_to,
            **({"guild_id": guild_id} if guild_id else {}),
        }

    def event(self, it: Message, channel: Channel, viewer_id: Snowflake | None) -> Json:
        """Return the data of MESSAGE_CREATE and MESSAGE_UPDATE."""
        body = self.message(it, viewer_id)
        if it.nonce is not None:
            body["nonce"] = it.nonce
        if channel.guild_id is None:
            return body
        body["guild_id"] = channel.guild_id
        member = self._world.guilds[channel.guild_id].members.get(it.author_id)
        if member is not None and it.webhook_face is None:
            body["member"] = render.bare_member(member)
        return body

    def _author(self, it: Message) -> Json:
        if it.webhook_face is None:
            return render.user(self._world.users[it.author_id])
        face = it.webhook_face
        avatar = (
            hashlib.md5(face.avatar_url.encode(), usedforsecurity=False).hexdigest()
            if face.avatar_url
            else None
        )
        return {
            "id": it.author_id,
            "username": face.name,
            # OpenAPI: a webhook's author is a user with this discriminator.
            "discriminator": "0000",
            "global_name": None,
            "avatar": avatar,
            "bot": True,
            "public_flags": 0,
            "flags": 0,
            "primary_guild": None,
        }

    def _mention(self, it: Message, user_id: Snowflake) -> Json:
        body = render.user(self._world.users[user_id])
        guild_id = self._world.channels[it.channel_id].guild_id
        member = self._world.guilds[guild_id].members.get(user_id) if guild_id else None
        return body | {"member": render.bare_member(member)} if member else body

    def attachment(self, it: Attachment) -> Json:
        """Return an attachment with an address that is good for a day."""
        url = self._signer.url(it.path, self._world.clock.now())
        optional = {"description": it.description, "width": it.width, "height": it.height}
        return {
            "id": it.id,
            "filename": it.filename,
            "size": it.size,
            "url": url,
            "proxy_url": url,
            "content_type": it.content_type,
            **{name: value for name, value in optional.items() if value is not None},
        }

    def _linked(self, value: list[Json], it: Message) -> list[Json]:
        """Return embeds or components with ``attachment://`` names made into addresses."""
        if not it.attachments:
            return value
        urls = {
            ATTACHMENT + a.filename: self._signer.url(a.path, self._world.clock.now()) for a in it.attachments
        }
        linked: list[Json] = _replace(value, urls)
        return linked


def _replace(value: Any, urls: dict[str, str]) -> Any:
    if isinstance(value, str):
        return urls.get(value, value)
    if isinstance(value, list):
        return [_replace(item, urls) for item in value]
    if isinstance(value, dict):
        return {key: _replace(item, urls) for key, item in value.items()}
    return value


def _named_files(it: Message) -> set[str]:
    """Return the names of the files that embeds or components show."""
    found: set[str] = set()

    def look(value: Any) -> None:
        if isinstance(value, str) and value.startswith(ATTACHMENT):
            found.add(value.removeprefix(ATTACHMENT))
        elif isinstance(value, list | dict):
            for item in value.values() if isinstance(value, dict) else value:
                look(item)

    if it.attachments:
        look(it.embeds)
        look(it.components)
    return found


def _reaction(it: Reaction, viewer_id: Snowflake | None) -> Json:
    return {
        "emoji": {"id": it.emoji_id, "name": it.name},
        "count": len(it.users),
        "count_details": {"burst": 0, "normal": len(it.users)},
        "burst_colors": [],
        "me_burst": False,
        "me": viewer_id in it.users,
    }


def redacted(body: Json, viewer_id: Snowflake, *, in_guild: bool) -> Json:
    """Return a message as a bot without MESSAGE_CONTENT gets it.

    Discord docs, "Message Content Intent": own messages, direct messages and messages that mention
    the bot keep their content.
    """
    mentioned = any(user["id"] == viewer_id for user in body["mentions"])
    if not in_guild or body["author"]["id"] == viewer_id or mentioned:
        return body
    # A webhook's or interaction's message of the bot itself is its own, too.
    if body.get("application_id") == viewer_id:
        return body
    hidden = body | {"content": "", "embeds": [], "attachments": [], "components": []}
    hidden.pop("poll", None)
    return hidden


def keeps_content(intents: int) -> bool:
    """Return whether these intents, asked for or granted, include reading content."""
    return bool(intents & Intent.MESSAGE_CONTENT)
