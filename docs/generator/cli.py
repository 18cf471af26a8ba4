"""``cli.md``: the command line ``helena``, from its declarations."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import typer
from typer.models import ArgumentInfo, OptionInfo

from docs.generator.markdown import code, page, sentences, table
from parser_service.cli.app import app as save_app
from supervisor.cli import app

_TYPES: dict[object, str] = {Path: "path", int: "whole number", float: "number", str: "text", bool: ""}
# The supervisor hands these over to a program of the parser service.
_SAVE = "helena save"
_ABOUT = (
    "From a clone, every command is `python3 helena.py …`; where the package is installed, `helena …` is the same. "
    "`python3 helena.py test` runs all checks and tests, `python3 helena.py test PATH …` those tests alone. "
    "Settings come from `.env` and the environment; see [Settings](settings.md). "
    "A failure with a message ends with 1."
)


def cli_page() -> str:
    """Return the page."""
    return page("Command line", sentences(_ABOUT), *_commands(app, "helena"), *_commands(save_app, _SAVE))


def described_commands() -> dict[str, str]:
    """Return every command with the first line of what it says of itself."""
    return {name: inspect.getdoc(callback) or "" for name, callback in _all()}


def _all() -> list[tuple[str, Callable[..., Any]]]:
    return [*_walk(app, "helena"), *_walk(save_app, _SAVE)]


def _walk(group: typer.Typer, prefix: str) -> list[tuple[str, Callable[..., Any]]]:
    found = []
    for info in group.registered_commands:
        assert info.callback is not None  # a decorator registered it
        name = info.name or info.callback.__name__.replace("_", "-")
        found.append((f"{prefix} {name}", info.callback))
    for inner in group.registered_groups:
        assert inner.typer_instance is not None  # add_typer was given one
        found += _walk(inner.typer_instance, f"{prefix} {inner.name}")
    return found


def _commands(group: typer.Typer, prefix: str) -> list[str]:
    parts = []
    for name, callback in _walk(group, prefix):
        rows, usage = [], [name]
        hints = get_type_hints(callback, include_extras=True)
        for parameter in inspect.signature(callback).parameters.values():
            info = next((one for one in get_args(hints[parameter.name])[1:]), None)
            if isinstance(info, OptionInfo | ArgumentInfo):
                spelled = _spelled(parameter, info)
                rows.append((code(spelled), _takes(hints[parameter.name], info), _meaning(parameter, info)))
                usage.append(_in_usage(parameter, info, spelled))
        parts += [f"## {name}", f"```\n{' '.join(usage)}\n```", sentences(inspect.getdoc(callback) or "")]
        parts.append(table(["", "takes", "what"], rows))
    return [part for part in parts if part]


def _spelled(parameter: inspect.Parameter, info: OptionInfo | ArgumentInfo) -> str:
    if isinstance(info, ArgumentInfo):
        return parameter.name.upper()
    # inside Annotated there is no default, so typer takes the first name for one until it reads the function
    first = [info.default] if isinstance(info.default, str) else []
    return ", ".join([*first, *(info.param_decls or ())] or [f"--{parameter.name.replace('_', '-')}"])


def _in_usage(parameter: inspect.Parameter, info: OptionInfo | ArgumentInfo, spelled: str) -> str:
    word = spelled.split(", ", maxsplit=1)[0]
    if isinstance(info, OptionInfo) and not isinstance(parameter.default, bool):
        word += f" {parameter.name.upper()}"
    return word if parameter.default is inspect.Parameter.empty else f"[{word}]"


def _takes(hint: Any, info: OptionInfo | ArgumentInfo) -> str:
    kind = get_args(hint)[0]
    if get_origin(kind) is UnionType:
        kind = next(one for one in get_args(kind) if one is not NoneType)
    if get_origin(kind) is list:
        kind = get_args(kind)[0]
    text = " or ".join(kind) if issubclass(kind, StrEnum) else _TYPES[kind]
    if info.min is not None and info.max is not None:
        text += f" from {info.min:,} to {info.max:,}"
    return text


def _meaning(parameter: inspect.Parameter, info: OptionInfo | ArgumentInfo) -> str:
    given = parameter.default
    needless = given is inspect.Parameter.empty or given in {None, ""} or isinstance(given, bool)
    return (info.help or "") + ("" if needless else f" Default {given}.")
