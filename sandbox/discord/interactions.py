"""The bot's side of an interaction: the first answer, edits and follow-ups.

Discord docs, "Receiving and Responding to Interactions".
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from sandbox.discord import messages
from sandbox.discord.api_errors import invalid, unknown
from sandbox.discord.bodies import MessageBody, snowflake_of
from sandbox.discord.commands import check_choices
from sandbox.discord.components import check_modal, numbered
from sandbox.discord.core import Core
from sandbox.discord.interaction_state import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    MODAL_SUBMIT,
    Interaction,
)
from sandbox.discord.messages import Sender, Upload
from sandbox.discord.models import Json, Message, MessageFlag


class Answer(IntEnum):
    """Discord docs, "Interaction Callback Type"."""

    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


# Which first answers each kind of interaction takes.
_TAKES = {
    COMMAND: frozenset({Answer.MESSAGE, Answer.DEFERRED_MESSAGE, Answer.MODAL}),
    COMPONENT: frozenset(Answer) - {Answer.CHOICES},
    AUTOCOMPLETE: frozenset({Answer.CHOICES}),
    MODAL_SUBMIT: frozenset(Answer) - {Answer.CHOICES, Answer.MODAL},
}
_ON_A_MESSAGE = frozenset({Answer.UPDATE, Answer.DEFERRED_UPDATE})


def respond(core: Core, it: Interaction, sent: Json, uploads: Sequence[Upload]) -> Json:
    """Give an interaction its first answer; return Discord's callback response."""
    kind = sent.get("type")
    if kind not in _TAKES[it.type] or (kind in _ON_A_MESSAGE and it.source_id is None):
        raise invalid("type", "INTERACTION_CALLBACK_TYPE", "Interaction callback type is not valid here")
    data = sent.get("data") or {}
    message: Message | None = None
    match Answer(kind):
        case Answer.MESSAGE:
            message = _message(core, it, MessageBody.read(data), uploads)
            it.original_id = message.id
        case Answer.DEFERRED_MESSAGE:
            # Discord docs: a deferral may set EPHEMERAL and nothing else.
            flags = MessageFlag.LOADING | ((data.get("flags") or 0) & MessageFlag.EPHEMERAL)
            message = _message(core, it, MessageBody(flags=flags))
            it.original_id = message.id
        case Answer.DEFERRED_UPDATE:
            it.original_id = it.source_id
        case Answer.UPDATE:
            it.original_id = it.source_id
            message = messages.edit(
                core, find_message(core, it, "@original"), MessageBody.read(data), uploads
            )
        case Answer.CHOICES:
            _offer(core, it, data.get("choices") or [])
        case Answer.MODAL:
            _show_modal(core, it, data)
    it.acknowledge()
    core.hub.to_users([it.user_id], "INTERACTION_SUCCESS", {"id": it.id, "nonce": it.nonce})
    return _callback_response(core, it, Answer(kind), message)


def _callback_response(core: Core, it: Interaction, kind: Answer, message: Message | None) -> Json:
    """Return what ``with_response`` gives; OpenAPI: a resource only for types 4 and 7."""
    about: Json = {"id": it.id, "type": it.type}
    body: Json = {"interaction": about}
    if message is not None:
        about["response_message_id"] = message.id
        about["response_message_loading"] = message.has(MessageFlag.LOADING)
        about["response_message_ephemeral"] = message.has(MessageFlag.EPHEMERAL)
    if message is not None and kind in {Answer.MESSAGE, Answer.UPDATE}:
        body["resource"] = {"type": int(kind), "message": core.messages.message(message)}
    return body


def _message(core: Core, it: Interaction, body: MessageBody, uploads: Sequence[Upload] = ()) -> Message:
    ephemeral = bool((body.flags or 0) & MessageFlag.EPHEMERAL)
    metadata = dict(it.metadata)
    if it.original_id is not None and it.original_id != it.source_id:
        metadata["original_response_message_id"] = it.original_id
    kind = messages.PLAIN
    if it.type == COMMAND:
        kind = messages.SLASH_REPLY if it.metadata.get("command_type", 1) == 1 else messages.MENU_REPLY
    sender = Sender(
        author_id=it.application_id,
        application_id=it.application_id,
        # Observed: an interaction's messages carry the application's id as their webhook's.
        webhook_id=it.application_id,
        interaction=metadata,
        visible_to=it.user_id if ephemeral else None,
        message_type=kind,
    )
    body.enforce_nonce = False
    return messages.send(core, core.world.get_channel(it.channel_id), body, sender, uploads)


def _offer(core: Core, it: Interaction, choices: Sequence[Json]) -> None:
    if len(choices) > 25:
        raise invalid("data.choices", "BASE_TYPE_BAD_LENGTH", "Must be 25 or fewer in length.")
    check_choices(choices, "data.choices")
    event = {"choices": list(choices), "nonce": it.nonce}
    core.hub.to_users([it.user_id], "APPLICATION_COMMAND_AUTOCOMPLETE_RESPONSE", event)


def _show_modal(core: Core, it: Interaction, data: Json) -> None:
    check_modal(data)
    numbered(data["components"])
    it.modal = data
    application = core.world.applications[it.application_id]
    event = {
        "id": it.id,
        "nonce": it.nonce,
        "channel_id": it.channel_id,
        "application": {"id": application.id, "name": application.title},
        "custom_id": data["custom_id"],
        "title": data["title"],
        "components": data["components"],
    }
    core.hub.to_users([it.user_id], "INTERACTION_MODAL_CREATE", event)


def follow_up(core: Core, it: Interaction, body: MessageBody, uploads: Sequence[Upload]) -> Message:
    """Send a further message; right after a deferral it is the deferred one that gets filled in."""
    if it.original_id is not None:
        original = core.world.messages[it.channel_id].get(it.original_id)
        if original is not None and original.has(MessageFlag.LOADING):
            return messages.edit(core, original, body, uploads)
    return _message(core, it, body, uploads)


def find_message(core: Core, it: Interaction, which: str) -> Message:
    """Return a message of the interaction by id, or its first answer as ``@original``."""
    if which == "@original":
        if it.original_id is None:
            raise unknown("Message")
        return core.world.get_message(it.channel_id, it.original_id)
    message = core.world.get_message(it.channel_id, snowflake_of(which, "message_id"))
    if message.webhook_id != it.application_id:
        raise unknown("Message")
    return message
