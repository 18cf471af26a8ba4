"""What people see of decay, through Discord."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shared.cache.keys import SAVE_DECODED
from shared.domain.events import Chat
from shared.ids import MemberId
from shared.store.audit import list_audit
from tests.bots.decay.builders import (
    add_base,
    add_base_event,
    add_save,
    add_tribe,
    doubt_save,
    refuse_save,
    tie_survivor,
)
from tests.bots.harness import TestCommunity


async def settle(community: TestCommunity) -> None:
    """Let the island have a save with three bases of two tribes, one of them overdue."""
    island, now = community.servers["island"], datetime.now(UTC)
    await add_save(community.db, island, now - timedelta(minutes=18))
    await add_tribe(community.db, island, 1, "Reed_Court", members=["Nia"])
    await add_tribe(community.db, island, 2, "Mud Guild @everyone")
    await add_base(community.db, island, 1, now + timedelta(days=2), structures=40)
    await add_base(community.db, island, 1, now + timedelta(days=20), structures=900)
    await add_base(community.db, island, 2, now - timedelta(hours=3), structures=20)


async def test_members_and_staff_ask_about_decay(community: TestCommunity) -> None:
    await settle(community)
    await community.start("decay")

    member = await (await community.bob.slash("decay list")).reply()
    staff = await (await community.sam.slash("decay list", server="island", within="30d")).reply()
    bases = await (await community.bob.slash("bases", tribe="reed_court")).reply()
    elsewhere = await (await community.bob.slash("decay list", server="ragnarok")).reply()
    nonsense = await (await community.bob.slash("decay list", within="later")).reply()

    assert member.is_ephemeral
    assert member.pinged == []
    assert member.text.index("Mud Guild") < member.text.index(r"Reed\_Court")
    assert "overdue" in member.text
    assert "900 structures" not in member.text
    assert "lat " not in member.text
    assert "save 18 min old" in member.text
    assert staff.is_ephemeral
    assert "lat 41.7, lon 63.2" in staff.text
    assert bases.text.index("900 structures") < bases.text.index("40 structures")
    assert "No save has been read yet" in elsewhere.text
    assert "48h" in nonsense.text
    async with community.db.connection() as conn:
        looks = await list_audit(conn, community.guild_id, limit=5)
    assert [(look.actor_name, look.action, look.target) for look in looks] == [
        ("Sam", "decay.list", "island")
    ]


async def test_a_tribe_names_its_base_and_looks_at_its_past(community: TestCommunity) -> None:
    await settle(community)
    island, now = community.servers["island"], datetime.now(UTC)
    save_id = await add_save(community.db, island, now)
    base = await add_base(community.db, island, 1, now + timedelta(days=1), structures=7)
    await add_base_event(community.db, island, save_id, base, 1, "born", now, after=7)
    await community.start("decay")
    bob, sam = community.bob, community.sam

    by_staff = await (await sam.slash("base name", base=str(base), name="Hidden cave")).reply()
    as_stranger = await (await bob.slash("decay list")).reply()
    refused = await (await bob.slash("base name", base=str(base), name="Mine")).reply()
    await tie_survivor(community.db, community.guild_id, MemberId(int(bob.id)), island, tribe_id=1)
    offered = await bob.autocomplete("base name", "base", "cave")
    named = await (await bob.slash("base name", base=str(base), name="Fort @here")).reply()
    listed = await (await bob.slash("decay list")).reply()
    history = await (await bob.slash("base history", base=str(base))).reply()
    undone = await (await bob.slash("base name", base=str(base))).reply()

    assert "is called **“Hidden cave”** now" in by_staff.text
    assert "Hidden cave" not in as_stranger.text
    assert "/link" in refused.text
    assert [choice["value"] for choice in offered] == [str(base)]
    assert "is called **“Fort @here”** now, and no longer **“Hidden cave”**" in named.text
    assert "“Fort @here”" in listed.text
    assert "was built: 7 structures" in history.text
    assert "is not called **“Fort @here”** any more" in undone.text
    for answer in (by_staff, refused, named, listed, history, undone):
        assert (answer.is_ephemeral, answer.pinged) == (True, [])


async def test_staff_accept_a_doubtful_save_after_a_question_that_outlives_a_restart(
    community: TestCommunity,
) -> None:
    await settle(community)
    await doubt_save(community.db, community.servers["island"], datetime.now(UTC), "A rollback.")
    await community.start("decay")
    await community.bob.sees("decay-watch", "A rollback.")
    listed = await (await community.bob.slash("decay list")).reply()
    bases = await (await community.bob.slash("bases")).reply()

    member = await (await community.bob.slash("decay accept", server="island", reason="I say so")).reply()
    question = await (await community.sam.slash("decay accept", server="island", reason="restored")).reply()
    await community.stop("decay")
    await community.start("decay")
    (label,) = question.buttons
    accepted = await (await community.sam.click(question, label)).update()
    await community.resources.wakeups.send(SAVE_DECODED)

    assert all("A rollback." in one.text for one in (listed, bases))
    assert "Only staff" in member.text
    assert "is suspect: A rollback." in question.text
    assert "The Island" in label
    assert "counts as good" in accepted.text
    assert accepted.buttons == []
    await community.bob.sees("decay-watch", lambda message: "A rollback." not in message.text)


async def test_servers_and_tribes_are_suggested(community: TestCommunity) -> None:
    await settle(community)
    await community.start("decay")

    servers = await community.bob.autocomplete("decay list", "server", "isl")
    tribes = await community.bob.autocomplete("bases", "tribe", "re", server="island")

    assert [choice["value"] for choice in servers] == ["island"]
    assert [choice["value"] for choice in tribes] == ["Reed_Court"]


async def test_the_panel_follows_the_saves_and_survives_being_deleted(community: TestCommunity) -> None:
    await community.start("decay")
    empty = await community.bob.sees("decay-watch", "No save has been read yet")

    await settle(community)
    await community.resources.wakeups.send(SAVE_DECODED)
    full = await community.bob.sees("decay-watch", "Overdue: 1")
    assert full.id == empty.id
    assert "lat " not in full.text
    assert full.pinged == []

    await refuse_save(community.db, community.servers["island"], datetime.now(UTC), "file ends at 61 %")
    await community.resources.wakeups.send(SAVE_DECODED)
    await community.bob.sees("decay-watch", "showing the last good save")

    await community.alice.delete(full)
    await add_base(community.db, community.servers["island"], 1, datetime.now(UTC) + timedelta(days=1))
    await community.resources.wakeups.send(SAVE_DECODED)
    again = await community.bob.sees("decay-watch", lambda message: message.id != full.id)
    assert "Overdue: 1" in again.text


async def test_a_restart_keeps_the_panel(community: TestCommunity) -> None:
    await settle(community)
    await community.start("decay")
    first = await community.bob.sees("decay-watch", "Overdue: 1")

    await community.kill("decay")
    await add_base(community.db, community.servers["island"], 2, datetime.now(UTC) - timedelta(hours=1))
    await community.start("decay")

    second = await community.bob.sees("decay-watch", "Overdue: 2")
    assert second.id == first.id
    assert len(await community.bob.history("decay-watch")) == 1


async def test_a_crash_between_the_post_and_its_note_leaves_one_panel_that_is_up_to_date(
    community: TestCommunity,
) -> None:
    await settle(community)
    await community.start("decay")
    first = await community.bob.sees("decay-watch", "Overdue: 1")
    await community.kill("decay")
    async with community.db.transaction() as conn:
        await conn.execute("DELETE FROM panels")
    await add_base(community.db, community.servers["island"], 2, datetime.now(UTC) - timedelta(hours=1))

    await community.start("decay")

    second = await community.bob.sees("decay-watch", "Overdue: 2")
    assert second.id == first.id
    assert len(await community.bob.history("decay-watch")) == 1


async def test_who_asks_in_the_game_is_answered_alone(community: TestCommunity) -> None:
    await settle(community)
    await community.start("decay")
    woken = community.resources.wakeups.subscribe("helena:shared:rcon")

    await community.feed("island", Chat(platform_name="Otter", survivor="Nia", text="!decay"))
    await woken.wait()

    async with community.db.connection() as conn:
        command = await conn.fetchval("SELECT command FROM rcon_commands")
    assert command.startswith('ServerChatToPlayer "Nia" Reed_Court: 2 bases, first decay in 1 d 23 h')
