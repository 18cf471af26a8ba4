"""The audit log: looked up by staff, mirrored exactly once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bots.admin.auditing.cards import audit_cards
from bots.admin.service import entry_of
from shared.domain.permissions import Level
from shared.errors import ForbiddenError
from shared.ids import MemberId
from shared.store.audit import add_audit, set_audit_result
from tests.bots.admin.world import World, actor


async def record(world: World, action: str, *, result: str = "", member: int = 5, reason: str = "") -> int:
    entry = entry_of(actor(member=member), world.clock.now(), action, reason=reason, result=result)
    async with world.db.transaction() as conn:
        return await add_audit(conn, entry)


async def test_every_entry_of_every_bot_is_mirrored_once(world: World) -> None:
    await world.route_audit()
    first = await record(world, "bridge pause", result="done", reason="event @everyone `x`")
    second = await record(world, "points.adjust", result="done")

    await asyncio.gather(*(world.auditing.mirror() for _ in range(4)))
    assert not await world.auditing.mirror()

    assert await world.posts() == [
        f"#{first} · bridge pause: **Sam** `bridge pause` · reason: event @everyone \\`x\\` → done",
        f"#{second} · points.adjust: **Sam** `points.adjust` → done",
    ]


async def test_a_slow_deed_is_shown_when_it_begins_and_when_it_ends(world: World) -> None:
    await world.route_audit()
    number = await record(world, "server.restart")

    assert not await world.auditing.mirror()
    world.clock.advance(timedelta(seconds=5))
    assert await world.auditing.mirror()
    async with world.db.transaction() as conn:
        await set_audit_result(conn, number, "is back")
    assert await world.auditing.mirror()
    assert not await world.auditing.mirror()

    assert await world.posts() == [
        f"#{number} · server.restart: **Sam** `server.restart`",
        f"#{number} · result: → is back",
    ]


async def test_a_number_that_commits_late_is_not_skipped(world: World) -> None:
    await world.route_audit()
    async with world.db.transaction() as late:
        entry = entry_of(actor(), world.clock.now(), "late", result="done")
        await add_audit(late, entry)
        await record(world, "early", result="done")
        await world.auditing.mirror()
    await world.auditing.mirror()

    assert [post.split(":")[0].split(" · ")[1] for post in await world.posts()] == ["early", "late"]


async def test_what_has_no_route_goes_nowhere_also_later(world: World) -> None:
    await record(world, "before", result="done")
    await world.auditing.mirror()
    await world.route_audit()
    await record(world, "after", result="done")

    await world.auditing.mirror()

    (post,) = await world.posts()
    assert "after" in post


async def test_entries_are_found_by_action_group_and_person(world: World) -> None:
    await record(world, "server.save", member=1)
    await record(world, "server.restart", member=2)
    await record(world, "serverless", member=2)
    await record(world, "bridge pause", member=2)

    async def found(action: str | None = None, who: int | None = None) -> list[str]:
        member = None if who is None else MemberId(who)
        return [deed.action for deed in await world.auditing.search(actor(), action, member)]

    assert await found("server") == ["server.restart", "server.save"]
    assert await found("server", 1) == ["server.save"]
    assert await found("bridge") == ["bridge pause"]
    assert await found(who=2) == ["bridge pause", "serverless", "server.restart"]
    assert len(await found()) == 4
    assert await found("server.") == []


async def test_only_staff_look_at_the_log(world: World) -> None:
    await record(world, "server.save")

    with pytest.raises(ForbiddenError):
        await world.auditing.search(actor(Level.MEMBER), None, None)
    assert await world.auditing.suggest_actions(actor(Level.MEMBER), "") == []


async def test_a_page_of_the_longest_entries_fits_into_a_card(world: World) -> None:
    for _ in range(7):
        entry = entry_of(
            actor(name="*" * 100),
            world.clock.now(),
            "a" * 200,
            target="_" * 500,
            reason="~" * 500,
            arguments={f"{n}{'k' * 100}": "|" * 500 for n in range(9)},
            result="`" * 1000,
        )
        async with world.db.transaction() as conn:
            await add_audit(conn, entry)

    cards = audit_cards(await world.auditing.search(actor(), None, None), world.clock.now(), most=200)

    assert all(len(card) <= 6000 for card in cards)
    assert sum(str(card.description).count("entry ") for card in cards) == 7
