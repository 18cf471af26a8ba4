"""``commands.md``: every slash command, from the command objects that Discord is told of."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from docs.generator.markdown import code, listed, page, sentences, table
from docs.generator.programs import Bot, bots, subclasses

AnyCommand = app_commands.Command[Any, ..., Any]

_EVERYBODY = "everybody in the Discord server"
# How a description says that a command is for some only; the services check it.
_MARKS = {"staff": "staff", "owner": "the owner of the community"}
_TYPES = {
    discord.AppCommandOptionType.string: "text",
    discord.AppCommandOptionType.integer: "whole number",
    discord.AppCommandOptionType.number: "number",
    discord.AppCommandOptionType.boolean: "true or false",
    discord.AppCommandOptionType.user: "member",
    discord.AppCommandOptionType.channel: "channel",
    discord.AppCommandOptionType.role: "role",
    discord.AppCommandOptionType.mentionable: "member or role",
    discord.AppCommandOptionType.attachment: "file",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """A command as Discord lists it: alone, or a group of several. ``cog`` is the class that has it."""

    bot: str
    cog: type[commands.Cog]
    command: app_commands.Group | AnyCommand

    def leaves(self) -> Iterator[AnyCommand]:
        """Return what can be run."""
        if isinstance(self.command, app_commands.Group):
            for one in self.command.walk_commands():
                if isinstance(one, app_commands.Command):
                    yield one
        else:
            yield self.command


def roots_of(bot: Bot) -> list[Root]:
    """Return the commands of a bot by name.

    A cog gets its commands when it is made, before its ``__init__`` runs, so no bot needs to be connected.
    """
    found: list[Root] = []
    for cog_class in subclasses(commands.Cog):
        if not f"{cog_class.__module__}.".startswith(f"{bot.package}."):
            continue
        cog = cog_class.__new__(cog_class)
        group = cog.app_command
        own = [group] if isinstance(group, app_commands.Group) else cog.get_app_commands()
        found += [Root(bot=bot.manifest.name, cog=cog_class, command=command) for command in own]
    return sorted(found, key=lambda root: root.command.name)


def all_roots() -> list[Root]:
    """Return the commands of all bots."""
    return [root for bot in bots() for root in roots_of(bot)]


def commands_page() -> str:
    """Return the page."""
    parts = [
        sentences(
            "Every slash command, by bot. "
            "An answer in private is seen by who asked alone; any other by everybody in the channel. "
            "All work in a Discord server that Helena serves, not in direct messages. "
            "Each person may run ten commands of a bot in twenty seconds."
        ),
        sentences(
            "`staff` are the members with a role of `staff_roles` in the community file, and `the owner` those with one of "
            "`owner_roles` and the owner of the Discord server. "
            "Who may do more may do everything below it. "
            "A role needs no permission of Discord for this: the bots check."
        ),
        "In the tables, *picks* means that Discord offers what there is while you type.",
    ]
    for bot in bots():
        roots = roots_of(bot)
        parts += [f"## {bot.manifest.title}", sentences(_full_stop(bot.manifest.summary))]
        parts += [_command(leaf) for root in roots for leaf in root.leaves()] or ["It has no commands."]
    return page("Commands", *parts)


def may_use(command: AnyCommand) -> str:
    """Return who may use a command, as its description says."""
    text = command.description.lower()
    for mark, who in _MARKS.items():
        if text.startswith(f"{mark}:") or text.endswith((f"({mark})", f"({mark}).")):
            return who
    return _EVERYBODY


def _command(command: AnyCommand) -> str:
    facts = [f"Who: {may_use(command)}.", _answer(command)]
    parts = [f"### /{command.qualified_name}", _full_stop(command.description)]
    options = table(["option", "takes", "", "what"], [_option(parameter) for parameter in command.parameters])
    return "\n\n".join([*parts, "\n".join(fact for fact in facts if fact), *([options] if options else [])])


def _option(parameter: app_commands.Parameter) -> tuple[str, str, str, str]:
    needed = "required" if parameter.required else "optional"
    if not parameter.required and parameter.default not in {None, "", discord.utils.MISSING}:
        needed = f"default {code(_default(parameter))}"
    return code(parameter.display_name), _takes(parameter), needed, str(parameter.description)


def _default(parameter: app_commands.Parameter) -> str:
    value = getattr(parameter.default, "value", parameter.default)
    names = {choice.value: choice.name for choice in parameter.choices}
    return str(names.get(value, value))


def _takes(parameter: app_commands.Parameter) -> str:
    kind = _TYPES[parameter.type]
    if parameter.choices:
        return listed([choice.name for choice in parameter.choices])
    low, high = parameter.min_value, parameter.max_value
    if parameter.type is discord.AppCommandOptionType.string:
        kind += f", at most {high} characters" if high is not None else ""
    elif low is not None and high is not None:
        kind += f" from {low:,} to {high:,}"
    return kind + (" (picks)" if parameter.autocomplete else "")


def _answer(command: AnyCommand) -> str:
    """Return who sees the answer, read from how the command answers first."""
    return _first_answer(command.callback, command.binding) or ""


def _first_answer(function: Callable[..., Any], cog: object) -> str | None:
    """Return it from a function, or from the functions of the bot that it calls, in the order it calls them."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    called = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for node in sorted(called, key=lambda node: (node.lineno, node.col_offset)):
        if isinstance(node.func, ast.Attribute) and node.func.attr in {"defer", "send_message", "send_modal"}:
            return _seen_by(node, node.func.attr)
        inner = _called_function(node.func, function, cog)
        found = None if inner is None else _first_answer(inner, cog)
        if found is not None:
            return found
    return None


def _seen_by(call: ast.Call, method: str) -> str:
    if method == "send_modal":
        return "Answer: a form."
    hidden = any(
        word.arg == "ephemeral" and isinstance(word.value, ast.Constant) and word.value.value is True
        for word in call.keywords
    )
    return "Answer: in private." if hidden else "Answer: in the channel."


def _called_function(name: ast.expr, function: Callable[..., Any], cog: object) -> Callable[..., Any] | None:
    found: object = None
    if isinstance(name, ast.Name):
        found = getattr(function, "__globals__", {}).get(name.id)
    elif isinstance(name, ast.Attribute) and isinstance(name.value, ast.Name) and name.value.id == "self":
        found = getattr(type(cog), name.attr, None)
    if not inspect.iscoroutinefunction(found) or found is function:
        return None
    return found if found.__module__.startswith("bots.") else None


def _full_stop(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
