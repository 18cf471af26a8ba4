"""Members: roles, nicknames, timeouts, kicks and bans."""

from __future__ import annotations

from datetime import datetime, timedelta

from aiohttp import web

from sandbox.discord import render
from sandbox.discord.api_errors import invalid, unknown
from sandbox.discord.audit import Action, note
from sandbox.discord.bodies import snowflake_of
from sandbox.discord.core import Core
from sandbox.discord.exchange import Call, Route, answer, no_content
from sandbox.discord.models import Ban, Json, Member
from sandbox.discord.permissions import EVERYTHING, Permission
from sandbox.discord.routes_guild import find_guild_id
from sandbox.discord.snowflake import Snowflake
from sandbox.discord.visibility import watch_visibility

# Discord docs, "Modify Guild Member": 28 days.
LONGEST_TIMEOUT = timedelta(days=28)


async def get_member(call: Call) -> web.Response:
    """Return a member."""
    world = call.core.world
    return answer(render.member(world, world.get_member(find_guild_id(call), call.id("user_id"))))


async def list_members(call: Call) -> web.Response:
    """Return members by id, from ``after`` on."""
    world = call.core.world
    members = world.get_guild(find_guild_id(call)).members.values()
    after, limit = int(call.query_id("after") or 0), call.query_int("limit", 1, least=1, most=1000)
    page = sorted((m for m in members if int(m.user_id) > after), key=lambda m: int(m.user_id))[:limit]
    return answer([render.member(world, member) for member in page])


async def search_members(call: Call) -> web.Response:
    """Return members whose user name or nickname begins with ``query``."""
    world = call.core.world
    members = world.get_guild(find_guild_id(call)).members.values()
    query = call.request.query.get("query", "").lower()
    found = [
        member
        for member in members
        if world.users[member.user_id].username.lower().startswith(query)
        or (member.nick or "").lower().startswith(query)
    ]
    return answer([render.member(world, m) for m in found[: call.query_int("limit", 1, least=1, most=1000)]])


async def edit_member(call: Call) -> web.Response:
    """Change nickname, roles or timeout."""
    core, guild_id, target = call.core, find_guild_id(call), call.id("user")
    member = core.world.get_member(guild_id, target)
    edited = member.model_copy(deep=True)
    body = await call.json()
    changes: list[Json] = []
    if "nick" in body:
        changes.append(_nickname(call, edited, body["nick"]))
    if body.get("roles") is not None:
        _roles(call, edited, [snowflake_of(role, "roles") for role in body["roles"]])
    if "communication_disabled_until" in body:
        changes.append(_timeout(call, edited, body["communication_disabled_until"]))
    with watch_visibility(core, guild_id):
        core.world.save(edited)
    tell_member(core, edited)
    note(core, guild_id, call.user_id, Action.MEMBER_UPDATE, target, reason=call.reason, changes=changes)
    return answer(render.member(core.world, edited))


def _nickname(call: Call, member: Member, nick: object) -> Json:
    is_own = member.user_id == call.user_id
    needed = Permission.CHANGE_NICKNAME if is_own else Permission.MANAGE_NICKNAMES
    call.core.access.require(call.user_id, member.guild_id, needed)
    call.core.access.require_above_member(call.user_id, member.guild_id, member.user_id)
    if nick is not None and (not isinstance(nick, str) or len(nick) > 32):
        raise invalid("nick", "BASE_TYPE_BAD_LENGTH", "Must be 32 or fewer in length.")
    old, member.nick = member.nick, nick or None
    return {"key": "nick", "old_value": old, "new_value": member.nick}


def _roles(call: Call, member: Member, wanted: list[Snowflake]) -> None:
    """Set all roles; each that comes or goes must be below the caller's highest."""
    call.core.access.require(call.user_id, member.guild_id, Permission.MANAGE_ROLES)
    for role_id in set(member.roles) ^ set(wanted):
        call.core.access.require_above_role(call.user_id, member.guild_id, role_id)
    member.roles = list(dict.fromkeys(wanted))


def _timeout(call: Call, member: Member, until: object) -> Json:
    access, guild_id = call.core.access, member.guild_id
    access.require(call.user_id, guild_id, Permission.MODERATE_MEMBERS)
    access.require_above_member(call.user_id, guild_id, member.user_id)
    if access.in_guild(member.user_id, guild_id) == EVERYTHING and until is not None:
        # Observed: owners and administrators cannot be timed out.
        raise invalid(
            "communication_disabled_until", "CANNOT_TIMEOUT_ADMIN", "Cannot time out an administrator"
        )
    old, member.timed_out_until_at = member.timed_out_until_at, _instant(call, until)
    return {
        "key": "communication_disabled_until",
        "old_value": render.timestamp_or_none(old),
        "new_value": render.timestamp_or_none(member.timed_out_until_at),
    }


def _instant(call: Call, value: object) -> datetime | None:
    if value is None:
        return None
    try:
        until = datetime.fromisoformat(str(value))
        late = until - call.core.world.clock.now() > LONGEST_TIMEOUT
    except (ValueError, TypeError) as error:
        raise invalid(
            "communication_disabled_until", "DATE_TIME_TYPE_PARSE", "Could not parse the time"
        ) from error
    if late:
        raise invalid("communication_disabled_until", "BASE_TYPE_MAX_LENGTH", "Must be within 28 days.")
    return until


def tell_member(core: Core, member: Member) -> None:
    """Tell of a changed member; a bot hears of itself even without the intent (Discord docs)."""
    event = {**render.member(core.world, member), "guild_id": member.guild_id}
    members = core.world.get_guild(member.guild_id).members
    core.hub.to_sessions(
        lambda s: (
            s.user_id in members
            and (s.user_id == member.user_id or s.hears("GUILD_MEMBER_UPDATE", in_guild=True))
        ),
        "GUILD_MEMBER_UPDATE",
        event,
    )


async def add_role(call: Call) -> web.Response:
    """Give a member a role."""
    return _one_role(call, add=True)


async def remove_role(call: Call) -> web.Response:
    """Take a role from a member."""
    return _one_role(call, add=False)


def _one_role(call: Call, *, add: bool) -> web.Response:
    core, guild_id = call.core, find_guild_id(call, Permission.MANAGE_ROLES)
    member = core.world.get_member(guild_id, call.id("user_id"))
    role = core.world.get_role(guild_id, call.id("role_id"))
    core.access.require_above_role(call.user_id, guild_id, role.id)
    without = [held for held in member.roles if held != role.id]
    edited = member.model_copy(update={"roles": [*without, role.id] if add else without})
    with watch_visibility(core, guild_id):
        core.world.save(edited)
    tell_member(core, edited)
    change = {"key": "$add" if add else "$remove", "new_value": [{"id": role.id, "name": role.name}]}
    note(
        core,
        guild_id,
        call.user_id,
        Action.MEMBER_ROLE_UPDATE,
        member.user_id,
        reason=call.reason,
        changes=[change],
    )
    return no_content()


async def kick(call: Call) -> web.Response:
    """Remove a member."""
    core, guild_id, target = call.core, find_guild_id(call, Permission.KICK_MEMBERS), call.id("user_id")
    member = core.world.get_member(guild_id, target)
    core.access.require_above_member(call.user_id, guild_id, target)
    _leave(core, member)
    note(core, guild_id, call.user_id, Action.MEMBER_KICK, target, reason=call.reason)
    return no_content()


def _leave(core: Core, member: Member) -> None:
    guild_id, user_id = member.guild_id, member.user_id
    event = {"guild_id": guild_id, "user": render.user(core.world.users[user_id])}
    core.world.remove(member)
    threads = [t for t in core.world.threads_in(guild_id) if t.thread and user_id in t.thread.members]
    for thread in threads:
        if thread.thread is not None:
            del thread.thread.members[user_id]
    core.world.save(*threads)
    core.hub.to_guild(guild_id, "GUILD_MEMBER_REMOVE", event)
    core.hub.to_users([user_id], "GUILD_DELETE", {"id": guild_id})


async def list_bans(call: Call) -> web.Response:
    """Return the bans."""
    state = call.core.world.get_guild(find_guild_id(call, Permission.BAN_MEMBERS))
    limit = call.query_int("limit", 1000, least=1, most=1000)
    after = int(call.query_id("after") or 0)
    bans = sorted((b for b in state.bans.values() if int(b.user_id) > after), key=lambda b: int(b.user_id))
    return answer([render.ban(call.core.world, ban) for ban in bans[:limit]])


async def get_ban(call: Call) -> web.Response:
    """Return one ban."""
    state = call.core.world.get_guild(find_guild_id(call, Permission.BAN_MEMBERS))
    if (found := state.bans.get(call.id("user_id"))) is None:
        raise unknown("Ban")
    return answer(render.ban(call.core.world, found))


async def ban(call: Call) -> web.Response:
    """Ban a user, member or not."""
    core, guild_id = call.core, find_guild_id(call, Permission.BAN_MEMBERS)
    user = core.world.get_user(call.id("user_id"))
    state = core.world.get_guild(guild_id)
    core.access.require_above_member(call.user_id, guild_id, user.id)
    core.world.save(Ban(guild_id=guild_id, user_id=user.id, reason=call.reason))
    core.hub.to_guild(guild_id, "GUILD_BAN_ADD", {"guild_id": guild_id, "user": render.user(user)})
    if user.id in state.members:
        _leave(core, state.members[user.id])
    note(core, guild_id, call.user_id, Action.MEMBER_BAN_ADD, user.id, reason=call.reason)
    return no_content()


async def unban(call: Call) -> web.Response:
    """Lift a ban."""
    core, guild_id = call.core, find_guild_id(call, Permission.BAN_MEMBERS)
    found = core.world.get_guild(guild_id).bans.get(call.id("user_id"))
    if found is None:
        raise unknown("Ban")
    core.world.remove(found)
    user = render.user(core.world.users[found.user_id])
    core.hub.to_guild(guild_id, "GUILD_BAN_REMOVE", {"guild_id": guild_id, "user": user})
    note(core, guild_id, call.user_id, Action.MEMBER_BAN_REMOVE, found.user_id, reason=call.reason)
    return no_content()


def routes() -> list[Route]:
    """Return the ways in."""
    members = "/guilds/{guild_id}/members"
    one_ban = "/guilds/{guild_id}/bans/{user_id}"
    role = members + "/{user_id}/roles/{role_id}"
    return [
        Route(method="GET", path=members, handler=list_members),
        Route(method="GET", path=members + "/search", handler=search_members),
        Route(method="GET", path=members + "/{user_id}", handler=get_member),
        Route(method="PATCH", path=members + "/{user}", handler=edit_member),
        Route(method="DELETE", path=members + "/{user_id}", handler=kick),
        Route(method="PUT", path=role, handler=add_role),
        Route(method="DELETE", path=role, handler=remove_role),
        Route(method="GET", path="/guilds/{guild_id}/bans", handler=list_bans),
        Route(method="GET", path=one_ban, handler=get_ban),
        Route(method="PUT", path=one_ban, handler=ban),
        Route(method="DELETE", path=one_ban, handler=unban),
    ]
