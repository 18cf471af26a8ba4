"""Forms: what a person filled in, in the shape of the form (Discord docs, "Modal Interactions")."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.discord.api_errors import invalid
from sandbox.discord.components import SELECTS, Component, walk
from sandbox.discord.models import Json
from sandbox.discord.resolving import Resolver


def filled(modal: Json, sent: Sequence[Json], resolver: Resolver) -> list[Json]:
    """Return a form's components with the values that were sent for them, checked."""
    given = {c["custom_id"]: c for c in walk(sent) if c.get("custom_id")}
    return [_top(component, given, resolver) for component in modal["components"]]


def _top(component: Json, given: dict[str, Json], resolver: Resolver) -> Json:
    body = {"type": component["type"], "id": component["id"]}
    if component["type"] == Component.ACTION_ROW:
        body["components"] = [_field(child, given, resolver) for child in component["components"]]
    elif component["type"] == Component.LABEL:
        body["component"] = _field(component["component"], given, resolver)
    return body


def _field(field: Json, given: dict[str, Json], resolver: Resolver) -> Json:
    custom_id = field["custom_id"]
    sent = given.get(custom_id, {})
    body: Json = {"type": field["type"], "id": field["id"], "custom_id": custom_id}
    if field["type"] == Component.TEXT_INPUT:
        return body | {"value": _text(field, sent.get("value"))}
    values = sent.get("values") or []
    if field["type"] in SELECTS:
        check_values(field, values)
        resolver.select(field["type"], values)
    return body | {"values": [str(value) for value in values]}


def _text(field: Json, value: object) -> str:
    text = "" if value is None else str(value)
    # Discord docs, "Text Input": required unless told otherwise, 4000 characters at most.
    if not text and field.get("required", True):
        raise invalid(f"data.components.{field['custom_id']}", "BASE_TYPE_REQUIRED", "This field is required")
    least, most = field.get("min_length") or 0, field.get("max_length") or 4000
    if text and not least <= len(text) <= most:
        raise invalid(
            f"data.components.{field['custom_id']}",
            "BASE_TYPE_BAD_LENGTH",
            f"Must be between {least} and {most} in length.",
        )
    return text


def check_values(select: Json, values: Sequence[object]) -> None:
    """Refuse a choice that the select menu does not offer."""
    least, most = select.get("min_values"), select.get("max_values")
    least = 1 if least is None else least
    # Discord docs: in a form ``required`` decides whether nothing may be chosen.
    if not values and select.get("required") is False:
        return
    if not least <= len(values) <= (1 if most is None else most):
        raise invalid("data.values", "BASE_TYPE_BAD_LENGTH", "Too few or too many values")
    if select["type"] == Component.STRING_SELECT:
        offered = {option["value"] for option in select["options"]}
        if not set(values) <= offered:
            raise invalid("data.values", "BASE_TYPE_CHOICES", "Value is not one of the options")
