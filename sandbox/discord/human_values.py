"""What a person sees: messages and forms, easy to assert on."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.discord.components import Component, walk
from sandbox.discord.models import Json, MessageFlag
from shared.errors import HelenaError


class RefusedError(HelenaError):
    """Discord refused a request; ``code`` is Discord's number for why."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.discord_code = body.get("code")
        self.body = body


class NoAnswerError(HelenaError):
    """The application did not answer in time."""


@dataclass(frozen=True, slots=True)
class SeenMessage:
    """A message as a person sees it now; ``raw`` is Discord's object."""

    raw: Json

    @property
    def id(self) -> str:
        """Return the id."""
        return str(self.raw["id"])

    @property
    def channel_id(self) -> str:
        """Return the channel's id."""
        return str(self.raw["channel_id"])

    @property
    def author(self) -> str:
        """Return the name it was sent under."""
        author = self.raw["author"]
        return str(author["global_name"] or author["username"])

    @property
    def content(self) -> str:
        """Return the text outside embeds."""
        return str(self.raw["content"])

    @property
    def embeds(self) -> list[Json]:
        """Return the embeds."""
        return list(self.raw["embeds"])

    @property
    def text(self) -> str:
        """Return everything there is to read, a line each: content, embeds, text displays."""
        lines: list[str | None] = [self.content]
        for embed in self.embeds:
            lines += [embed.get("author", {}).get("name"), embed.get("title"), embed.get("description")]
            for field in embed.get("fields", ()):
                lines += [field["name"], field["value"]]
            lines.append(embed.get("footer", {}).get("text"))
        lines += [
            c.get("content") for c in walk(self.raw["components"]) if c["type"] == Component.TEXT_DISPLAY
        ]
        return "\n".join(str(line) for line in lines if line)

    @property
    def is_ephemeral(self) -> bool:
        """Return whether nobody else sees it."""
        return bool(self.raw["flags"] & MessageFlag.EPHEMERAL)

    @property
    def is_loading(self) -> bool:
        """Return whether the application is still "thinking"."""
        return bool(self.raw["flags"] & MessageFlag.LOADING)

    @property
    def attachments(self) -> list[Json]:
        """Return the files."""
        return list(self.raw["attachments"])

    @property
    def pinged(self) -> list[str]:
        """Return the ids of the users it really pinged."""
        return [str(user["id"]) for user in self.raw["mentions"]]

    @property
    def buttons(self) -> list[str]:
        """Return the labels of its buttons."""
        return [
            str(c.get("label") or "") for c in walk(self.raw["components"]) if c["type"] == Component.BUTTON
        ]

    def component(self, name: str) -> Json:
        """Return the button or menu with this label, placeholder or custom id."""
        for component in walk(self.raw["components"]):
            if name in {component.get("custom_id"), component.get("label"), component.get("placeholder")}:
                return component
        raise LookupError(f"the message has no component {name!r}; it has buttons {self.buttons}")


@dataclass(frozen=True, slots=True)
class SeenModal:
    """A form that a bot shows."""

    raw: Json

    @property
    def title(self) -> str:
        """Return the headline."""
        return str(self.raw["title"])

    @property
    def fields(self) -> dict[str, Json]:
        """Return the fields by custom id."""
        return {c["custom_id"]: c for c in walk(self.raw["components"]) if c.get("custom_id")}

    def filled(self, values: dict[str, object]) -> list[Json]:
        """Return the form's rows with values, given by custom id or label."""
        labels = self._labels()
        by_id = {labels.get(name, name): value for name, value in values.items()}
        if unknown := set(by_id) - set(self.fields):
            raise LookupError(f"the form has no fields {sorted(unknown)}; it has {sorted(self.fields)}")
        rows = []
        for custom_id, field in self.fields.items():
            value = by_id.get(custom_id, field.get("value", ""))
            key = "value" if field["type"] == Component.TEXT_INPUT else "values"
            answer = value if key == "value" or isinstance(value, list | tuple) else [value] if value else []
            entry = {"type": field["type"], "custom_id": custom_id, key: answer}
            rows.append({"type": Component.ACTION_ROW, "components": [entry]})
        return rows

    def _labels(self) -> dict[str, str]:
        """Return custom ids by the label a person reads."""
        labels = {}
        for component in walk(self.raw["components"]):
            if component["type"] == Component.LABEL:
                labels[component["label"]] = component["component"]["custom_id"]
            elif component.get("label") and component.get("custom_id"):
                labels[component["label"]] = component["custom_id"]
        return labels
