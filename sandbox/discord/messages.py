"""Sending, editing and deleting messages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sandbox.discord.api_errors import ApiError, invalid
from sandbox.discord.bodies import MessageBody, snowflake_of
from sandbox.discord.cdn import picture_size, safe_filename
from sandbox.discord.components import Component, check_message, numbered, walk
from sandbox.discord.core import Core
from sandbox.discord.hub import Session
from sandbox.discord.mentions import Allowed, Mentions, find_mentions
from sandbox.discord.models import Attachment, Channel, Json, Message, MessageFlag, WebhookFace
from sandbox.discord.permissions import EVERYTHING, Permission
from sandbox.discord.poll import as_poll
from sandbox.discord.render_message import keeps_content, redacted
from sandbox.discord.snowflake import Snowflake
from sandbox.discord.store import StoredFile
from sandbox.discord.threads import enter_thread, note_message

# Discord docs, "Message Types".
PLAIN, PINNED, THREAD_STARTED, REPLY, SLASH_REPLY, MENU_REPLY = 0, 6, 18, 19, 20, 23

# Discord docs, "Uploading Files": 10 MiB a file.
MOST_BYTES = 10 * 1024 * 1024

# What a sender may set themselves; the other flags are Discord's.
_SETTABLE = (
    MessageFlag.SUPPRESS_EMBEDS
    | MessageFlag.EPHEMERAL
    | MessageFlag.LOADING
    | MessageFlag.SUPPRESS_NOTIFICATIONS
    | MessageFlag.IS_COMPONENTS_V2
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file of a request; ``slot`` is the number in ``files[0]``."""

    slot: str
    filename: str
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """In whose name a message is sent; a webhook has no permissions to look up, and may ping all."""

    author_id: Snowflake
    application_id: Snowflake | None = None
    webhook_id: Snowflake | None = None
    face: WebhookFace | None = None
    interaction: Json | None = None
    visible_to: Snowflake | None = None
    message_type: int = PLAIN


def send(
    core: Core, channel: Channel, body: MessageBody, sender: Sender, uploads: Sequence[Upload] = ()
) -> Message:
    """Make a message and tell who sees the channel; an enforced nonce makes it once only."""
    if body.enforce_nonce and (made := _made_already(core, channel, body, sender)):
        return made
    attachments, files = take_files(core, channel, body.attachments or [], uploads)
    message = _message(core, channel, body, sender).model_copy(update={"attachments": attachments})
    check_whole(message, wants_content=not body.sticker_ids)
    if message.visible_to is None:
        channel.last_message_id = message.id
        note_message(core, channel, message)
    core.world.save(message, channel, files=files)
    publish(core, "MESSAGE_CREATE", message)
    if message.visible_to is None:
        _let_pinged_in(core, channel, message)
    return message


def _message(core: Core, channel: Channel, body: MessageBody, sender: Sender) -> Message:
    """Return the message that a body makes, without its files."""
    now = core.world.clock.now()
    mentions = _mentions(core, channel, body, sender.author_id, body.replied_to())
    return Message(
        id=core.world.ids.next(),
        channel_id=channel.id,
        author_id=sender.author_id,
        type=REPLY if body.message_reference and sender.message_type == PLAIN else sender.message_type,
        content=(body.content or "").strip(),
        created_at=now,
        flags=(body.flags or 0) & _SETTABLE,
        tts=bool(body.tts),
        embeds=body.kept_embeds(),
        components=numbered(body.components or []),
        poll=as_poll(body.poll, now) if body.poll else None,
        mentions=mentions.users,
        mention_roles=mentions.roles,
        mention_everyone=mentions.everyone,
        nonce=body.nonce,
        reply_to=_check_reply(core, channel, body),
        webhook_id=sender.webhook_id,
        webhook_face=sender.face,
        application_id=sender.application_id,
        interaction=sender.interaction,
        visible_to=sender.visible_to,
    )


def _made_already(core: Core, channel: Channel, body: MessageBody, sender: Sender) -> Message | None:
    """Return the message made with the same nonce lately (Discord docs, ``enforce_nonce``)."""
    if body.nonce is None:
        return None
    oldest = core.world.clock.now() - timedelta(seconds=core.limits.nonce_seconds)
    for message in reversed(core.world.messages[channel.id].values()):
        if message.created_at < oldest:
            return None
        if message.author_id == sender.author_id and str(message.nonce) == str(body.nonce):
            return message
    return None


def _check_reply(core: Core, channel: Channel, body: MessageBody) -> Snowflake | None:
    replied_to = body.replied_to()
    if replied_to is None or replied_to in core.world.messages[channel.id]:
        return replied_to
    if (body.message_reference or {}).get("fail_if_not_exists", True):
        raise invalid("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
    return None


def _mentions(
    core: Core, channel: Channel, body: MessageBody, author_id: Snowflake, replied_to: Snowflake | None
) -> Mentions:
    original = core.world.messages[channel.id].get(replied_to) if replied_to else None
    # A webhook is no member: nothing keeps it from pinging everyone but its own allowed_mentions.
    is_user = author_id in core.world.users
    held = core.access.in_channel(author_id, channel) if is_user else EVERYTHING
    return find_mentions(
        core.world,
        _readable(body),
        Allowed.of(body.allowed_mentions),
        guild_id=channel.guild_id,
        may_ping_all=bool(held & Permission.MENTION_EVERYONE),
        replied_to=original.author_id if original else None,
    )


def _readable(body: MessageBody) -> str:
    """Return the text that may ping: the content, and with V2 the text displays; never an embed's."""
    displays = (c for c in walk(body.components or []) if c["type"] == Component.TEXT_DISPLAY)
    return "\n".join([body.content or "", *(str(c.get("content") or "") for c in displays)])


def check_whole(message: Message, *, wants_content: bool = True) -> None:
    """Refuse a message whose parts do not go together."""
    is_v2 = message.has(MessageFlag.IS_COMPONENTS_V2)
    check_message(message.components, is_v2=is_v2)
    if is_v2 and (message.content or message.embeds or message.poll):
        raise invalid(
            "content",
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
            "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
        )
    has_content = any(
        (message.content, message.embeds, message.components, message.attachments, message.poll)
    )
    if wants_content and not has_content and not message.has(MessageFlag.LOADING) and message.type != PINNED:
        raise ApiError(400, 50006, "Cannot send an empty message")


def take_files(
    core: Core, channel: Channel, described: Sequence[Json], uploads: Sequence[Upload]
) -> tuple[list[Attachment], tuple[StoredFile, ...]]:
    """Return the attachments of uploaded files, and the files themselves."""
    if len(uploads) > 10:
        raise invalid("attachments", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    about = {str(entry.get("id")): entry for entry in described}
    attachments, files = [], []
    for upload in uploads:
        if len(upload.body) > MOST_BYTES:
            raise ApiError(413, 40005, "Request entity too large")
        entry = about.get(upload.slot, {})
        attachment_id = core.world.ids.next()
        name = safe_filename(entry.get("filename") or upload.filename)
        path = f"/attachments/{channel.id}/{attachment_id}/{name}"
        width, height = picture_size(upload.body) or (None, None)
        attachments.append(
            Attachment(
                id=attachment_id,
                filename=name,
                path=path,
                size=len(upload.body),
                content_type=upload.content_type,
                description=entry.get("description"),
                width=width,
                height=height,
            )
        )
        files.append(StoredFile(path=path, content_type=upload.content_type, body=upload.body))
    return attachments, tuple(files)


def edit(core: Core, message: Message, body: MessageBody, uploads: Sequence[Upload] = ()) -> Message:
    """Change what was sent of a message; a field that was not sent stays as it is.

    The first change of a deferred answer fills it in: it stops loading, and is not marked as edited
    (observed).
    """
    channel = core.world.get_channel(message.channel_id)
    sent = body.model_fields_set
    update: Json = {"flags": message.flags & ~MessageFlag.LOADING}
    if not message.has(MessageFlag.LOADING):
        update["edited_at"] = core.world.clock.now()
    if "content" in sent:
        update["content"] = (body.content or "").strip()
    if "embeds" in sent:
        update["embeds"] = body.kept_embeds()
    if "components" in sent:
        update["components"] = numbered(body.components or [])
    if body.flags is not None:
        # Discord docs, "Edit Message": SUPPRESS_EMBEDS and IS_COMPONENTS_V2 may be set; V2 never unset.
        fixed = update["flags"] & ~MessageFlag.SUPPRESS_EMBEDS
        update["flags"] = fixed | (body.flags & (MessageFlag.SUPPRESS_EMBEDS | MessageFlag.IS_COMPONENTS_V2))
    attachments, files = take_files(core, channel, body.attachments or [], uploads)
    kept = message.attachments
    if body.attachments is not None:
        ids = {snowflake_of(entry.get("id"), "attachments.id") for entry in body.attachments}
        kept = [attachment for attachment in kept if attachment.id in ids]
    update["attachments"] = [*kept, *attachments]
    if "content" in sent:
        mentions = _mentions(core, channel, body, message.author_id, message.reply_to)
        update |= {"mentions": mentions.users, "mention_roles": mentions.roles}
    edited = message.model_copy(update=update)
    check_whole(edited)
    return replace(core, edited, files)


def replace(core: Core, edited: Message, files: tuple[StoredFile, ...] = ()) -> Message:
    """Keep a changed message and tell who sees it."""
    core.world.save(edited, files=files)
    publish(core, "MESSAGE_UPDATE", edited)
    return edited


def delete(core: Core, message: Message) -> None:
    """Remove a message and tell who saw it."""
    channel = core.world.get_channel(message.channel_id)
    core.world.remove(message)
    if channel.thread is not None and message.visible_to is None:
        channel.thread.message_count = max(0, channel.thread.message_count - 1)
        core.world.save(channel)
    gone = {"id": message.id, "channel_id": channel.id, **in_guild(channel)}
    if message.visible_to is not None:
        core.hub.to_users([message.visible_to], "MESSAGE_DELETE", gone)
    else:
        core.hub.to_channel(channel, "MESSAGE_DELETE", gone)


def publish(core: Core, event: str, message: Message) -> None:
    """Tell those who see the message; an ephemeral one goes to one person and to no bot."""
    channel = core.world.get_channel(message.channel_id)
    whole = core.messages.event(message, channel, None)

    def for_session(session: Session) -> Json:
        body = core.messages.event(message, channel, session.user_id) if message.reactions else whole
        if session.is_bot and not keeps_content(session.intents):
            return redacted(body, session.user_id, in_guild=channel.guild_id is not None)
        return body

    if message.visible_to is not None:
        core.hub.to_users([message.visible_to], event, whole)
    else:
        core.hub.to_channel(channel, event, for_session)


def in_guild(channel: Channel) -> Json:
    """Return ``guild_id`` for an event, or nothing in a direct message: absent is not null."""
    return {"guild_id": channel.guild_id} if channel.guild_id else {}


def _let_pinged_in(core: Core, channel: Channel, message: Message) -> None:
    """Add those whom a message in a thread pings to the thread (observed)."""
    if channel.thread is None or channel.guild_id is None:
        return
    members = core.world.get_guild(channel.guild_id).members
    pinged: Iterable[Snowflake] = [
        *message.mentions,
        *(m.user_id for m in members.values() if set(m.roles) & set(message.mention_roles)),
    ]
    for user_id in pinged:
        enter_thread(core, channel, user_id, by=message.author_id)
