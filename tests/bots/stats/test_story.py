"""The stats bot through real discord.py."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shared.discord_kit.bot import HelenaBot
from shared.domain.event_parts import Creature
from shared.domain.events import Chat, Joined, Left, Tamed
from shared.ids import MemberId, ServerId
from shared.store.links import Link, add_link
from shared.store.states import PlayerCount, add_player_count, set_state
from tests.bots.harness import TestCommunity
from tests.waiting import until

SECONDS = 20.0


async def look_at(
    community: TestCommunity, key: str, *, is_up: bool = True, players: tuple[str, ...] = ()
) -> None:
    async with community.db.transaction() as conn:
        await set_state(
            conn, community.servers[key], is_up=is_up, players=players, source="rcon", at=datetime.now(UTC)
        )


async def refresh(bot: HelenaBot) -> None:
    """Let the panel's clock strike."""
    (loop,) = [loop for loop in bot._loops if loop.name == "stats panel"]
    await loop.run()


async def counted(community: TestCommunity, server_id: ServerId, seq: int) -> None:
    """Wait until the log was counted up to a line."""

    async def look() -> bool:
        async with community.db.connection() as conn:
            found = await conn.fetchval(
                "SELECT seq FROM event_cursors WHERE reader = 'stats' AND server_id = $1", server_id
            )
        return bool(found == seq)

    await until(look)


async def test_status_and_players(community: TestCommunity) -> None:
    await look_at(community, "island", players=("otter99", "@everyone"))
    await look_at(community, "ragnarok", is_up=False)
    await community.start("stats")

    status = await (await community.bob.slash("status")).reply()
    players = await (await community.bob.slash("players", server="island")).reply()

    assert "**1** of 2 servers up" in status.text
    assert "🔴 Ragnarok" in status.text
    assert "Stats · rcon · " in status.text
    assert "- otter99" in players.text
    assert "Ragnarok" not in players.text
    assert not status.is_ephemeral


async def test_the_servers_are_offered_while_typing(community: TestCommunity) -> None:
    await community.start("stats")

    offered = await community.bob.autocomplete("players", "server", "rag")
    everything = await community.bob.autocomplete("players", "server", "")

    assert [choice["value"] for choice in offered] == ["ragnarok"]
    assert [choice["value"] for choice in everything] == ["all", "ragnarok", "island"]


async def test_a_server_that_does_not_exist_is_said_so(community: TestCommunity) -> None:
    await community.start("stats")

    reply = await (await community.bob.slash("players", server="atlantis")).reply()

    assert "There is no server 'atlantis'" in reply.text


async def test_the_panel_edits_itself_and_survives_deletion(community: TestCommunity) -> None:
    await look_at(community, "island")
    bot = await community.start("stats")
    first = await community.bob.sees("status", "**1** of 2 servers up")

    await look_at(community, "ragnarok")
    await refresh(bot)

    changed = await community.bob.sees("status", "**2** of 2 servers up")
    assert changed.id == first.id
    assert len(await community.bob.history("status")) == 1

    await community.alice.delete(changed)
    await look_at(community, "island", players=("otter99",))
    await refresh(bot)
    again = await community.bob.sees("status", "otter99")
    assert again.id != first.id


async def test_the_panel_is_the_same_message_after_a_restart(community: TestCommunity) -> None:
    await look_at(community, "island")
    await community.start("stats")
    first = await community.bob.sees("status", "servers up")
    await community.kill("stats")

    await look_at(community, "island", players=("otter99",))
    bot = await community.start("stats")
    await refresh(bot)
    await refresh(bot)

    assert (await community.bob.sees("status", "otter99")).id == first.id


async def test_stats_me_explains_linking_and_then_shows_the_profile(community: TestCommunity) -> None:
    await community.start("stats")
    unlinked = await (await community.bob.slash("stats me")).reply()
    assert "/link" in unlinked.text
    assert unlinked.is_ephemeral

    link = Link(
        player="name:Otter",
        member_id=MemberId(int(community.bob.id)),
        name="Otter",
        linked_at=datetime.now(UTC),
    )
    async with community.db.transaction() as conn:
        await add_link(conn, community.guild_id, link)
    start = datetime.now(UTC) - timedelta(hours=2)
    await community.feed("ragnarok", Joined(platform_name="Otter"), at=start)
    await community.feed(
        "ragnarok",
        Chat(platform_name="Otter", survivor="Rex", text="hi"),
        Tamed(creature=Creature(name="Dodo"), survivor="Rex"),
    )
    seq = await community.feed("ragnarok", Left(platform_name="Otter"), at=start + timedelta(minutes=90))
    await counted(community, community.servers["ragnarok"], seq)

    profile = await (await community.bob.slash("stats me")).reply()
    assert "1 h 30 min in 1 finished sessions" in profile.text
    assert "1 tames" in profile.text
    offered = await community.alice.autocomplete("stats player", "name", "ott")
    assert offered == [{"name": "Otter", "value": "name:Otter"}]
    other = await (await community.alice.slash("stats player", name="name:Otter")).reply()
    assert "Otter" in other.text


async def test_the_leaderboard_has_pages(community: TestCommunity) -> None:
    await community.start("stats")
    start = datetime.now(UTC) - timedelta(hours=3)
    names = [f"Player {number:02}" for number in range(12)]
    seq = await community.feed("ragnarok", *(Joined(platform_name=name) for name in names), at=start)
    for number, name in enumerate(names):
        seq = await community.feed(
            "ragnarok", Left(platform_name=name), at=start + timedelta(minutes=100 - number)
        )
    await counted(community, community.servers["ragnarok"], seq)

    asked = await community.bob.slash("stats top", board="playtime")
    first = await asked.reply()
    assert "🥇 **Player 00** · 1 h 39 min" in first.text or "🥇 **Player 00** · 1 h 40 min" in first.text
    assert "Player 11" not in first.text
    turned = await (await community.bob.click(first, "▶")).update()

    assert "**Player 11**" in turned.text


async def test_the_graph_is_a_picture_and_without_data_a_sentence(community: TestCommunity) -> None:
    await community.start("stats")
    empty = await (await community.bob.slash("graph players")).reply()
    assert "Nobody counted players" in empty.text

    now = datetime.now(UTC)
    async with community.db.transaction() as conn:
        for minute in range(60):
            await add_player_count(
                conn,
                PlayerCount(
                    server_id=community.servers["island"],
                    at=now - timedelta(minutes=minute),
                    players=minute % 9,
                ),
            )

    reply = await (await community.bob.slash("graph players", server="island", hours=2)).reply(within=SECONDS)

    assert "players.png" in reply.embeds[0]["image"]["url"]
