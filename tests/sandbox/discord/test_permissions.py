"""The arithmetic of permissions, private channels, and the hierarchy of roles."""

from __future__ import annotations

from datetime import timedelta

import discord
import pytest

from sandbox.discord.human import Human, RefusedError
from sandbox.discord.models import Overwrite
from sandbox.discord.permissions import EVERYTHING, NOTHING, Permission, apply_overwrites, base_permissions
from sandbox.discord.server import DiscordStandIn
from sandbox.discord.snowflake import Snowflake
from tests.sandbox.discord.bot import ExampleBot
from tests.sandbox.discord.rest import as_person

VIEW, SEND, FILES = Permission.VIEW_CHANNEL, Permission.SEND_MESSAGES, Permission.ATTACH_FILES
EVERYBODY, ROLE, OTHER_ROLE, MEMBER = Snowflake("1"), Snowflake("2"), Snowflake("3"), Snowflake("4")


def applied(base: Permission, *overwrites: Overwrite) -> Permission:
    return apply_overwrites(base, overwrites, everyone=EVERYBODY, roles=[ROLE, OTHER_ROLE], member=MEMBER)


def test_owners_and_administrators_may_do_everything() -> None:
    assert base_permissions(is_owner=True, of_roles=[]) == EVERYTHING
    assert base_permissions(is_owner=False, of_roles=[Permission.ADMINISTRATOR]) == EVERYTHING


def test_unknown_bits_of_a_role_are_kept() -> None:
    stranger = Permission(1 << 45)

    assert base_permissions(is_owner=False, of_roles=[VIEW | stranger]) & ~VIEW == stranger


def test_a_roles_allowance_beats_the_denial_for_everyone() -> None:
    private = Overwrite(id=EVERYBODY, type=0, deny=VIEW)

    assert applied(VIEW | SEND, private) == NOTHING
    assert applied(VIEW | SEND, private, Overwrite(id=ROLE, type=0, allow=VIEW)) == VIEW | SEND


def test_among_roles_an_allowance_beats_a_denial_and_the_member_beats_all() -> None:
    denied = Overwrite(id=ROLE, type=0, deny=SEND)
    allowed = Overwrite(id=OTHER_ROLE, type=0, allow=SEND)

    assert applied(VIEW | SEND, denied, allowed) == VIEW | SEND
    assert applied(VIEW | SEND, denied, allowed, Overwrite(id=MEMBER, type=1, deny=SEND)) == VIEW


def test_who_may_not_send_may_not_attach() -> None:
    assert applied(VIEW | SEND | FILES, Overwrite(id=ROLE, type=0, deny=SEND)) == VIEW


async def test_a_private_channel_is_invisible_to_those_outside(alice: Human, bob: Human, sam: Human) -> None:
    staff = alice.channel_id("staff")

    assert not bob.sees_channel("staff")
    assert sam.sees_channel("staff")
    for attempt in (bob.history(staff), bob.say(staff, "let me in")):
        with pytest.raises(RefusedError) as refused:
            await attempt
        assert (refused.value.status, refused.value.discord_code) == (403, 50001)
    said = await alice.say("staff", "only for staff")
    await sam.sees("staff", "only for staff")
    assert said.id not in bob.client.messages


async def test_a_channel_appears_for_who_is_let_in_and_vanishes_again(bot: ExampleBot, bob: Human) -> None:
    member = bot.guild.get_member(int(bob.id))
    assert member is not None
    channel = bot.text_channel("transcripts")

    await channel.set_permissions(member, view_channel=True)
    await bob.wait_for(lambda e: e.name == "CHANNEL_CREATE" and e.data["id"] == str(channel.id))
    could_read = await bob.history("transcripts", limit=1)
    await channel.set_permissions(member, overwrite=None)
    await bob.wait_for(lambda e: e.name == "CHANNEL_DELETE" and e.data["id"] == str(channel.id))

    assert len(could_read) <= 1
    assert not bob.sees_channel("transcripts")


async def test_nobody_acts_on_the_owner_or_on_those_above(bot: ExampleBot, alice: Human, bob: Human) -> None:
    owner = bot.guild.get_member(int(alice.id))
    assert owner is not None
    plain = bot.guild.get_member(int(bob.id))
    assert plain is not None

    for attempt in (owner.kick(), owner.ban(), owner.edit(nick="Al"), owner.timeout(timedelta(minutes=1))):
        with pytest.raises(discord.Forbidden) as refused:
            await attempt
        assert refused.value.code == 50013
    await plain.edit(nick="Bobby")
    await plain.edit(nick=None)


async def test_a_bot_gives_only_roles_below_its_own_and_permissions_it_has(
    bot: ExampleBot, bob: Human
) -> None:
    member = bot.guild.get_member(int(bob.id))
    assert member is not None
    own = bot.guild.me.top_role

    for attempt in (
        member.add_roles(own),
        own.edit(name="Higher"),
        bot.guild.create_role(name="too much", permissions=discord.Permissions(administrator=True)),
    ):
        with pytest.raises(discord.Forbidden):
            await attempt


async def test_a_timed_out_member_reads_and_does_not_write(bot: ExampleBot, bob: Human) -> None:
    member = bot.guild.get_member(int(bob.id))
    assert member is not None

    await member.timeout(timedelta(minutes=5), reason="calm down")
    with pytest.raises(RefusedError):
        await bob.say("welcome", "but")
    read = await bob.history("welcome", limit=1)
    await member.timeout(None)
    said = await bob.say("welcome", "calm now")

    assert len(read) <= 1
    assert said.content == "calm now"


async def test_a_timeout_of_more_than_28_days_is_refused(bot: ExampleBot, bob: Human) -> None:
    member = bot.guild.get_member(int(bob.id))
    assert member is not None

    with pytest.raises(discord.HTTPException) as refused:
        await member.timeout(timedelta(days=29))

    assert refused.value.status == 400


async def test_a_kicked_member_sees_nothing_and_comes_back_by_invite(
    bot: ExampleBot, discord_server: DiscordStandIn, alice: Human
) -> None:
    account = await alice.client.call("POST", "/auth/register", {"username": "visitor"})
    invite = await bot.text_channel("welcome").create_invite()
    joined = len(bot.heard)
    async with as_person(discord_server.seed(), account["token"]) as visitor:
        await visitor.call("POST", f"/invites/{invite.code}", {})
        (member,) = await bot.hears("member_join", since=joined)
        await member.kick(reason="wrong door")
        status, _, _ = await visitor.call("GET", f"/channels/{invite.channel.id}/messages")  # type: ignore[union-attr]  # a text channel's
        back, _, _ = await visitor.call("POST", f"/invites/{invite.code}", {})
        (again,) = await bot.hears("member_join", since=len(bot.heard) - 1)
        await again.ban(reason="wrong door, twice")
        banned, _, _ = await visitor.call("POST", f"/invites/{invite.code}", {})
    entries = [entry async for entry in bot.guild.audit_logs(limit=5)]

    assert (status, back, banned) == (403, 200, 404)
    assert {entry.reason for entry in entries} >= {"wrong door", "wrong door, twice"}
