"""``Human``: drives the stand-in as a person, for tests and tools.

>>> async with open_human(discord.seed(), "alice") as alice:          # doctest: +SKIP
...     await alice.say("chat-island", "hello")
...     asked = await alice.slash("points balance", member="bob")
...     assert "120" in (await asked.reply()).text
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

from sandbox.discord.commands import CommandType, OptionType
from sandbox.discord.components import Component
from sandbox.discord.human_asked import SECONDS, Asked
from sandbox.discord.human_client import Event, HumanClient, open_client
from sandbox.discord.human_commands import command_data, command_path, option_values
from sandbox.discord.human_values import NoAnswerError, RefusedError, SeenMessage, SeenModal
from sandbox.discord.interaction_state import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT
from sandbox.discord.models import Json

__all__ = [
    "Asked",
    "Event",
    "Human",
    "NoAnswerError",
    "RefusedError",
    "SeenMessage",
    "SeenModal",
    "open_human",
]

Place = str | Json
"""A channel: its name, its id, or its object. A thread goes by its name, too."""


class Human:
    """A person at the keyboard."""

    def __init__(self, client: HumanClient, seed: Json, name: str) -> None:
        self.client = client
        self.name = name
        self.id = str(seed["users"][name]["id"])
        self._seed = seed
        self._guild_id = str(seed["guild_id"])
        self._nonces = itertools.count(1)

    # Looking.

    def channel_id(self, place: Place) -> str:
        """Return a channel's id; of channels with the same name, the newest."""
        if isinstance(place, dict):
            return str(place["id"])
        if place.isdigit():
            return place
        found = [channel["id"] for channel in self.client.channels.values() if channel.get("name") == place]
        if not found:
            raise LookupError(f"{self.name} sees no channel named {place!r}")
        return str(max(found, key=int))

    def sees_channel(self, place: Place) -> bool:
        """Return whether a channel or thread is in the person's list."""
        try:
            return self.channel_id(place) in self.client.channels
        except LookupError:
            return False

    async def history(self, place: Place, limit: int = 50) -> list[SeenMessage]:
        """Return a channel's latest messages, oldest first."""
        path = f"/channels/{self.channel_id(place)}/messages?limit={limit}"
        return [SeenMessage(raw) for raw in reversed(await self.client.call("GET", path))]

    async def wait_for(self, predicate: Callable[[Event], object], within: float = SECONDS) -> Event:
        """Return the first event of this session, past or to come, that fits."""
        return await self.client.until(
            lambda: next((event for event in self.client.events if predicate(event)), None),
            within,
            "an event",
        )

    async def sees(
        self, place: Place, text: str | Callable[[SeenMessage], object], within: float = SECONDS
    ) -> SeenMessage:
        """Return the newest message of a channel that holds ``text`` or fits, waiting for it if need be."""

        def fits(message: SeenMessage) -> object:
            return text in message.text if isinstance(text, str) else text(message)

        for message in reversed(await self.history(place)):
            if fits(message):
                return message
        channel_id = self.channel_id(place)

        def look() -> SeenMessage | None:
            newest_first = reversed(list(self.client.messages.values()))
            here = (SeenMessage(m) for m in newest_first if m["channel_id"] == channel_id)
            return next((m for m in here if fits(m)), None)

        return await self.client.until(look, within, f"a message in {place!r} with {text!r}")

    async def thread(self, name_part: str, within: float = SECONDS) -> Json:
        """Return the newest thread with ``name_part`` in its name, once the person sees it."""

        def look() -> Json | None:
            threads = [c for c in self.client.channels.values() if "thread_metadata" in c]
            fitting = [c for c in threads if name_part in c["name"]]
            return max(fitting, key=lambda c: int(c["id"]), default=None)

        return await self.client.until(look, within, f"a thread named {name_part!r}")

    # Doing.

    async def say(
        self,
        place: Place,
        content: str,
        *,
        files: Sequence[tuple[str, bytes]] = (),
        reply_to: SeenMessage | None = None,
    ) -> SeenMessage:
        """Post a message; ``files`` are names and contents."""
        body: Json = {"content": content}
        if reply_to is not None:
            body["message_reference"] = {"message_id": reply_to.id}
        path = f"/channels/{self.channel_id(place)}/messages"
        return SeenMessage(await self.client.call("POST", path, body, files=files))

    async def edit(self, message: SeenMessage, content: str) -> SeenMessage:
        """Change an own message."""
        path = f"/channels/{message.channel_id}/messages/{message.id}"
        return SeenMessage(await self.client.call("PATCH", path, {"content": content}))

    async def delete(self, message: SeenMessage) -> None:
        """Delete a message."""
        await self.client.call("DELETE", f"/channels/{message.channel_id}/messages/{message.id}")

    async def react(self, message: SeenMessage, emoji: str) -> None:
        """React to a message."""
        path = f"/channels/{message.channel_id}/messages/{message.id}/reactions/{quote(emoji)}/@me"
        await self.client.call("PUT", path)

    async def direct_channel(self, user_id: str) -> Json:
        """Return the direct messages with a user."""
        channel: Json = await self.client.call("POST", "/users/@me/channels", {"recipient_id": user_id})
        return channel

    async def slash(
        self,
        command: str,
        /,
        *,
        place: Place | None = None,
        files: Sequence[tuple[str, bytes]] = (),
        **options: object,
    ) -> Asked:
        """Run a slash command, as in ``slash("points give", member="bob", amount=5)``.

        People, channels and roles go by name or id; a file by the name it has in ``files``. The
        command is sent in the main channel unless ``place`` says otherwise.
        """
        found = await self._find_command(command.split(maxsplit=1)[0], CommandType.CHAT_INPUT)
        path = command_path(found, command)
        values = option_values(path[-1], options, lambda kind, value: self._value(kind, value, files))
        data = command_data(path, values)
        return await self._interact(COMMAND, found["application_id"], data, place=place, files=files)

    async def autocomplete(
        self, command: str, option: str, typed: str, *, place: Place | None = None, **options: object
    ) -> list[Json]:
        """Return the choices offered while typing into an option."""
        found = await self._find_command(command.split(maxsplit=1)[0], CommandType.CHAT_INPUT)
        path = command_path(found, command)
        values = option_values(
            path[-1], {**options, option: typed}, lambda kind, value: self._value(kind, value, ())
        )
        for value in values:
            if value["name"] == option:
                value |= {"focused": True, "value": typed}
        data = command_data(path, values)
        asked = await self._interact(AUTOCOMPLETE, found["application_id"], data, place=place)
        return await asked.choices()

    async def menu(self, command: str, target: SeenMessage | str, *, place: Place | None = None) -> Asked:
        """Use a context menu on a message, or on a user by name or id."""
        on_message = isinstance(target, SeenMessage)
        kind = CommandType.MESSAGE if on_message else CommandType.USER
        found = await self._find_command(command, kind)
        target_id = target.id if isinstance(target, SeenMessage) else self._named("users", target)
        data = {"id": found["id"], "name": found["name"], "type": kind, "target_id": target_id}
        where: Place | None = {"id": target.channel_id} if isinstance(target, SeenMessage) else place
        return await self._interact(COMMAND, found["application_id"], data, place=where)

    async def click(self, message: SeenMessage, button: str) -> Asked:
        """Press a button, by label or custom id."""
        component = message.component(button)
        data = {"component_type": Component.BUTTON, "custom_id": component["custom_id"]}
        return await self._on_message(message, data)

    async def select(self, message: SeenMessage, menu: str, *values: str) -> Asked:
        """Choose in a menu, by placeholder or custom id; values, or ids of what is chosen."""
        component = message.component(menu)
        data = {
            "component_type": component["type"],
            "custom_id": component["custom_id"],
            "values": list(values),
        }
        return await self._on_message(message, data)

    async def submit_modal(self, modal: SeenModal, **values: object) -> Asked:
        """Send a form in, with values by custom id; for labels or odd ids use ``submit``."""
        return await self.submit(modal, dict(values))

    async def submit(self, modal: SeenModal, values: dict[str, object]) -> Asked:
        """Send a form in, with values by label or custom id."""
        data = {
            "id": modal.raw["id"],
            "custom_id": modal.raw["custom_id"],
            "components": modal.filled(values),
        }
        place: Json = {"id": modal.raw["channel_id"]}
        return await self._interact(MODAL_SUBMIT, modal.raw["application"]["id"], data, place=place)

    # How it is sent.

    async def _on_message(self, message: SeenMessage, data: Json) -> Asked:
        application_id = str(message.raw["application_id"])
        return await self._interact(
            COMPONENT, application_id, data, place={"id": message.channel_id}, source=message
        )

    async def _interact(
        self,
        kind: int,
        application_id: str,
        data: Json,
        *,
        place: Place | None = None,
        source: SeenMessage | None = None,
        files: Sequence[tuple[str, bytes]] = (),
    ) -> Asked:
        nonce = f"{self.name}-{next(self._nonces)}"
        channel_id = self.channel_id(place) if place is not None else str(self._seed["channel_id"])
        body: Json = {
            "type": kind,
            "application_id": application_id,
            "channel_id": channel_id,
            "session_id": self.client.session_id,
            "nonce": nonce,
            "data": data,
        }
        if self.client.channels.get(channel_id, {}).get("guild_id"):
            body["guild_id"] = self._guild_id
        if source is not None:
            body["message_id"] = source.id
        since = len(self.client.events)
        await self.client.call("POST", "/interactions", body, files=files)
        return Asked(self.client, nonce, source, since)

    async def _find_command(self, name: str, kind: int) -> Json:
        index = await self.client.call("GET", f"/guilds/{self._guild_id}/application-command-index")
        commands: list[Json] = index["application_commands"]
        for command in commands:
            if command["name"] == name and command["type"] == kind:
                return command
        known = sorted(command["name"] for command in commands)
        raise LookupError(f"{self.name} may use no command {name!r}; there are {known}")

    def _value(self, kind: int, value: Any, files: Sequence[tuple[str, bytes]]) -> Any:
        """Return an option's value, with names made into ids."""
        match kind:
            case OptionType.USER | OptionType.MENTIONABLE:
                return self._named("users", str(value))
            case OptionType.ROLE:
                return self._named("roles", str(value))
            case OptionType.CHANNEL:
                return self.channel_id(value)
            case OptionType.ATTACHMENT:
                return [name for name, _ in files].index(value)
            case _:
                return value

    def _named(self, kind: str, name: str) -> str:
        entry = self._seed[kind].get(name, name)
        return str(entry["id"] if isinstance(entry, dict) else entry)


@asynccontextmanager
async def open_human(seed: Json, name: str) -> AsyncIterator[Human]:
    """Log a person of the community in, and out on the way out."""
    token = seed["users"][name]["token"]
    async with open_client(api=seed["api"], gateway=seed["gateway"], token=token) as client:
        human = Human(client, seed, name)
        await client.until(
            lambda: any(event.name == "GUILD_CREATE" for event in client.events) or None, SECONDS, "the guild"
        )
        yield human
