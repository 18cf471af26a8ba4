"""Restarts in the database: one at a time, a step once, stopped and moved under a lock."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bots.admin.restarting.cards import restart_card
from bots.admin.restarting.domain import State
from bots.admin.restarting.service import OrderView
from shared.domain.events import ServerStarted
from shared.domain.permissions import Level
from shared.errors import ForbiddenError, InvalidInputError, NotFoundError
from shared.ids import ChannelId
from shared.store.servers import remove_servers_except
from tests.bots.admin.helpers import queued, settle
from tests.bots.admin.world import GUILD, World, actor

CHANNEL = ChannelId(55)


async def order(world: World, key: str | None = "island", minutes: int = 5) -> OrderView:
    return await world.restarts.order(actor(), key, minutes, "update", CHANNEL)


async def states(world: World, view: OrderView) -> list[State]:
    found = await world.restarts.view(view.order.id)
    assert found is not None
    return [restart.state for restart in found.restarts]


async def step_often(world: World) -> None:
    """Step as two processes at once would, until nothing more happens."""
    while any(await asyncio.gather(world.restarts.step(), world.restarts.step())):
        pass


async def test_a_restart_from_the_order_to_the_return(world: World) -> None:
    await world.see(world.island, is_up=True)
    view = await order(world, minutes=1)

    await step_often(world)
    world.clock.advance(timedelta(minutes=1))
    await step_often(world)
    await settle(world.db, reply="World Saved")
    await step_often(world)
    await settle(world.db)
    async with world.db.transaction() as conn:
        await conn.execute("UPDATE rcon_commands SET settled_at = $1", world.clock.now())
    await step_often(world)
    world.clock.advance(timedelta(seconds=20))
    await world.see(world.island, is_up=False)
    await step_often(world)
    assert await states(world, view) == [State.RETURNING]
    world.clock.advance(timedelta(seconds=100))
    await world.see(world.island, is_up=True)
    await step_often(world)

    assert await queued(world.db) == [
        "Broadcast Server restart in 1 minute: update", "SaveWorld", "DoExit",
    ]  # fmt: skip
    assert await states(world, view) == [State.DONE]
    (post,) = await world.posts()
    assert post.endswith("✅ Island: is back, was away for 2 min 0 s.")
    (entry,) = await world.entries()
    assert entry.result == "✅ Island: is back, was away for 2 min 0 s."
    assert not await world.restarts.step()


async def test_a_return_too_fast_to_be_seen_is_told_by_the_log(world: World) -> None:
    await world.see(world.island, is_up=True)
    view = await order(world, minutes=0)
    await step_often(world)
    await settle(world.db)
    await step_often(world)
    await settle(world.db)
    async with world.db.transaction() as conn:
        await conn.execute("UPDATE rcon_commands SET settled_at = $1", world.clock.now())
    await step_often(world)

    world.clock.advance(timedelta(seconds=9))
    await world.feed(world.island, ServerStarted(name="Island"), read=False)
    await world.see(world.island, is_up=True)
    await step_often(world)

    assert await states(world, view) == [State.DONE]
    assert "away for 9 s" in (await world.posts())[0]


async def test_only_one_restart_at_a_time_for_each_server(world: World) -> None:
    await order(world, "island")

    with pytest.raises(InvalidInputError, match="being restarted already"):
        await order(world, None)
    await order(world, "ragnarok")
    both = await asyncio.gather(*(order(world, "island") for _ in range(3)), return_exceptions=True)

    assert all(isinstance(one, InvalidInputError) for one in both)


async def test_a_save_that_fails_stops_the_restart_and_tells_the_players(world: World) -> None:
    view = await order(world, minutes=0)
    await step_often(world)

    await settle(world.db, "failed", failure="disk full", only="SaveWorld")
    await step_often(world)

    assert await states(world, view) == [State.FAILED]
    assert "DoExit" not in await queued(world.db)
    assert (await queued(world.db))[-1] == "Broadcast The restart is off."
    assert "disk full" in (await world.posts())[0]


async def test_stopping_works_until_the_server_is_told_to_exit(world: World) -> None:
    view = await order(world, minutes=0)
    await step_often(world)
    await world.restarts.abort(actor(), view.order.id)
    await settle(world.db)
    await step_often(world)
    assert await states(world, view) == [State.ABORTED]
    assert "DoExit" not in await queued(world.db)
    with pytest.raises(NotFoundError):
        await world.restarts.abort(actor(), view.order.id)

    late = await order(world, minutes=0)
    await step_often(world)
    await settle(world.db)
    await step_often(world)
    assert (await queued(world.db))[-1] == "DoExit"
    with pytest.raises(InvalidInputError, match="too late"):
        await world.restarts.abort(actor(), late.order.id)


async def test_a_stop_and_a_step_at_the_same_moment_agree(world: World) -> None:
    view = await order(world, minutes=0)
    await step_often(world)
    await settle(world.db)

    results = await asyncio.gather(
        world.restarts.abort(actor(), view.order.id), step_often(world), return_exceptions=True
    )

    is_stopped = not isinstance(results[0], Exception)
    assert ("DoExit" in await queued(world.db)) is not is_stopped
    assert (State.ABORTED in await states(world, view)) is is_stopped


async def test_moving_gives_ten_minutes_and_warns_anew_up_to_three_hours(world: World) -> None:
    view = await order(world, minutes=5)
    await step_often(world)

    moved = await world.restarts.postpone(actor(), view.order.id)
    await step_often(world)

    assert moved.restarts[0].due_at == view.restarts[0].due_at + timedelta(minutes=10)
    assert (await queued(world.db))[-1] == "Broadcast Server restart in 15 minutes: update"
    for _ in range(16):
        await world.restarts.postpone(actor(), view.order.id)
    with pytest.raises(InvalidInputError, match="three hours"):
        await world.restarts.postpone(actor(), view.order.id)


async def test_who_was_away_when_it_was_due_counts_down_again(world: World) -> None:
    view = await order(world, minutes=5)
    await step_often(world)
    world.clock.advance(timedelta(hours=3))

    await step_often(world)

    assert await states(world, view) == [State.COUNTING]
    assert await queued(world.db) == ["Broadcast Server restart in 5 minutes: update"] * 2


async def test_a_server_that_is_taken_out_ends_its_restart(world: World) -> None:
    view = await order(world, None)
    async with world.db.transaction() as conn:
        await remove_servers_except(conn, GUILD, ["ragnarok"])

    await step_often(world)

    assert sorted(await states(world, view)) == [State.COUNTING, State.FAILED]


async def test_members_may_neither_order_nor_stop_nor_move(world: World) -> None:
    view = await order(world)
    member = actor(Level.MEMBER)

    with pytest.raises(ForbiddenError):
        await world.restarts.order(member, None, 0, "x", CHANNEL)
    with pytest.raises(ForbiddenError):
        await world.restarts.abort(member, view.order.id)
    with pytest.raises(ForbiddenError):
        await world.restarts.postpone(member, view.order.id)


async def test_the_card_of_many_servers_fits(world: World) -> None:
    view = await order(world, None)

    many = OrderView(order=view.order, restarts=view.restarts * 60, names=dict.fromkeys(view.names, "*" * 90))

    assert len(restart_card(many)) <= 6000
