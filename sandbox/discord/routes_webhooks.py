"""Webhooks, and interaction tokens used as webhooks."""

from __future__ import annotations

import asyncio
import re
import secrets

from aiohttp import web

from sandbox.discord import interactions, messages, render
from sandbox.discord.api_errors import ApiError, invalid, missing_permissions, unknown
from sandbox.discord.audit import Action, note
from sandbox.discord.bodies import MessageBody, snowflake_of
from sandbox.discord.exchange import Bucket, Call, Handler, Route, answer, no_content
from sandbox.discord.interaction_state import Interaction
from sandbox.discord.messages import Sender
from sandbox.discord.models import Channel, Message, MessageFlag, Webhook, WebhookFace
from sandbox.discord.permissions import Permission
from sandbox.discord.routes_messages import find_channel

# Discord docs, "Create Webhook": neither word may be in a name.
_FORBIDDEN = re.compile("clyde|discord", re.IGNORECASE)

# Observed: as many per channel.
MOST_WEBHOOKS = 15


def _check_name(name: object, path: str) -> str:
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= 80:
        raise invalid(path, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 80 in length.")
    if found := _FORBIDDEN.search(name):
        raise invalid(path, "USERNAME_INVALID_CONTAINS", f'Username cannot contain "{found.group().lower()}"')
    return name.strip()


async def create_webhook(call: Call) -> web.Response:
    """Make a webhook of a channel."""
    core, channel = call.core, find_channel(call, Permission.MANAGE_WEBHOOKS)
    if channel.guild_id is None or channel.thread is not None:
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    name = _check_name((await call.json()).get("name"), "name")
    if sum(hook.channel_id == channel.id for hook in core.world.webhooks.values()) >= MOST_WEBHOOKS:
        raise ApiError(400, 30007, f"Maximum number of webhooks reached ({MOST_WEBHOOKS})")
    hook = Webhook(
        id=core.world.ids.next(),
        guild_id=channel.guild_id,
        channel_id=channel.id,
        name=name,
        # 68 characters, as Discord's: discord.py refuses addresses with fewer than 60.
        token=secrets.token_urlsafe(51),
        creator_id=call.user_id,
        application_id=call.user_id if call.user.bot else None,
    )
    core.world.save(hook)
    _tell(call, hook, Action.WEBHOOK_CREATE)
    return answer(render.webhook(core.world, hook, with_token=True))


def _tell(call: Call, hook: Webhook, action: Action) -> None:
    channel = call.core.world.get_channel(hook.channel_id)
    event = {"guild_id": hook.guild_id, "channel_id": hook.channel_id}
    call.core.hub.to_channel(channel, "WEBHOOKS_UPDATE", event)
    actor = call.caller.id if call.caller else hook.id
    note(call.core, hook.guild_id, actor, action, hook.id, reason=call.reason)


async def list_webhooks(call: Call) -> web.Response:
    """Return a channel's webhooks; the tokens of other applications' are left out (observed)."""
    channel = find_channel(call, Permission.MANAGE_WEBHOOKS)
    hooks = [hook for hook in call.core.world.webhooks.values() if hook.channel_id == channel.id]
    return answer([_shown(call, hook) for hook in hooks])


def _shown(call: Call, hook: Webhook) -> object:
    may_use = hook.application_id in {None, call.user_id}
    return render.webhook(call.core.world, hook, with_token=may_use)


def _managed(call: Call) -> Webhook:
    """Return the webhook of the path that the caller may manage."""
    hook = call.core.world.webhooks.get(call.id("webhook_id"))
    if hook is None:
        raise unknown("Webhook")
    channel = call.core.world.get_channel(hook.channel_id)
    if not call.core.access.in_channel(call.user_id, channel) & Permission.MANAGE_WEBHOOKS:
        raise missing_permissions()
    return hook


async def get_webhook(call: Call) -> web.Response:
    """Return a webhook."""
    return answer(_shown(call, _managed(call)))


async def edit_webhook(call: Call) -> web.Response:
    """Rename a webhook, or move it to another channel."""
    hook = _managed(call).model_copy()
    body = await call.json()
    if body.get("name") is not None:
        hook.name = _check_name(body["name"], "name")
    if body.get("channel_id") is not None:
        channel = call.core.world.get_channel(snowflake_of(body["channel_id"], "channel_id"))
        call.core.access.require_in(call.user_id, channel, Permission.MANAGE_WEBHOOKS)
        hook.channel_id = channel.id
    call.core.world.save(hook)
    _tell(call, hook, Action.WEBHOOK_UPDATE)
    return answer(_shown(call, hook))


async def delete_webhook(call: Call) -> web.Response:
    """Delete a webhook."""
    hook = _managed(call)
    call.core.world.remove(hook)
    _tell(call, hook, Action.WEBHOOK_DELETE)
    return no_content()


# With a token, and without a bot.


def _holder(call: Call) -> Webhook | Interaction:
    """Return the webhook, or the interaction whose token is used as one."""
    webhook_id, token = call.id("webhook_id"), call.part("token")
    hook = call.core.world.webhooks.get(webhook_id)
    if hook is not None:
        if not secrets.compare_digest(hook.token.encode(), token.encode()):
            raise ApiError(401, 50027, "Invalid Webhook Token")
        return hook
    interaction = call.core.interactions.find(token, asyncio.get_running_loop().time())
    if interaction is None and webhook_id in call.core.world.applications:
        raise ApiError(401, 50027, "Invalid Webhook Token")
    if interaction is None or interaction.application_id != webhook_id or not interaction.is_acknowledged:
        raise unknown("Webhook")
    return interaction


async def get_webhook_with_token(call: Call) -> web.Response:
    """Return a webhook to who holds its token; its maker is not told (Discord docs)."""
    holder = _holder(call)
    if isinstance(holder, Interaction):
        raise unknown("Webhook")
    body = render.webhook(call.core.world, holder, with_token=True)
    del body["user"]
    return answer(body)


async def delete_webhook_with_token(call: Call) -> web.Response:
    """Delete a webhook by its token."""
    holder = _holder(call)
    if isinstance(holder, Interaction):
        raise unknown("Webhook")
    call.core.world.remove(holder)
    _tell(call, holder, Action.WEBHOOK_DELETE)
    return no_content()


async def execute(call: Call) -> web.Response:
    """Send through a webhook, or follow up an interaction."""
    holder = _holder(call)
    sent, uploads = await call.form()
    body = MessageBody.read(sent)
    if isinstance(holder, Interaction):
        message = interactions.follow_up(call.core, holder, body, uploads)
        return answer(call.core.messages.message(message))
    message = _send(call, holder, body, uploads)
    return answer(call.core.messages.message(message)) if call.query_flag("wait") else no_content()


def _send(call: Call, hook: Webhook, body: MessageBody, uploads: list[messages.Upload]) -> Message:
    channel = _destination(call, hook)
    name = hook.name if body.username is None else _check_name(body.username, "username")
    body.flags = (body.flags or 0) & ~(MessageFlag.EPHEMERAL | MessageFlag.LOADING)
    # Discord docs, "Execute Webhook": there is no nonce, and no reply.
    body.nonce, body.message_reference = None, None
    sender = Sender(
        author_id=hook.id,
        application_id=hook.application_id,
        webhook_id=hook.id,
        face=WebhookFace(name=name, avatar_url=body.avatar_url),
    )
    return messages.send(call.core, channel, body, sender, uploads)


def _destination(call: Call, hook: Webhook) -> Channel:
    """Return the webhook's channel, or a thread below it that ``thread_id`` names."""
    thread_id = call.query_id("thread_id")
    channel = call.core.world.get_channel(thread_id or hook.channel_id)
    if thread_id is not None and channel.parent_id != hook.channel_id:
        raise unknown("Channel")
    return channel


def _message(call: Call) -> Message:
    """Return the message of the path, which must be the holder's own."""
    holder = _holder(call)
    if isinstance(holder, Interaction):
        return interactions.find_message(call.core, holder, call.part("message"))
    message_id = snowflake_of(call.part("message"), "message_id")
    message = call.core.world.get_message(_destination(call, holder).id, message_id)
    if message.webhook_id != holder.id:
        raise unknown("Message")
    return message


async def get_message(call: Call) -> web.Response:
    """Return a message that was sent through the webhook or interaction."""
    return answer(call.core.messages.message(_message(call)))


async def edit_message(call: Call) -> web.Response:
    """Change a message that was sent through the webhook or interaction."""
    sent, uploads = await call.form()
    edited = messages.edit(call.core, _message(call), MessageBody.read(sent), uploads)
    return answer(call.core.messages.message(edited))


async def delete_message(call: Call) -> web.Response:
    """Delete a message that was sent through the webhook or interaction."""
    messages.delete(call.core, _message(call))
    return no_content()


def routes() -> list[Route]:
    """Return the ways in."""
    hook = "/webhooks/{webhook_id}"
    held = hook + "/{token}"
    message = held + "/messages/{message}"

    def with_token(method: str, path: str, handler: Handler, bucket: Bucket = Bucket.EXEMPT) -> Route:
        return Route(method=method, path=path, handler=handler, needs_token=False, bucket=bucket)

    return [
        Route(method="POST", path="/channels/{channel_id}/webhooks", handler=create_webhook),
        Route(method="GET", path="/channels/{channel_id}/webhooks", handler=list_webhooks),
        Route(method="GET", path=hook, handler=get_webhook),
        Route(method="PATCH", path=hook, handler=edit_webhook),
        Route(method="DELETE", path=hook, handler=delete_webhook),
        with_token("GET", held, get_webhook_with_token),
        with_token("DELETE", held, delete_webhook_with_token),
        with_token("POST", held, execute, Bucket.WEBHOOKS),
        with_token("GET", message, get_message),
        with_token("PATCH", message, edit_message),
        with_token("DELETE", message, delete_message),
    ]
