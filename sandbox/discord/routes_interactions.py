"""Application commands and interactions."""

from __future__ import annotations

import asyncio

from aiohttp import web

from sandbox.discord import commands, interactions
from sandbox.discord.api_errors import ApiError, already_acknowledged, invalid, unknown
from sandbox.discord.asking import Asking
from sandbox.discord.exchange import Bucket, Call, Route, answer, no_content
from sandbox.discord.models import Command
from sandbox.discord.permissions import NOTHING
from sandbox.discord.snowflake import Snowflake


def _application_id(call: Call) -> Snowflake:
    """Return the application of the path, which must be the caller's own."""
    application_id = call.id("application_id")
    if application_id != call.user_id:
        raise ApiError(403, 20012, "You are not authorized to perform this action on this application")
    return application_id


def _guild_id(call: Call) -> Snowflake | None:
    """Return the guild of the path, if the commands are a guild's."""
    if "guild_id" not in call.request.match_info:
        return None
    guild_id = call.id("guild_id")
    call.core.access.require(call.user_id, guild_id, NOTHING)
    return guild_id


async def set_commands(call: Call) -> web.Response:
    """Set all commands at once."""
    bodies = await call.any_json()
    if not isinstance(bodies, list) or not all(isinstance(body, dict) for body in bodies):
        raise invalid("_", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
    made = commands.replace_all(call.core, _application_id(call), _guild_id(call), bodies)
    return answer([command.body for command in made])


async def list_commands(call: Call) -> web.Response:
    """Return the commands."""
    found = commands.registered(call.core, _application_id(call), _guild_id(call))
    return answer([command.body for command in found])


async def create_command(call: Call) -> web.Response:
    """Add a command, or replace the one of that name (Discord docs)."""
    application_id, guild_id = _application_id(call), _guild_id(call)
    body = await call.json()
    kept = [
        command.body
        for command in commands.registered(call.core, application_id, guild_id)
        if (command.body["type"], command.body["name"]) != (body.get("type") or 1, body.get("name"))
    ]
    made = commands.replace_all(call.core, application_id, guild_id, [*kept, body])
    return answer(made[-1].body, 200 if len(kept) == len(made) else 201)


def _command(call: Call) -> Command:
    command = call.core.world.commands.get(call.id("command_id"))
    if command is None or (command.application_id, command.guild_id) != (
        _application_id(call),
        _guild_id(call),
    ):
        raise unknown("Application Command")
    return command


async def get_command(call: Call) -> web.Response:
    """Return one command."""
    return answer(_command(call).body)


async def delete_command(call: Call) -> web.Response:
    """Delete one command."""
    call.core.world.remove(_command(call))
    return no_content()


async def list_usable_commands(call: Call) -> web.Response:
    """Return what a person may use in a guild, with the applications (observed: Discord's client)."""
    guild_id = _guild_id(call)
    assert guild_id is not None  # the path has one
    found = commands.usable(call.core, guild_id, call.user_id)
    used = {command.application_id for command in found}
    return answer(
        {
            "applications": [
                {"id": it.id, "name": it.title, "description": "", "icon": None, "bot_id": it.id}
                for it in call.core.world.applications.values()
                if it.id in used
            ],
            "application_commands": [command.body for command in found],
            "version": "1",
        }
    )


async def ask(call: Call) -> web.Response:
    """Send an interaction to a bot, as a person."""
    if call.user.bot:
        raise ApiError(403, 20001, "Bots cannot use this endpoint")
    sent, uploads = await call.form()
    Asking(call.core, call.user, sent, uploads).ask()
    return no_content()


async def respond(call: Call) -> web.Response:
    """Give an interaction its first answer."""
    token = call.part("token")
    it = call.core.interactions.find(token, asyncio.get_running_loop().time())
    if it is None or it.id != call.id("interaction_id") or it.has_failed:
        raise unknown("Interaction")
    sent, uploads = await call.form()
    if it.is_acknowledged:
        raise already_acknowledged()
    body = interactions.respond(call.core, it, sent, uploads)
    # discord.py always asks for it, and fails on 204 after the answer was given (interactions.py).
    return answer(body) if call.query_flag("with_response") else no_content()


def routes() -> list[Route]:
    """Return the ways in."""
    made = []
    for where in ("/applications/{application_id}", "/applications/{application_id}/guilds/{guild_id}"):
        every, one = where + "/commands", where + "/commands/{command_id}"
        made += [
            Route(method="GET", path=every, handler=list_commands),
            Route(method="PUT", path=every, handler=set_commands),
            Route(method="POST", path=every, handler=create_command),
            Route(method="GET", path=one, handler=get_command),
            Route(method="DELETE", path=one, handler=delete_command),
        ]
    return [
        *made,
        Route(
            method="GET", path="/guilds/{guild_id}/application-command-index", handler=list_usable_commands
        ),
        Route(method="POST", path="/interactions", handler=ask),
        Route(
            method="POST",
            path="/interactions/{interaction_id}/{token}/callback",
            handler=respond,
            needs_token=False,
            bucket=Bucket.EXEMPT,
        ),
    ]
