"""Users, the application, direct messages, and the doors: gateway address, sign-up, invites."""

from __future__ import annotations

import secrets

from aiohttp import web

from sandbox.discord import render
from sandbox.discord.api_errors import cannot_message_user, invalid, unauthorized, unknown
from sandbox.discord.audit import Action, note
from sandbox.discord.bodies import number_of, snowflake_of
from sandbox.discord.exchange import Bucket, Call, Route, answer
from sandbox.discord.gateway_events import guild_create
from sandbox.discord.intents import NONE
from sandbox.discord.models import Channel, ChannelType, Invite, Member, User
from sandbox.discord.permissions import Permission
from sandbox.discord.visibility import watch_visibility


async def get_gateway(call: Call) -> web.Response:
    """Say where the gateway is, and how often one may identify."""
    # Discord docs, "Session Start Limit Object".
    limit = {"total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1}
    return answer({"url": call.core.gateway_url, "shards": 1, "session_start_limit": limit})


async def get_me(call: Call) -> web.Response:
    """Return the caller."""
    return answer(render.own_user(call.user))


async def get_user(call: Call) -> web.Response:
    """Return any user."""
    return answer(render.user(call.core.world.get_user(call.id("user_id"))))


async def list_my_guilds(call: Call) -> web.Response:
    """Return the guilds the caller is in."""
    mine = [state for state in call.core.world.guilds.values() if call.user_id in state.members]
    return answer(
        [
            {
                "id": state.guild.id,
                "name": state.guild.name,
                "icon": None,
                "banner": None,
                "owner": state.guild.owner_id == call.user_id,
                "permissions": render.bits(call.core.access.in_guild(call.user_id, state.guild.id)),
                "features": [],
            }
            for state in mine
        ]
    )


async def get_application(call: Call) -> web.Response:
    """Return the caller's application."""
    world = call.core.world
    application = world.applications.get(call.user_id)
    if application is None:
        raise unauthorized()
    owner = next(iter(world.guilds.values())).guild.owner_id
    return answer(render.application(world, application, world.users[owner]))


async def open_direct_channel(call: Call) -> web.Response:
    """Return the direct messages with a user, opening them if need be."""
    world = call.core.world
    other = world.get_user(snowflake_of((await call.json()).get("recipient_id"), "recipient_id"))
    if other.id == call.user_id or (other.bot and call.user.bot):
        raise cannot_message_user()
    sides = {call.user_id, other.id}
    for channel in world.channels.values():
        if channel.type is ChannelType.DM and set(channel.recipients) == sides:
            return answer(render.direct_channel(world, channel, call.user_id))
    made = Channel(id=world.ids.next(), type=ChannelType.DM, recipients=[call.user_id, other.id])
    world.save(made)
    for side in sides:
        call.core.hub.to_users([side], "CHANNEL_CREATE", render.direct_channel(world, made, side))
    return answer(render.direct_channel(world, made, call.user_id))


async def register(call: Call) -> web.Response:
    """Make a person; they are in no guild until they take an invite."""
    name = (await call.json()).get("username")
    # Discord docs, "Usernames and Nicknames".
    if not isinstance(name, str) or not 2 <= len(name) <= 32:
        raise invalid("username", "BASE_TYPE_BAD_LENGTH", "Must be between 2 and 32 in length.")
    person = User(
        id=call.core.world.ids.next(),
        username=name.lower(),
        global_name=name.title(),
        token="user-" + secrets.token_urlsafe(32),
    )
    call.core.world.save(person)
    return answer({"token": person.token})


async def make_invite(call: Call) -> web.Response:
    """Make an invite to a channel."""
    channel = call.core.world.get_channel(call.id("channel_id"))
    call.core.access.require_in(call.user_id, channel, Permission.CREATE_INSTANT_INVITE)
    if channel.guild_id is None:
        raise invalid("channel_id", "CHANNEL_TYPE_INVALID", "Invalid channel type")
    body = await call.json()
    invite = Invite(
        code=secrets.token_urlsafe(6),
        guild_id=channel.guild_id,
        channel_id=channel.id,
        inviter_id=call.user_id,
        created_at=call.core.world.clock.now(),
        max_age_seconds=number_of(body.get("max_age"), "max_age"),
        max_uses=number_of(body.get("max_uses"), "max_uses"),
    )
    call.core.world.save(invite)
    note(call.core, channel.guild_id, call.user_id, Action.INVITE_CREATE, None, reason=call.reason)
    body = render.invite(call.core.world, invite)
    call.core.hub.to_channel(channel, "INVITE_CREATE", {**body, "channel_id": channel.id})
    return answer(body)


async def take_invite(call: Call) -> web.Response:
    """Join the guild of an invite; those who are banned find none."""
    core, world = call.core, call.core.world
    invite = world.invites.get(call.part("code"))
    if invite is None or (invite.max_uses and invite.uses >= invite.max_uses):
        raise unknown("Invite")
    state = world.get_guild(invite.guild_id)
    if call.user_id in state.bans:
        raise unknown("Invite")
    if call.user_id not in state.members:
        member = Member(guild_id=invite.guild_id, user_id=call.user_id, joined_at=world.clock.now())
        invite.uses += 1
        with watch_visibility(core, invite.guild_id):
            world.save(member, invite)
        core.hub.to_guild(
            invite.guild_id, "GUILD_MEMBER_ADD", {**render.member(world, member), "guild_id": invite.guild_id}
        )
        core.hub.to_users(
            [call.user_id], "GUILD_CREATE", guild_create(core, invite.guild_id, call.user, NONE)
        )
    return answer(render.invite(world, invite))


def routes() -> list[Route]:
    """Return the ways in."""
    return [
        Route(method="GET", path="/gateway", handler=get_gateway, needs_token=False, bucket=Bucket.EXEMPT),
        Route(method="GET", path="/gateway/bot", handler=get_gateway),
        Route(method="GET", path="/users/@me", handler=get_me),
        Route(method="GET", path="/users/@me/guilds", handler=list_my_guilds),
        Route(method="POST", path="/users/@me/channels", handler=open_direct_channel),
        Route(method="GET", path="/users/{user_id}", handler=get_user),
        Route(method="GET", path="/applications/@me", handler=get_application),
        Route(method="GET", path="/oauth2/applications/@me", handler=get_application),
        Route(method="POST", path="/auth/register", handler=register, needs_token=False),
        Route(method="POST", path="/channels/{channel_id}/invites", handler=make_invite),
        Route(method="POST", path="/invites/{code}", handler=take_invite),
    ]
