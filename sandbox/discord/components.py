"""Message components and modals: what Discord accepts, and the shape it answers with.

Limits: Discord docs, "Component Reference". Shapes: OpenAPI, ``…ComponentResponse``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum

from sandbox.discord.api_errors import invalid
from sandbox.discord.models import Json
from sandbox.discord.snowflake import Snowflake


class Component(IntEnum):
    """Discord docs, "Component Types"."""

    ACTION_ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT_DISPLAY = 10
    THUMBNAIL = 11
    MEDIA_GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    FILE_UPLOAD = 19


SELECTS = frozenset(
    {
        Component.STRING_SELECT,
        Component.USER_SELECT,
        Component.ROLE_SELECT,
        Component.MENTIONABLE_SELECT,
        Component.CHANNEL_SELECT,
    }
)

# A link button opens a page, a premium button the shop: both come without a custom id.
LINK, PREMIUM = 5, 6

# How deep components nest at most: container, section or row, accessory; a bound for hostile input.
_DEEPEST = 6

# Text that each kind may carry, and how much of it.
_TEXTS: dict[int, dict[str, int]] = {
    Component.BUTTON: {"label": 80, "custom_id": 100, "url": 512},
    Component.TEXT_INPUT: {"label": 45, "custom_id": 100, "value": 4000, "placeholder": 100},
    Component.TEXT_DISPLAY: {"content": 4000},
    Component.LABEL: {"label": 45, "description": 100},
    Component.FILE_UPLOAD: {"custom_id": 100},
    **{kind: {"custom_id": 100, "placeholder": 150} for kind in SELECTS},
}


def walk(components: Iterable[Json], depth: int = 0) -> Iterator[Json]:
    """Return every component, parents before children."""
    if depth > _DEEPEST:
        raise invalid("components", "COMPONENT_NESTING", "Components are nested too deeply")
    for component in components:
        if not isinstance(component.get("type"), int):
            raise invalid("components", "UNION_TYPE_CHOICES", "A component needs a type")
        yield component
        yield from walk(component.get("components") or [], depth + 1)
        yield from walk([component[k] for k in ("accessory", "component") if component.get(k)], depth + 1)


def find(components: Iterable[Json], custom_id: str) -> Json | None:
    """Return the component with a custom id, if there is one."""
    return next((c for c in walk(components) if c.get("custom_id") == custom_id), None)


def check_message(components: list[Json], *, is_v2: bool) -> None:
    """Refuse what a message may not carry."""
    every = list(walk(components))
    if is_v2 and len(every) > 40:
        raise invalid("components", "BASE_TYPE_BAD_LENGTH", "Must be 40 or fewer in total.")
    if not is_v2 and len(components) > 5:
        raise invalid("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    if not is_v2 and any(c["type"] != Component.ACTION_ROW for c in components):
        raise invalid("components", "UNION_TYPE_CHOICES", 'Value of field "type" must be one of (1,).')
    texts = sum(len(c.get("content") or "") for c in every if c["type"] == Component.TEXT_DISPLAY)
    if texts > 4000:
        raise invalid(
            "components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", "Must be 4000 or fewer in total."
        )
    _check_each(every)


def check_modal(modal: Json) -> None:
    """Refuse what is not a modal."""
    if not 1 <= len(modal.get("title") or "") <= 45:
        raise invalid("data.title", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 45 in length.")
    if not 1 <= len(modal.get("custom_id") or "") <= 100:
        raise invalid("data.custom_id", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    components = modal.get("components") or []
    if not 1 <= len(components) <= 5:
        raise invalid("data.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    _check_each(list(walk(components)))


def _check_each(every: list[Json]) -> None:
    ids = [c["custom_id"] for c in every if c.get("custom_id")]
    if len(ids) != len(set(ids)):
        raise invalid(
            "components", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated"
        )
    for component in every:
        kind = component["type"]
        for name, most in _TEXTS.get(kind, {}).items():
            if len(component.get(name) or "") > most:
                raise invalid(
                    f"components.{name}", "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length."
                )
        if _needs_id(component) and not component.get("custom_id"):
            raise invalid("components.custom_id", "BASE_TYPE_REQUIRED", "This field is required")
        if kind == Component.ACTION_ROW:
            _check_row(component.get("components") or [])
        elif kind == Component.STRING_SELECT:
            _check_options(component)


def _needs_id(component: Json) -> bool:
    kind = component["type"]
    if kind == Component.BUTTON:
        return component.get("style") not in {LINK, PREMIUM}
    return kind in SELECTS or kind in {Component.TEXT_INPUT, Component.FILE_UPLOAD}


def _check_row(children: list[Json]) -> None:
    """Refuse a row unless it holds one to five buttons, or one of anything else."""
    most = 5 if all(child.get("type") == Component.BUTTON for child in children) else 1
    if not 1 <= len(children) <= most:
        raise invalid("components", "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {most} in length.")


def _check_options(component: Json) -> None:
    options = component.get("options") or []
    if not 1 <= len(options) <= 25:
        raise invalid("components.options", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.")
    values = [option.get("value") for option in options]
    if len(values) != len(set(values)):
        raise invalid(
            "components.options", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The value is used twice"
        )
    for option in options:
        for name in ("label", "value", "description"):
            if len(option.get(name) or "") > 100:
                raise invalid(
                    f"components.options.{name}", "BASE_TYPE_MAX_LENGTH", "Must be 100 or fewer in length."
                )


def numbered(components: list[Json]) -> list[Json]:
    """Return the components with the ids Discord gives those that came without."""
    taken = {c["id"] for c in walk(components) if c.get("id")}
    free = iter(number for number in range(1, 1_000) if number not in taken)
    for component in walk(components):
        component["id"] = component.get("id") or next(free)
    return components


def as_answered(components: list[Json], message_id: Snowflake) -> list[Json]:
    """Return components with the defaults that Discord fills in."""
    return [_answered(component, message_id) for component in components]


_DEFAULTS: dict[int, Json] = {
    **{kind: {"min_values": 1, "max_values": 1} for kind in SELECTS},
    Component.CONTAINER: {"accent_color": None, "spoiler": False},
    Component.SEPARATOR: {"spacing": 1, "divider": True},
    Component.THUMBNAIL: {"description": None, "spoiler": False},
    Component.FILE: {"spoiler": False, "name": None, "size": None},
    Component.TEXT_INPUT: {"min_length": None, "max_length": None, "label": None},
}


def _answered(component: Json, message_id: Snowflake) -> Json:
    # A field that was sent as null is one that was not set; only those with a default come back.
    body = _DEFAULTS.get(component["type"], {}) | _set_fields(component)
    if "emoji" in body:
        body["emoji"] = _set_fields(body["emoji"])
    if "options" in body:
        body["options"] = [
            _set_fields(option) | ({"emoji": _set_fields(option["emoji"])} if option.get("emoji") else {})
            for option in body["options"]
        ]
    for name in ("media", "file"):
        if name in body:
            body[name] = _media(body[name], message_id)
    if "items" in body:
        body["items"] = [
            {"description": None, "spoiler": False, **item, "media": _media(item["media"], message_id)}
            for item in body["items"]
        ]
    if "components" in body:
        body["components"] = as_answered(body["components"], message_id)
    for name in ("accessory", "component"):
        if name in body:
            body[name] = _answered(body[name], message_id)
    return body


def _set_fields(sent: Json) -> Json:
    """Return an object without the fields that were sent as null."""
    return {name: value for name, value in sent.items() if value is not None}


def _media(media: Json, message_id: Snowflake) -> Json:
    """Return an unfurled media item; OpenAPI wants an id, and the message's is as good as any."""
    return {"id": message_id, "proxy_url": media.get("url", ""), "width": None, "height": None, **media}
