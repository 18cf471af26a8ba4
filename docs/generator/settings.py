"""``settings.md``: every environment variable, from the settings classes; and the community file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr, TypeAdapter
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from docs.generator.markdown import code, listed, page, sentences, table
from docs.generator.programs import bots, subclasses, variables_in_code
from docs.generator.texts import Group, Variable, load_texts
from shared.config.community import Community, DecaySettings, Guild, Rcon, SaveLogin, ServerEntry
from shared.config.save_places import SaveAddress
from shared.config.settings import Settings, variable_name
from shared.discord_kit.settings import token_variable

_TYPES: dict[object, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    Path: "path",
    SaveAddress: "address",
    SecretStr: "secret",
    timedelta: "duration",
}
_ABOUT = (
    "Settings are environment variables, or lines of `.env` beside `helena.py`; what is set outside of the file wins. "
    "An empty value is as good as none. "
    "Every variable but `HELENA_COMMUNITY_FILE` may also be given as a file with the value in it, under its name with `_FILE` behind: "
    "`HELENA_STATS_TOKEN_FILE=/run/secrets/stats_token`. "
    "A duration is written as `00:00:30` (hours, minutes, seconds) or in ISO 8601, as `PT30S`. "
    "`python3 helena.py doctor` says what is wrong."
)
_COMMUNITY = (
    "What `HELENA_COMMUNITY_FILE` names: a TOML file with the Discord server, its channels and its game servers. "
    "It holds the RCON passwords, so keep it readable by you alone. "
    "[Run Helena for your community](../how-to/real-community.md) has an example."
)
_TABLES = (
    ("[guild]", "guild", Guild),
    ("[[servers]]", "servers", ServerEntry),
    ("rcon of a server", "rcon", Rcon),
    ("save_login of a server", "save_login", SaveLogin),
    ("decay of a server", "decay", DecaySettings),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A variable, as the program that reads it declares it."""

    form: str = ""
    default: str = ""


def found_variables() -> dict[str, Found]:
    """Return every variable that some program reads."""
    found: dict[str, Found] = {name: Found() for name in variables_in_code()}
    found |= {
        token_variable(bot.manifest.name): Found(form="secret", default="`HELENA_DISCORD_TOKEN`")
        for bot in bots()
    }
    # the common class last: it has the last word on what all programs read
    classes: list[type[Settings]] = [*subclasses(Settings), Settings]
    for cls in classes:
        if not cls.__name__.startswith("_"):
            found |= {
                variable_name(field, info.validation_alias): Found(form=_form(info), default=_default(info))
                for field, info in cls.model_fields.items()
            }
    return found


def public_variables() -> set[str]:
    """Return the variables that people may set."""
    groups = load_texts().settings
    return {name for group in groups if not group.is_internal for name in group.variables}


def community_fields() -> set[str]:
    """Return every field and table of the community file, as the texts name them."""
    fields = {f"{key}.{field}" for _, key, cls in _TABLES for field in cls.model_fields}
    return fields | {key for _, key, _ in _TABLES} | set(Community.model_fields)


def settings_page() -> str:
    """Return the page."""
    found = found_variables()
    parts = [sentences(_ABOUT)]
    for group in load_texts().settings:
        parts += [f"## {group.title}", sentences(group.about), _variables(group, found)]
    parts += ["## The community file", sentences(_COMMUNITY), _community()]
    return page("Settings", *parts)


def _variables(group: Group, found: dict[str, Found]) -> str:
    rows = [_row(name, text, found.get(name, Found())) for name, text in group.variables.items()]
    return table(["variable", "takes", "default", "what"], rows)


def _row(name: str, text: Variable, found: Found) -> tuple[str, str, str, str]:
    return code(name), text.form or found.form, text.default or found.default, text.means


def _community() -> str:
    texts = load_texts().community
    parts = []
    for title, key, cls in _TABLES:
        rows = [
            (code(field), _form(info), _default(info), texts.get(f"{key}.{field}", info.description or ""))
            for field, info in cls.model_fields.items()
            if not _is_table(info)
        ]
        about = texts.get(key, "")
        parts += [f"### {title}", sentences(about), table(["field", "takes", "default", "what"], rows)]
    parts[3:3] = ["### [channels]", sentences(texts.get("channels", ""))]
    return "\n\n".join(part for part in parts if part)


def _is_table(info: FieldInfo) -> bool:
    kinds = {info.annotation, *get_args(info.annotation)}
    return any(isinstance(kind, type) and issubclass(kind, BaseModel) for kind in kinds)


def _form(info: FieldInfo) -> str:
    text = _kind(info.annotation)
    bounds = {
        name: getattr(rule, name)
        for rule in info.metadata
        for name in ("ge", "gt", "le", "min_length", "max_length")
        if getattr(rule, name, None) is not None
    }
    low, high = bounds.get("ge", bounds.get("gt")), bounds.get("le")
    if low is not None and high is not None:
        text += (
            f" from {_plain(low)} to {_plain(high)}"
            if "ge" in bounds
            else f" above {_plain(low)}, at most {_plain(high)}"
        )
    elif "ge" in bounds:
        text += f", at least {_plain(low)}"
    if "min_length" in bounds and bounds["min_length"] > 1:
        text += f" of at least {bounds['min_length']} characters"
    if "max_length" in bounds:
        text += f" of at most {bounds['max_length']} characters"
    return text


def _kind(annotation: Any) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return listed([code(str(one)) for one in arguments])
    if origin in {Union, UnionType}:
        return listed([_kind(one) for one in arguments if one is not NoneType])
    if origin is Annotated:
        return _kind(arguments[0])
    if origin is dict:
        return f"table of {_kind(arguments[1])}s by name"
    if origin is tuple:
        return f"list of {_kind(arguments[0])}s"
    base = getattr(annotation, "__supertype__", annotation)
    return _TYPES[base]


def _default(info: FieldInfo) -> str:
    value = info.get_default(call_default_factory=True)
    if value is PydanticUndefined:
        return "required"
    if value is None or value in ("", (), {}):
        return "none"
    if isinstance(value, timedelta):
        return code(TypeAdapter(timedelta).dump_json(value).decode().strip('"'))
    return code(_plain(value))


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.12g}" if isinstance(value, float) else str(value)
