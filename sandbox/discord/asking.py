"""A person's side of an interaction: a command, a button, a choice, a form.

Bots get what Discord sends them (Discord docs, "Interaction Object"). The request itself is the one
that Discord's own client makes, which is not documented; its shape is known from observation.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence

from sandbox.discord import commands, modals, render
from sandbox.discord.api_errors import invalid
from sandbox.discord.bodies import snowflake_of
from sandbox.discord.commands import NESTED, CommandType, OptionType
from sandbox.discord.components import SELECTS, find
from sandbox.discord.core import Core
from sandbox.discord.interaction_state import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT, Interaction
from sandbox.discord.messages import Upload, take_files
from sandbox.discord.models import Json, User
from sandbox.discord.permissions import Permission
from sandbox.discord.resolving import Resolver


class Asking:
    """One request of a person to a bot, on its way."""

    def __init__(self, core: Core, user: User, sent: Json, uploads: Sequence[Upload]) -> None:
        self._core = core
        self._user = user
        self._sent = sent
        self._uploads = uploads
        self._channel = core.world.get_channel(snowflake_of(sent.get("channel_id"), "channel_id"))
        self._guild_id = self._channel.guild_id
        core.access.require_in(user.id, self._channel)
        data = sent.get("data")
        if not isinstance(data, dict):
            raise invalid("data", "BASE_TYPE_REQUIRED", "This field is required")
        self._data: Json = data
        self._resolver = Resolver(core, self._channel, user.id)
        nonce = sent.get("nonce")
        self._it = Interaction(
            id=core.world.ids.next(),
            token=secrets.token_urlsafe(60),
            type=sent.get("type") or 0,
            application_id=snowflake_of(sent.get("application_id"), "application_id"),
            user_id=user.id,
            channel_id=self._channel.id,
            guild_id=self._guild_id,
            began=asyncio.get_running_loop().time(),
            nonce=None if nonce is None else str(nonce),
        )
        self._it.metadata = self._metadata()

    def ask(self) -> Interaction:
        """Send the interaction to its bot, and wait for the answer with a deadline."""
        payload = self._common()
        parts = {
            COMMAND: self._command,
            AUTOCOMPLETE: self._command,
            COMPONENT: self._component,
            MODAL_SUBMIT: self._form,
        }
        if self._it.type not in parts:
            raise invalid("type", "BASE_TYPE_CHOICES", "Value must be one of (2, 3, 4, 5).")
        payload["data"] = parts[self._it.type]()
        if self._it.source_id is not None:
            source = self._core.world.get_message(self._channel.id, self._it.source_id)
            payload["message"] = self._core.messages.message(source, self._it.application_id)
        loop = asyncio.get_running_loop()
        self._core.interactions.add(self._it, loop.time())
        self._it.deadline = loop.call_later(self._core.limits.answer_seconds, fail, self._core, self._it)
        mark = {"id": self._it.id, "nonce": self._it.nonce}
        self._core.hub.to_users([self._user.id], "INTERACTION_CREATE", mark)
        self._core.hub.to_users([self._it.application_id], "INTERACTION_CREATE", payload)
        return self._it

    def _metadata(self) -> Json:
        """Return what the answers say about where they come from (OpenAPI, ``…InteractionMetadataResponse``)."""
        return {
            "id": self._it.id,
            "type": self._it.type,
            "user": render.user(self._user),
            "authorizing_integration_owners": {"0": self._guild_id or "0"},
        }

    def _common(self) -> Json:
        """Return what every interaction tells its bot."""
        access, world, it = self._core.access, self._core.world, self._it
        held = access.in_channel(self._user.id, self._channel)
        body: Json = {
            "id": it.id,
            "application_id": it.application_id,
            "type": it.type,
            "token": it.token,
            "version": 1,
            "channel_id": self._channel.id,
            "channel": {
                **render.channel_for(world, self._channel, it.application_id),
                "permissions": render.bits(held),
            },
            "locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": {"0": self._guild_id or "0"},
            "context": 0 if self._guild_id else 1,
            "attachment_size_limit": 10 * 1024 * 1024,
            "app_permissions": render.bits(access.in_channel(it.application_id, self._channel)),
        }
        if self._guild_id is None:
            return body | {"user": render.user(self._user)}
        member = render.member(world, world.get_member(self._guild_id, self._user.id))
        return body | {
            "guild_id": self._guild_id,
            "guild_locale": "en-US",
            "guild": {"id": self._guild_id, "features": [], "locale": "en-US"},
            "member": member | {"permissions": render.bits(held)},
        }

    def _command(self) -> Json:
        command = commands.find_usable(
            self._core, self._guild_id, self._user.id, snowflake_of(self._data.get("id"), "data.id")
        )
        if command.application_id != self._it.application_id:
            raise invalid(
                "data.id", "APPLICATION_COMMAND_UNKNOWN", "This command is outdated, please try again"
            )
        self._core.access.require_in(self._user.id, self._channel, Permission.USE_APPLICATION_COMMANDS)
        options = self._data.get("options") or []
        is_complete = self._it.type == COMMAND
        commands.check_sent(options, command.body.get("options") or [], is_complete=is_complete)
        kind = command.body["type"]
        self._it.metadata |= {"name": _full_name(command.body["name"], options), "command_type": kind}
        body: Json = {"id": command.id, "name": command.body["name"], "type": kind, "options": options}
        if command.guild_id:
            body["guild_id"] = command.guild_id
        if kind != CommandType.CHAT_INPUT:
            body["target_id"] = self._target(kind)
        if is_complete:
            self._attach(options)
            self._resolver.options(options)
        if self._resolver.found or self._it.type != AUTOCOMPLETE:
            body["resolved"] = self._resolver.found
        return body

    def _target(self, kind: int) -> str:
        """Return what a context menu was opened on."""
        target = snowflake_of(self._data.get("target_id"), "data.target_id")
        if kind == CommandType.USER:
            self._resolver.add(OptionType.USER, self._core.world.get_user(target).id)
        else:
            self._resolver.message(target)
        return target

    def _attach(self, options: Sequence[Json]) -> None:
        """Take the files of attachment options, whose values are the numbers of their slots."""
        for option in options:
            if option["type"] in NESTED:
                self._attach(option.get("options") or [])
            elif option["type"] == OptionType.ATTACHMENT:
                chosen = [upload for upload in self._uploads if upload.slot == str(option.get("value"))]
                attachments, files = take_files(self._core, self._channel, [], chosen)
                if not attachments:
                    raise invalid("data.attachments", "BASE_TYPE_REQUIRED", "The file did not come along")
                self._core.world.save(files=files)
                option["value"] = attachments[0].id
                self._resolver.attachment(attachments[0])

    def _component(self) -> Json:
        message = self._core.world.get_message(
            self._channel.id, snowflake_of(self._sent.get("message_id"), "message_id")
        )
        component = find(message.components, str(self._data.get("custom_id")))
        seen = self._core.access.can_see(self._user.id, message)
        if component is None or component.get("disabled") or not seen:
            raise invalid("data.custom_id", "COMPONENT_VALIDATION_FAILED", "Component validation failed")
        if message.application_id != self._it.application_id:
            raise invalid(
                "application_id", "COMPONENT_VALIDATION_FAILED", "This message is another application's"
            )
        self._it.source_id = message.id
        self._it.metadata["interacted_message_id"] = message.id
        body: Json = {
            "custom_id": component["custom_id"],
            "component_type": component["type"],
            "id": component["id"],
        }
        if component["type"] in SELECTS:
            values = self._data.get("values") or []
            modals.check_values(component, values)
            body["values"] = [str(value) for value in values]
            self._resolver.select(component["type"], values)
            if self._resolver.found:
                body["resolved"] = self._resolver.found
        return body

    def _form(self) -> Json:
        source_id = snowflake_of(self._data.get("id"), "data.id")
        form = self._core.interactions.find_modal(source_id, self._user.id)
        if form is None or form.modal is None or form.application_id != self._it.application_id:
            raise invalid("data.id", "MODAL_UNKNOWN", "This form is no longer open")
        self._it.form, self._it.source_id = form, form.source_id
        self._it.metadata["triggering_interaction_metadata"] = form.metadata
        components = modals.filled(form.modal, self._data.get("components") or [], self._resolver)
        body: Json = {"custom_id": form.modal["custom_id"], "components": components}
        if self._resolver.found:
            body["resolved"] = self._resolver.found
        return body


def _full_name(name: str, options: Sequence[Json]) -> str:
    """Return a command's name with group and subcommand, as Discord shows it."""
    inner = [option for option in options if option["type"] in NESTED]
    return f"{name} {_full_name(inner[0]['name'], inner[0].get('options') or [])}" if inner else name


def fail(core: Core, it: Interaction) -> None:
    """End an interaction that was not answered in time; the token is of no more use."""
    if it.is_acknowledged:
        return
    it.has_failed = True
    # Observed: reason 2 is "the application did not respond".
    event = {"id": it.id, "nonce": it.nonce, "reason_code": 2}
    core.hub.to_users([it.user_id], "INTERACTION_FAILURE", event)
