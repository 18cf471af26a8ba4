"""Application commands: what may be registered, and what a person may send (Discord docs)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import IntEnum

from sandbox.discord.api_errors import ApiError, invalid
from sandbox.discord.core import Core
from sandbox.discord.models import Command, Json
from sandbox.discord.permissions import Permission
from sandbox.discord.snowflake import Snowflake


class CommandType(IntEnum):
    """Discord docs, "Application Command Types"."""

    CHAT_INPUT = 1
    USER = 2
    MESSAGE = 3


class OptionType(IntEnum):
    """Discord docs, "Application Command Option Type"."""

    SUB_COMMAND = 1
    SUB_COMMAND_GROUP = 2
    STRING = 3
    INTEGER = 4
    BOOLEAN = 5
    USER = 6
    CHANNEL = 7
    ROLE = 8
    MENTIONABLE = 9
    NUMBER = 10
    ATTACHMENT = 11


NESTED = frozenset({OptionType.SUB_COMMAND, OptionType.SUB_COMMAND_GROUP})

# Discord docs, "Registering a Command": how many of each type, globally and again per guild.
_MOST = {CommandType.CHAT_INPUT: 100, CommandType.USER: 15, CommandType.MESSAGE: 15}

# Discord docs, "Application Command Naming": word characters of any script, and the dash.
_NAME = re.compile(r"[-_'\w]{1,32}")

_MOST_CHARACTERS = 8000


def replace_all(
    core: Core, application_id: Snowflake, guild_id: Snowflake | None, bodies: Sequence[Json]
) -> list[Command]:
    """Set all commands of an application, globally or in a guild; those that stay keep their ids."""
    for kind, most in _MOST.items():
        if sum((body.get("type") or 1) == kind for body in bodies) > most:
            raise ApiError(400, 30032, f"Maximum number of application commands reached ({most}).")
    for index, body in enumerate(bodies):
        check(body, str(index))
    names = [(body.get("type") or 1, body["name"]) for body in bodies]
    if len(set(names)) != len(names):
        raise invalid("0", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
    old = {(c.body["type"], c.body["name"]): c for c in registered(core, application_id, guild_id)}
    made = [_command(core, application_id, guild_id, body, old) for body in bodies]
    kept = {command.id for command in made}
    core.world.remove(*(command for command in old.values() if command.id not in kept))
    core.world.save(*made)
    return made


def registered(core: Core, application_id: Snowflake, guild_id: Snowflake | None) -> list[Command]:
    """Return an application's commands, the global ones or a guild's own."""
    return [
        command
        for command in core.world.commands.values()
        if command.application_id == application_id and command.guild_id == guild_id
    ]


def _command(
    core: Core,
    application_id: Snowflake,
    guild_id: Snowflake | None,
    body: Json,
    old: dict[tuple[int, str], Command],
) -> Command:
    kind = body.get("type") or 1
    before = old.get((kind, body["name"]))
    command_id = before.id if before else core.world.ids.next()
    whole: Json = {
        "default_member_permissions": None,
        "nsfw": False,
        "dm_permission": True,
        "contexts": None,
        **body,
        "id": command_id,
        "application_id": application_id,
        "version": core.world.ids.next(),
        "type": kind,
        "description": body.get("description") or "",
        "integration_types": body.get("integration_types") or [0],
        **({"guild_id": guild_id} if guild_id else {}),
    }
    return Command(id=command_id, application_id=application_id, guild_id=guild_id, body=whole)


def check(body: Json, path: str) -> None:
    """Refuse a command that Discord would refuse."""
    kind, name = body.get("type") or 1, body.get("name")
    if not isinstance(name, str) or not 1 <= len(name) <= 32:
        raise invalid(f"{path}.name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 32 in length.")
    if kind != CommandType.CHAT_INPUT:
        if body.get("description") or body.get("options"):
            raise invalid(
                f"{path}.description",
                "APPLICATION_COMMAND_DESCRIPTION_NOT_ALLOWED",
                "Context menu commands have no description",
            )
        return
    _check_named(body, path)
    _check_options(body.get("options") or [], f"{path}.options", depth=0)
    if _characters(body) > _MOST_CHARACTERS:
        raise invalid(
            path, "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({_MOST_CHARACTERS})"
        )


def _check_named(body: Json, path: str) -> None:
    name, description = body.get("name"), body.get("description")
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name != name.lower():
        raise invalid(f"{path}.name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    if not isinstance(description, str) or not 1 <= len(description) <= 100:
        raise invalid(f"{path}.description", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")


def _check_options(options: Sequence[Json], path: str, *, depth: int) -> None:
    # Command, group, subcommand, value: nothing nests deeper.
    if len(options) > 25 or depth > 2:
        raise invalid(path, "BASE_TYPE_BAD_LENGTH", "Must be 25 or fewer in length.")
    names = [option.get("name") for option in options]
    if len(set(names)) != len(names):
        raise invalid(path, "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Option names must be unique")
    seen_optional = False
    for index, option in enumerate(options):
        place = f"{path}.{index}"
        _check_named(option, place)
        if option.get("required") and seen_optional:
            raise invalid(
                place,
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            )
        seen_optional = seen_optional or (option.get("type") not in NESTED and not option.get("required"))
        choices = option.get("choices") or []
        if len(choices) > 25:
            raise invalid(f"{place}.choices", "BASE_TYPE_BAD_LENGTH", "Must be 25 or fewer in length.")
        check_choices(choices, f"{place}.choices")
        _check_options(option.get("options") or [], f"{place}.options", depth=depth + 1)


def check_choices(choices: Iterable[Json], path: str) -> None:
    """Refuse choices whose names or values are too long."""
    for index, choice in enumerate(choices):
        value = choice.get("value")
        too_long = isinstance(value, str) and len(value) > 100
        if not 1 <= len(str(choice.get("name") or "")) <= 100 or too_long:
            raise invalid(
                f"{path}.{index}.name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length."
            )


def _characters(body: Json) -> int:
    """Return what counts towards the limit: names, descriptions and choices' values."""
    total = len(body.get("name") or "") + len(body.get("description") or "")
    total += sum(
        len(str(choice.get("value", ""))) + len(choice["name"]) for choice in body.get("choices") or []
    )
    return total + sum(_characters(option) for option in body.get("options") or [])


def usable(core: Core, guild_id: Snowflake, user_id: Snowflake) -> list[Command]:
    """Return the commands a person may use in a guild: of its bots, and within their permissions."""
    members = core.world.get_guild(guild_id).members
    held = core.access.in_guild(user_id, guild_id)
    return [
        command
        for command in core.world.commands.values()
        if command.guild_id in {None, guild_id}
        and command.application_id in members
        and _may_use(command, held)
    ]


def _may_use(command: Command, held: Permission) -> bool:
    needed = command.body.get("default_member_permissions")
    if needed is None:
        return True
    # Discord docs: "0" means administrators only.
    wanted = Permission(int(needed)) or Permission.ADMINISTRATOR
    return held & wanted == wanted


def find_usable(core: Core, guild_id: Snowflake | None, user_id: Snowflake, command_id: Snowflake) -> Command:
    """Return the command a person sends, or answer 400 or 403."""
    command = core.world.commands.get(command_id)
    if command is None or command.guild_id not in {None, guild_id}:
        raise invalid("data.id", "APPLICATION_COMMAND_UNKNOWN", "This command is outdated, please try again")
    if guild_id is None:
        # Discord docs, ``contexts``: 1 is direct messages with the bot.
        contexts = command.body.get("contexts")
        if command.body.get("dm_permission") is False or (contexts is not None and 1 not in contexts):
            raise ApiError(403, 50013, "Missing Permissions")
        return command
    if command not in usable(core, guild_id, user_id):
        raise ApiError(403, 50013, "Missing Permissions")
    return command


def check_sent(options: Sequence[Json], declared: Sequence[Json], *, is_complete: bool) -> None:
    """Refuse options that do not fit the command; an autocomplete may be half-filled."""
    by_name = {option["name"]: option for option in declared}
    for option in options:
        spec = by_name.get(str(option.get("name")))
        if spec is None or spec["type"] != option.get("type"):
            raise invalid("data.options", "APPLICATION_COMMAND_OPTION_UNKNOWN", f"{option.get('name')}")
        if spec["type"] in NESTED:
            check_sent(option.get("options") or [], spec.get("options") or [], is_complete=is_complete)
        elif is_complete:
            _check_value(option.get("value"), spec)
    if is_complete:
        given = {option["name"] for option in options}
        for name, spec in by_name.items():
            if spec.get("required") and name not in given:
                raise invalid("data.options", "APPLICATION_COMMAND_REQUIRED_OPTION", f"{name} is required")


def _check_value(value: object, spec: Json) -> None:
    name, kind = spec["name"], spec["type"]
    if kind in {OptionType.INTEGER, OptionType.NUMBER}:
        if isinstance(value, bool) or not isinstance(
            value, int if kind == OptionType.INTEGER else int | float
        ):
            raise invalid("data.options", "NUMBER_TYPE_COERCE", f"{name} is not a number")
        assert isinstance(value, int | float)  # the line above
        if not spec.get("min_value", value) <= value <= spec.get("max_value", value):
            raise invalid("data.options", "NUMBER_TYPE_RANGE", f"{name} is out of range")
    elif kind == OptionType.STRING:
        most = min(spec.get("max_length") or 6000, 6000)
        if not isinstance(value, str) or not (spec.get("min_length") or 0) <= len(value) <= most:
            raise invalid("data.options", "BASE_TYPE_BAD_LENGTH", f"{name} has the wrong length")
    elif kind == OptionType.BOOLEAN and not isinstance(value, bool):
        raise invalid("data.options", "BOOLEAN_TYPE_CONVERT", f"{name} is true or false")
    if spec.get("choices") and value not in [choice["value"] for choice in spec["choices"]]:
        raise invalid(
            "data.options", "APPLICATION_COMMAND_OPTION_CHOICE", f"{name} is not one of the choices"
        )
