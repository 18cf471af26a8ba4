"""Request bodies with limits, checked where they come in (Discord docs, "Create Message" and others)."""

from __future__ import annotations

from typing import Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sandbox.discord.api_errors import ApiError, invalid, invalid_form
from sandbox.discord.models import Json
from sandbox.discord.snowflake import Snowflake, parse_snowflake

Body = TypeVar("Body", bound=BaseModel)


class Part(BaseModel):
    """A piece of a body; what it does not name is kept as it came."""

    model_config = ConfigDict(extra="allow")


class EmbedField(Part):
    """A field of an embed."""

    name: str = Field(min_length=1, max_length=256)
    value: str = Field(min_length=1, max_length=1024)
    inline: bool = False


class EmbedFooter(Part):
    """The last line of an embed."""

    text: str = Field(max_length=2048)


class EmbedAuthor(Part):
    """The first line of an embed."""

    name: str = Field(max_length=256)


class Embed(Part):
    """An embed, as a bot sends it."""

    title: str | None = Field(default=None, max_length=256)
    description: str | None = Field(default=None, max_length=4096)
    color: int | None = Field(default=None, ge=0, le=0xFFFFFF)
    footer: EmbedFooter | None = None
    author: EmbedAuthor | None = None
    fields: list[EmbedField] = Field(default_factory=list, max_length=25)

    def size(self) -> int:
        """Return how many characters count towards the limit of all embeds."""
        texts = [
            self.title,
            self.description,
            self.footer and self.footer.text,
            self.author and self.author.name,
        ]
        return sum(len(text or "") for text in texts) + sum(len(f.name) + len(f.value) for f in self.fields)

    def as_kept(self) -> Json:
        """Return the embed as messages carry it."""
        body = {**self.model_dump(exclude_none=True), "type": "rich"}
        return body if self.fields else {name: value for name, value in body.items() if name != "fields"}


class MessageBody(BaseModel):
    """What a new or edited message says; ``model_fields_set`` tells what was sent at all."""

    model_config = ConfigDict(extra="ignore")

    content: str | None = Field(default=None, max_length=2000)
    embeds: list[Embed] | None = Field(default=None, max_length=10)
    components: list[Json] | None = None
    attachments: list[Json] | None = Field(default=None, max_length=10)
    allowed_mentions: Json | None = None
    flags: int | None = Field(default=None, ge=0)
    tts: bool | None = None
    nonce: str | int | None = None
    enforce_nonce: bool = False
    message_reference: Json | None = None
    poll: Json | None = None
    sticker_ids: list[Any] | None = None
    username: str | None = None
    avatar_url: str | None = None
    thread_name: str | None = None

    @classmethod
    def read(cls, body: Json) -> Self:
        """Return the body, or answer 400 with the place of each fault."""
        message = parse(cls, body)
        message.check_sizes()
        return message

    def check_sizes(self) -> None:
        """Refuse what is too much in total."""
        if sum(embed.size() for embed in self.embeds or ()) > 6000:
            raise invalid("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
        if isinstance(self.nonce, str) and len(self.nonce) > 25:
            raise invalid("nonce", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")

    def replied_to(self) -> Snowflake | None:
        """Return the message that this one answers."""
        found = (self.message_reference or {}).get("message_id")
        return None if found is None else snowflake_of(found, "message_reference.message_id")

    def kept_embeds(self) -> list[Json]:
        """Return the embeds as messages carry them."""
        return [embed.as_kept() for embed in self.embeds or ()]


class PersonsMessageBody(MessageBody):
    """What a person sends: with Nitro, twice as much text (Discord support: "messages up to 4000 characters")."""

    content: str | None = Field(default=None, max_length=4000)


# pydantic's kinds of fault → Discord's code and words (observed).
_FAULTS = {
    "string_too_long": ("BASE_TYPE_MAX_LENGTH", "Must be {max_length} or fewer in length."),
    "string_too_short": ("BASE_TYPE_REQUIRED", "This field is required"),
    "too_long": ("BASE_TYPE_MAX_LENGTH", "Must be {max_length} or fewer in length."),
    "missing": ("BASE_TYPE_REQUIRED", "This field is required"),
    "greater_than_equal": ("NUMBER_TYPE_MIN", "Value should be greater than or equal to {ge}."),
    "less_than_equal": ("NUMBER_TYPE_MAX", "Value should be less than or equal to {le}."),
}


def parse(model: type[Body], body: object) -> Body:
    """Return ``body`` as ``model``, or answer 400 as Discord does."""
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise _as_discord_says(error) from error


def _as_discord_says(error: ValidationError) -> ApiError:
    faults = {}
    for fault in error.errors(include_url=False):
        code, words = _FAULTS.get(fault["type"], ("BASE_TYPE_BAD_TYPE", fault["msg"]))
        path = ".".join(str(part) for part in fault["loc"]) or "_"
        faults[path] = (code, words.format(**fault.get("ctx", {})) if fault["type"] in _FAULTS else words)
    return invalid_form(faults)


def snowflake_of(value: object, path: str) -> Snowflake:
    """Return an id out of a body, or answer 400."""
    try:
        return parse_snowflake(value)
    except ValueError as error:
        raise invalid(path, "NUMBER_TYPE_COERCE", "Value is not snowflake.") from error


def number_of(value: object, path: str) -> int:
    """Return a number out of a body, or answer 400; Discord writes large ones as strings."""
    try:
        # discord.py writes a poll's hours as a fraction; a permission mask has at most 20 digits.
        return int(value) if isinstance(value, float) else int(str(value)[:20]) if value else 0
    except (ValueError, OverflowError) as error:
        raise invalid(path, "NUMBER_TYPE_COERCE", "Value is not a number.") from error
