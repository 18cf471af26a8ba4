"""The guild, its roles, and its audit log."""

from __future__ import annotations

from aiohttp import web

from sandbox.discord import render
from sandbox.discord.api_errors import invalid, missing_permissions
from sandbox.discord.audit import Action, note
from sandbox.discord.bodies import number_of
from sandbox.discord.exchange import Call, Route, answer, no_content
from sandbox.discord.models import Json, Role
from sandbox.discord.permissions import NOTHING, Permission
from sandbox.discord.snowflake import Snowflake
from sandbox.discord.visibility import watch_visibility


def find_guild_id(call: Call, needed: Permission = NOTHING) -> Snowflake:
    """Return the guild of the path, or answer 404 or 403."""
    guild_id = call.id("guild_id")
    call.core.access.require(call.user_id, guild_id, needed)
    return guild_id


async def get_guild(call: Call) -> web.Response:
    """Return the guild."""
    state = call.core.world.get_guild(find_guild_id(call))
    body = render.guild(state)
    if call.query_flag("with_counts"):
        online = sum(call.core.hub.is_online(user_id) for user_id in state.members)
        body |= {"approximate_member_count": len(state.members), "approximate_presence_count": online}
    return answer(body)


async def list_roles(call: Call) -> web.Response:
    """Return the guild's roles."""
    return answer([render.role(it) for it in call.core.world.get_guild(find_guild_id(call)).roles.values()])


async def get_role(call: Call) -> web.Response:
    """Return one role."""
    return answer(render.role(call.core.world.get_role(find_guild_id(call), call.id("role_id"))))


async def create_role(call: Call) -> web.Response:
    """Make a role below all others; those above move up (Discord docs)."""
    core, guild_id = call.core, find_guild_id(call, Permission.MANAGE_ROLES)
    state = core.world.get_guild(guild_id)
    role = Role(
        id=core.world.ids.next(),
        guild_id=guild_id,
        name="new role",
        position=1,
        # Discord docs, "Create Guild Role": @everyone's permissions unless told otherwise.
        permissions=state.roles[guild_id].permissions,
    )
    _change(call, role, await call.json())
    moved = [it for it in state.roles.values() if it.position >= 1]
    for it in moved:
        it.position += 1
    core.world.save(role, *moved)
    for it in moved:
        core.hub.to_guild(guild_id, "GUILD_ROLE_UPDATE", {"guild_id": guild_id, "role": render.role(it)})
    core.hub.to_guild(guild_id, "GUILD_ROLE_CREATE", {"guild_id": guild_id, "role": render.role(role)})
    note(core, guild_id, call.user_id, Action.ROLE_CREATE, role.id, reason=call.reason)
    return answer(render.role(role))


async def edit_role(call: Call) -> web.Response:
    """Change a role below one's own highest."""
    core, guild_id = call.core, find_guild_id(call, Permission.MANAGE_ROLES)
    role = core.world.get_role(guild_id, call.id("role_id"))
    if role.id != guild_id:
        core.access.require_above_role(call.user_id, guild_id, role.id)
    edited = role.model_copy()
    _change(call, edited, await call.json())
    with watch_visibility(core, guild_id):
        core.world.save(edited)
    core.hub.to_guild(guild_id, "GUILD_ROLE_UPDATE", {"guild_id": guild_id, "role": render.role(edited)})
    note(core, guild_id, call.user_id, Action.ROLE_UPDATE, role.id, reason=call.reason)
    return answer(render.role(edited))


def _change(call: Call, role: Role, body: Json) -> None:
    """Put what was sent of a role into it, or answer 400 or 403."""
    if body.get("name") is not None:
        if not isinstance(body["name"], str) or not 1 <= len(body["name"]) <= 100:
            raise invalid("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
        role.name = body["name"]
    if body.get("permissions") is not None:
        wanted = Permission(number_of(body["permissions"], "permissions"))
        call.core.access.require_held(call.user_id, role.guild_id, wanted & ~role.permissions)
        role.permissions = wanted
    colors = body.get("colors") or {}
    color = body.get("color") if body.get("color") is not None else colors.get("primary_color")
    if color is not None:
        role.color = number_of(color, "color")
    if body.get("hoist") is not None:
        role.hoist = bool(body["hoist"])
    if body.get("mentionable") is not None:
        role.mentionable = bool(body["mentionable"])


async def delete_role(call: Call) -> web.Response:
    """Delete a role, and take it from everybody."""
    core, guild_id = call.core, find_guild_id(call, Permission.MANAGE_ROLES)
    role = core.world.get_role(guild_id, call.id("role_id"))
    core.access.require_above_role(call.user_id, guild_id, role.id)
    if role.id == guild_id or role.bot_id is not None:
        raise missing_permissions()
    holders = [m for m in core.world.get_guild(guild_id).members.values() if role.id in m.roles]
    with watch_visibility(core, guild_id):
        for member in holders:
            member.roles.remove(role.id)
        core.world.save(*holders)
        core.world.remove(role)
    core.hub.to_guild(guild_id, "GUILD_ROLE_DELETE", {"guild_id": guild_id, "role_id": role.id})
    note(core, guild_id, call.user_id, Action.ROLE_DELETE, role.id, reason=call.reason)
    return no_content()


async def get_audit_log(call: Call) -> web.Response:
    """Return the audit log, newest first."""
    world, guild_id = call.core.world, find_guild_id(call, Permission.VIEW_AUDIT_LOG)
    entries = world.get_guild(guild_id).audit.values()
    before, after = call.query_id("before"), call.query_id("after")
    actor, action = call.query_id("user_id"), call.query_id("action_type")
    chosen = [
        entry
        for entry in entries
        if (before is None or int(entry.id) < int(before))
        and (after is None or int(entry.id) > int(after))
        and (actor is None or entry.user_id == actor)
        and (action is None or entry.action == int(action))
    ]
    limit = call.query_int("limit", 50, least=1, most=100)
    # Discord docs, "Get Guild Audit Log": newest first, but oldest first from ``after`` on.
    page = chosen[:limit] if after is not None else list(reversed(chosen))[:limit]
    named = dict.fromkeys(
        user_id for entry in page for user_id in (entry.user_id, entry.target_id) if user_id
    )
    lists = "webhooks integrations threads application_commands auto_moderation_rules guild_scheduled_events"
    return answer(
        {
            "audit_log_entries": [render.audit_entry(entry) for entry in page],
            "users": [render.user(world.users[user_id]) for user_id in named if user_id in world.users],
            **{name: [] for name in lists.split()},
        }
    )


def routes() -> list[Route]:
    """Return the ways in."""
    guild = "/guilds/{guild_id}"
    role = guild + "/roles/{role_id}"
    return [
        Route(method="GET", path=guild, handler=get_guild),
        Route(method="GET", path=guild + "/roles", handler=list_roles),
        Route(method="POST", path=guild + "/roles", handler=create_role),
        Route(method="GET", path=role, handler=get_role),
        Route(method="PATCH", path=role, handler=edit_role),
        Route(method="DELETE", path=role, handler=delete_role),
        Route(method="GET", path=guild + "/audit-logs", handler=get_audit_log),
    ]
