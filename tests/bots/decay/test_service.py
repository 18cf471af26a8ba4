from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from bots.decay.cards import banners
from bots.decay.domain import PANEL_LINES
from bots.decay.service import DecayService
from shared.clock import FrozenClock
from shared.db import Database
from shared.domain.permissions import Actor, Level
from shared.errors import InvalidInputError, NotFoundError
from shared.ids import ChannelId, GuildId, MemberId, ServerId
from shared.store.audit import list_audit
from shared.store.servers import Purpose, Route, set_route
from tests.bots.decay.builders import add_base, add_save, add_servers, add_tribe, doubt_save, refuse_save

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
_guilds = count(8000)


@pytest.fixture
def guild_id() -> GuildId:
    return GuildId(next(_guilds))


@pytest.fixture
def service(db: Database) -> DecayService:
    return DecayService(db, FrozenClock(NOW))


@pytest.fixture
async def maps(db: Database, guild_id: GuildId) -> dict[str, ServerId]:
    """Return a marsh with two tribes and a dune with one."""
    maps = await add_servers(db, guild_id, "marsh", "dune")
    marsh, dune = maps["marsh"], maps["dune"]
    for server_id in (marsh, dune):
        await add_save(db, server_id, NOW - timedelta(minutes=18))
    await add_tribe(db, marsh, 1, "Reed Court", members=["Nia"])
    await add_tribe(db, marsh, 2, "Mud Guild")
    await add_tribe(db, dune, 3, "Reed Court")
    await add_base(db, marsh, 1, NOW + timedelta(days=3), structures=40)
    await add_base(db, marsh, 2, NOW - timedelta(hours=2), structures=20)
    await add_base(db, dune, 3, NOW + timedelta(hours=6), structures=300)
    await add_base(db, dune, 3, NOW + timedelta(days=30), structures=7)
    await add_base(db, dune, 3, None, structures=5, has_coordinates=False)
    return maps


def actor(guild_id: GuildId, level: Level = Level.MEMBER) -> Actor:
    return Actor(guild_id=guild_id, member_id=MemberId(9), name="Alice", level=level, reference="REF")


async def test_the_most_urgent_bases_come_first_and_later_ones_are_left_out(
    service: DecayService, guild_id: GuildId, maps: dict[str, ServerId]
) -> None:
    report = await service.decaying(actor(guild_id), None, "7d")

    assert [(base.tribe, base.server.key, base.is_overdue(NOW)) for base in report.bases] == [
        ("Mud Guild", "marsh", True),
        ("Reed Court", "dune", False),
        ("Reed Court", "marsh", False),
    ]
    assert [base.structures for base in (await service.decaying(actor(guild_id), "dune", "40d")).bases] == [
        300,
        7,
    ]


async def test_members_see_no_places_and_leave_no_trace(
    service: DecayService, db: Database, guild_id: GuildId, maps: dict[str, ServerId]
) -> None:
    decaying = await service.decaying(actor(guild_id), None, "7d")
    bases = await service.bases(actor(guild_id), None, None)

    assert {base.place for base in (*decaying.bases, *bases.bases)} == {None}
    async with db.connection() as conn:
        assert await list_audit(conn, guild_id, limit=5) == []


async def test_staff_see_places_and_that_is_on_record(
    service: DecayService, db: Database, guild_id: GuildId, maps: dict[str, ServerId]
) -> None:
    staff = actor(guild_id, Level.STAFF)

    decaying = await service.decaying(staff, "marsh", "24h")
    bases = await service.bases(staff, None, "reed court")

    assert [base.place.latitude for base in decaying.bases if base.place] == [41.7]
    assert all(base.place for base in bases.bases)
    async with db.connection() as conn:
        entries = await list_audit(conn, guild_id, limit=5)
    assert sorted((each.action, each.target, dict(each.arguments), each.result) for each in entries) == [
        ("bases.list", "all servers", {"tribe": "reed court"}, "saw where 4 bases are"),
        ("decay.list", "marsh", {"within": "24h"}, "saw where 1 bases are"),
    ]


async def test_bases_are_listed_by_size_and_by_tribe(
    service: DecayService, guild_id: GuildId, maps: dict[str, ServerId]
) -> None:
    everything = await service.bases(actor(guild_id), None, None)
    of_tribe = await service.bases(actor(guild_id), "marsh", "Reed Court")
    of_nobody = await service.bases(actor(guild_id), None, "Reed Courtiers")

    assert [base.structures for base in everything.bases] == [300, 40, 20, 7, 5]
    assert [base.structures for base in of_tribe.bases] == [40]
    assert of_nobody.bases == ()


async def test_tribes_are_suggested_by_what_was_typed(
    service: DecayService, guild_id: GuildId, maps: dict[str, ServerId]
) -> None:
    assert await service.suggest_tribes(guild_id, None, "") == ["Mud Guild", "Reed Court"]
    assert await service.suggest_tribes(guild_id, "dune", "c") == ["Reed Court"]
    assert await service.suggest_tribes(guild_id, "dune", "mud") == []


async def test_a_tribe_whose_name_was_cut_in_the_list_is_found(
    service: DecayService, db: Database, guild_id: GuildId, maps: dict[str, ServerId]
) -> None:
    await add_tribe(db, maps["dune"], 4, "L" + "o" * 150 + "ng")
    await add_base(db, maps["dune"], 4, None, structures=77)

    report = await service.bases(actor(guild_id), None, "L" + "o" * 98 + "…")

    assert [base.structures for base in report.bases] == [77]


async def test_a_doubtful_save_is_told_while_the_last_good_one_serves_on(
    service: DecayService, db: Database, guild_id: GuildId, maps: dict[str, ServerId]
) -> None:
    before = await service.decaying(actor(guild_id), "marsh", "7d")
    await doubt_save(db, maps["marsh"], NOW - timedelta(minutes=5), "older by 5 h 40 min: a rollback")

    after = await service.decaying(actor(guild_id), "marsh", "7d")
    watch = await service.watch(guild_id)

    assert after.bases == before.bases
    assert after.sources[0].save == before.sources[0].save
    assert after.sources[0].refusal is not None
    assert "a rollback" in after.sources[0].refusal.reason
    assert any("a rollback" in line for line in banners(watch.sources))


async def test_each_answer_names_the_save_and_a_newer_one_that_was_refused(
    service: DecayService, db: Database, guild_id: GuildId, maps: dict[str, ServerId]
) -> None:
    await refuse_save(db, maps["marsh"], NOW - timedelta(minutes=5), "file ends at 61 %")
    # this one is older than the save in use, so it is of no interest any more
    await refuse_save(db, maps["dune"], NOW - timedelta(days=5), "was empty")

    report = await service.decaying(actor(guild_id), None, "7d")

    sources = {source.server.key: source for source in report.sources}
    assert sources["marsh"].refusal is not None
    assert sources["marsh"].refusal.reason == "file ends at 61 %"
    assert sources["dune"].refusal is None
    assert {source.save.saved_at for source in report.sources if source.save} == {NOW - timedelta(minutes=18)}


async def test_more_bases_than_fit_are_said_to_be_there(
    service: DecayService, db: Database, guild_id: GuildId
) -> None:
    server_id = (await add_servers(db, guild_id, "marsh"))["marsh"]
    await add_save(db, server_id, NOW)
    async with db.transaction() as conn:
        await conn.execute(
            """
            INSERT INTO bases (id, server_id, tribe_id, structures, x, y, z, hull, tiers, first_decay_at, explanation,
                fingerprint)
            SELECT n, $1, 1, n, 0, 0, 0, '{}', '{}', $2::timestamptz + n * interval '1 minute', '', 0
            FROM generate_series(1, 205) n
            """,
            server_id,
            NOW,
        )

    decaying = await service.decaying(actor(guild_id), None, "7d")
    bases = await service.bases(actor(guild_id), None, None)

    assert (len(decaying.bases), decaying.has_more) == (200, True)
    assert (len(bases.bases), bases.has_more) == (200, True)
    assert bases.bases[0].structures == 205
    assert bases.bases[0].tribe == "Tribe 1"


async def test_requests_that_make_no_sense_are_refused_with_what_would(
    service: DecayService, guild_id: GuildId, maps: dict[str, ServerId]
) -> None:
    with pytest.raises(InvalidInputError, match="48h"):
        await service.decaying(actor(guild_id), None, "soon")
    with pytest.raises(NotFoundError, match="list that appears"):
        await service.decaying(actor(guild_id), "atlantis", "7d")
    with pytest.raises(NotFoundError, match="community file"):
        await service.decaying(actor(GuildId(1)), None, "7d")


async def test_other_communities_see_nothing(
    service: DecayService, db: Database, guild_id: GuildId, maps: dict[str, ServerId]
) -> None:
    stranger = GuildId(next(_guilds))
    await add_servers(db, stranger, "marsh")

    assert (await service.decaying(actor(stranger, Level.OWNER), None, "7d")).bases == ()
    assert (await service.bases(actor(stranger, Level.OWNER), "marsh", None)).bases == ()
    assert await service.suggest_tribes(stranger, None, "") == []


async def test_the_panel_shows_overdue_bases_and_still_those_ahead(
    service: DecayService, db: Database, guild_id: GuildId, maps: dict[str, ServerId]
) -> None:
    for hours in range(1, 9):
        await add_base(db, maps["marsh"], 2, NOW - timedelta(hours=hours))
        await add_base(db, maps["marsh"], 1, NOW + timedelta(hours=hours))

    watch = await service.watch(guild_id)

    assert watch.overdue_count == 9
    assert len(watch.overdue) + len(watch.upcoming) == PANEL_LINES
    assert len(watch.upcoming) == 6
    assert [base.first_decay_at for base in watch.upcoming] == sorted(
        base.first_decay_at for base in watch.upcoming if base.first_decay_at
    )
    assert {base.place for base in (*watch.overdue, *watch.upcoming)} == {None}


async def test_a_community_without_a_channel_for_decay_has_no_panel(
    service: DecayService, db: Database, guild_id: GuildId, maps: dict[str, ServerId]
) -> None:
    assert guild_id not in dict(await service.panels())

    route = Route(guild_id=guild_id, purpose=Purpose.DECAY, server_id=ServerId(0), channel_id=ChannelId(77))
    async with db.transaction() as conn:
        await set_route(conn, route)

    assert dict(await service.panels())[guild_id] == ChannelId(77)
