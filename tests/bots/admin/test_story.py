"""The admin bot through real discord.py: what people see, and what is on record."""

from __future__ import annotations

from datetime import UTC, datetime

from bots.admin.restarting.service import Restarts
from shared.domain.events import Chat, Joined
from shared.domain.permissions import Actor, Level
from shared.ids import MemberId, PlatformId, TribeId
from shared.store.audit import list_audit
from shared.store.links import list_links
from shared.store.proofs import FoundProof, Person, ProofObject, add_proofs
from shared.store.states import set_state
from tests.bots.admin.helpers import add_save, answer_with, queued, settle, wait_for_commands
from tests.bots.harness import TestCommunity
from tests.waiting import until

OTTER = PlatformId("00020000000000000000000000000a01")


async def test_a_member_links_with_a_code_typed_in_the_game_and_unlinks(community: TestCommunity) -> None:
    await community.start("admin")
    asked = await community.bob.slash("link")
    code = (await asked.reply()).text.split("!link ")[1][:8]

    await community.feed(
        "island",
        Joined(platform_name="otter99", platform_id=OTTER),
        Chat(platform_name="otter99", survivor="Rex", text=f"!link {code.lower()}"),
        Chat(platform_name="thief", survivor="Thief", text=f"!link {code}"),
    )

    linked = await answer_with(asked, "otter99")
    assert linked.is_ephemeral
    assert linked.embeds[0]["title"] == "Linked"
    async with community.db.connection() as conn:
        links = await list_links(conn, community.guild_id, MemberId(int(community.bob.id)))
    assert [link.player for link in links] == [OTTER]
    assert await queued(community.db) == [
        'ServerChatToPlayer "Rex" You are now tied to Bob on Discord. If that is not you, tell staff.'
    ]
    await community.sam.sees("audit", "otter99")
    choices = await community.bob.autocomplete("unlink", "player", "ott")
    assert [choice["value"] for choice in choices] == [OTTER]
    gone = await (await community.bob.slash("unlink")).reply()
    assert "otter99" in gone.text
    again = await (await community.bob.slash("unlink")).reply()
    assert "/link ties one" in again.text


async def test_a_member_links_with_a_save_and_is_told_in_private(community: TestCommunity) -> None:
    await community.start("admin")
    asked = await (await community.bob.slash("link", survivor="Rex")).reply()
    code = asked.text.split("VERIFY-")[1][:8]
    now = datetime.now(UTC)
    rex = Person(
        player_id=1,
        name="Rex",
        platform_name="otter99",
        account=OTTER,
        is_member=True,
        is_awake=True,
        has_body=True,
        last_seen_at=now,
    )
    found = FoundProof(
        code=code, tribe_id=TribeId(50_001), object_kind=ProofObject.TAME, is_complete=True, people=(rex,)
    )
    server_id = community.servers["island"]

    async with community.db.transaction() as conn:
        save_id = await add_save(conn, server_id, at=now)
        await add_proofs(conn, server_id, save_id, [found], saved_at=now)

    private = await community.bob.wait_for(
        lambda event: event.name == "MESSAGE_CREATE" and "old name back" in str(event.data)
    )
    assert "guild_id" not in private.data
    shown = await (await community.bob.slash("links show")).reply()
    assert OTTER in shown.text
    disputes = await (await community.sam.slash("links disputes")).reply()
    assert "None is open" in disputes.text
    refused = await (await community.bob.slash("links disputes")).reply()
    assert "Only staff" in refused.text


async def test_staff_look_at_servers_save_and_broadcast(community: TestCommunity) -> None:
    async with community.db.transaction() as conn:
        await set_state(
            conn,
            community.servers["island"],
            is_up=True,
            players=["@everyone", "Rex"],
            source="rcon",
            at=datetime.now(UTC),
            problem="the password of RCON is weak",
        )
    await community.start("admin")

    member = await (await community.bob.slash("server status")).reply()
    staff = await (await community.sam.slash("server status", server="island")).reply()
    refused = await (await community.bob.slash("server save", server="all")).reply()
    saving = await community.sam.slash("server save", server="all")
    before = await saving.reply()
    await settle(community.db, reply="World Saved")
    after = await answer_with(saving, "confirmed · World Saved")
    telling = await community.sam.slash("server broadcast", server="ragnarok", text='Ünder "fire" | DoExit')
    await telling.reply()
    await settle(community.db, "failed", failure="The server did not answer: it may or may not have run.")
    told = await answer_with(telling, "may or may not have run")

    assert "1 of 2 servers up" in member.text
    assert "weak" not in member.text
    assert "weak" in staff.text
    assert staff.pinged == []
    assert "Only staff" in refused.text
    assert "queued" in before.text
    assert after.text.count("confirmed") == 2
    assert "audit entry" in told.text
    assert await queued(community.db) == ["SaveWorld", "SaveWorld", "Broadcast Under 'fire' ! DoExit"]
    await community.sam.sees("audit", "Ragnarok: confirmed: World Saved; The Island: confirmed: World Saved")


async def test_an_owner_types_commands_and_confirms_dangerous_ones(community: TestCommunity) -> None:
    await community.start("admin")

    refused = await (await community.sam.slash("rcon", server="island", command="ListPlayers")).reply()
    short = await community.alice.slash("rcon", server="island", command="ListPlayers")
    await short.reply()
    await settle(community.db, reply="0. Rex, 765```@everyone")
    listed = await answer_with(short, "0. Rex")
    long = await community.alice.slash("rcon", server="all", command="EnableCheats hunter2")
    await long.reply()
    await settle(community.db, reply="hunter2 ok " * 1000)
    filed = await answer_with(long, "in the file")
    question = await (
        await community.alice.slash("rcon", server="island", command="DestroyWildDinos", reason="lag")
    ).reply()

    assert "Only the owner" in refused.text
    assert "```\n0. Rex" in listed.text
    assert "hunter2" not in filed.text
    assert [file["filename"] for file in filed.attachments] == ["replies.txt"]
    assert question.buttons == ["Run DestroyWildDinos on The Island", "Cancel"]
    assert "DestroyWildDinos" not in await queued(community.db)

    async def no_secret_is_kept() -> bool:
        return "EnableCheats hunter2" not in await queued(community.db)

    await until(no_secret_is_kept)
    await community.stop("admin")
    await community.start("admin")
    pressed = await community.alice.click(question, "Run DestroyWildDinos on The Island")
    await pressed.done()

    async def is_queued() -> bool:
        return "DestroyWildDinos" in await queued(community.db)

    await until(is_queued)
    await settle(community.db, reply="All Wild Dinos Destroyed")
    await community.sam.sees("audit", "All Wild Dinos Destroyed")
    async with community.db.connection() as conn:
        entries = await list_audit(conn, community.guild_id, limit=10)
    assert [entry.arguments["command"] for entry in entries] == [
        "DestroyWildDinos",
        "EnableCheats ***",
        "ListPlayers",
    ]
    assert "hunter2" not in str(entries)


async def test_staff_look_things_up_in_the_audit_log(community: TestCommunity) -> None:
    await community.start("admin")
    await (await community.sam.slash("server save", server="island")).reply()
    await (await community.alice.slash("server broadcast", server="island", text="hi `there`")).reply()

    everything = await (await community.sam.slash("audit")).reply()
    saves = await (await community.sam.slash("audit", action="server.save", who="sam")).reply()
    nothing = await (await community.sam.slash("audit", action="nonsense")).reply()
    refused = await (await community.bob.slash("audit")).reply()
    offered = await community.sam.autocomplete("audit", "action", "serv")
    offered_to_bob = await community.bob.autocomplete("audit", "action", "")

    assert everything.is_ephemeral
    assert everything.text.index("server.broadcast") < everything.text.index("server.save")
    assert "server.broadcast" not in saves.text
    assert "Nothing on record fits" in nothing.text
    assert "Only staff" in refused.text
    assert [choice["value"] for choice in offered] == ["server", "server.broadcast", "server.save"]
    assert offered_to_bob == []


async def test_the_help_shows_each_person_what_they_may_use(community: TestCommunity) -> None:
    await community.start("admin")
    await community.start("decay")

    bob = await (await community.bob.slash("help")).reply()
    alice = await (await community.alice.slash("help")).reply()

    assert bob.is_ephemeral
    assert "/link" in bob.text
    assert "/decay list" in bob.text
    assert "/rcon" not in bob.text
    assert "/server save" not in bob.text
    assert "/rcon" in alice.text


async def test_an_owner_sets_where_things_go(community: TestCommunity) -> None:
    await community.start("admin")

    refused = await (await community.sam.slash("setup show")).reply()
    before = await (await community.alice.slash("setup show")).reply()
    wrong = await (
        await community.alice.slash("setup channel", purpose="audit", channel="staff", server="island")
    ).reply()
    change = await (await community.alice.slash("setup channel", purpose="audit", channel="staff")).reply()
    after = await (await community.alice.slash("setup show")).reply()

    assert "Only the owner" in refused.text
    assert f"<#{community.channel_id('audit')}>" in before.text
    assert "Leave `server` out" in wrong.text
    assert "View Channel" in change.text
    assert f"<#{community.channel_id('audit')}>" not in after.text
    await community.sam.sees("staff", "setup.channel")


async def test_a_restart_survives_the_bot_being_killed_and_ends_with_one_summary(
    community: TestCommunity,
) -> None:
    island = community.servers["island"]
    async with community.db.transaction() as conn:
        await set_state(conn, island, is_up=True, players=[], source="rcon", at=datetime.now(UTC))
    await community.start("admin")

    refused = await (await community.bob.slash("server restart", server="all", minutes=0, reason="x")).reply()
    asked = await community.sam.slash(
        "server restart", place="staff", server="island", minutes=0, reason="update"
    )
    await asked.reply()
    await wait_for_commands(community.db, "Broadcast Server restart now: update", "SaveWorld")
    second = await (
        await community.sam.slash("server restart", place="staff", server="all", minutes=5, reason="y")
    ).reply()
    await community.kill("admin")
    await settle(community.db, reply="World Saved")
    await community.start("admin")
    await wait_for_commands(community.db, "Broadcast Server restart now: update", "SaveWorld", "DoExit")
    await settle(community.db, reply="Exiting...")
    await community.sam.sees("staff", "awaited back")
    async with community.db.transaction() as conn:
        await set_state(conn, island, is_up=False, players=[], source="rcon", at=datetime.now(UTC))
    async with community.db.transaction() as conn:
        await set_state(conn, island, is_up=True, players=[], source="rcon", at=datetime.now(UTC))

    assert "Only staff" in refused.text
    assert "being restarted already" in second.text
    summary = await community.sam.sees("staff", "has ended")
    assert "The Island: is back, was away for" in summary.text
    assert summary.pinged == []
    card = await community.sam.sees("staff", lambda message: "Restarted" in message.text)
    assert card.buttons == []
    await community.sam.sees("audit", "is back, was away for")
    history = await community.sam.history("staff")
    assert sum("has ended" in message.text for message in history) == 1


async def test_a_restart_can_be_moved_and_stopped_by_staff_alone(community: TestCommunity) -> None:
    await community.start("admin")
    asked = await community.sam.slash(
        "server restart", place="staff", server="all", minutes=5, reason="update"
    )
    card = await asked.reply()
    told = ["Broadcast Server restart in 5 minutes: update"] * 2
    await wait_for_commands(community.db, *told)

    await (await community.sam.click(card, "+10 min")).update()
    told += ["Broadcast Server restart in 15 minutes: update"] * 2
    await wait_for_commands(community.db, *told)
    await (await community.alice.click(card, "Abort")).update()

    told += ["Broadcast The restart is off."] * 2
    await wait_for_commands(community.db, *told)
    summary = await community.sam.sees("staff", "has ended")
    assert summary.text.count("Stopped by Alice") == 2
    stopped = await community.sam.sees("staff", lambda message: "Restart stopped" in message.text)
    assert stopped.buttons == []


async def test_a_restart_whose_card_was_lost_to_a_crash_gets_another(community: TestCommunity) -> None:
    resources = community.resources
    orderer = Actor(
        guild_id=community.guild_id,
        member_id=MemberId(int(community.sam.id)),
        name="Sam",
        level=Level.STAFF,
        reference="REF",
    )
    restarts = Restarts(resources.db, resources.wakeups, resources.clock)
    await restarts.order(orderer, "island", 30, "update", community.channel_id("staff"))
    async with community.db.transaction() as conn:
        await conn.execute("UPDATE admin.restart_orders SET ordered_at = now() - interval '20 seconds'")

    await community.start("admin")

    card = await community.sam.sees("staff", "The Island")
    await (await community.sam.click(card, "Abort")).update()
    await community.sam.sees("staff", "has ended")
    assert len(await community.sam.history("staff")) == 2
