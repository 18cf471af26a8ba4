"""Names and histories of bases, for those whom they concern."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bots.decay.base.cards import history_cards, named_card
from bots.decay.base.domain import base_id_of, name_of
from bots.decay.base.service import BaseService
from bots.decay.service import DecayService
from shared.clock import FrozenClock
from shared.db import Database
from shared.discord_kit.cards import DESCRIPTION, TOTAL
from shared.domain.permissions import Actor, Level
from shared.errors import InvalidInputError, NotFoundError
from shared.ids import BaseId, GuildId, MemberId, SaveId, ServerId
from shared.store.audit import list_audit
from tests.bots.decay.builders import (
    add_base,
    add_base_event,
    add_save,
    add_servers,
    add_tribe,
    doubt_save,
    tie_survivor,
)

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
GUILD = GuildId(1)
NIA, ANN, SAM = MemberId(9), MemberId(10), MemberId(11)
REEDS, MUD = 1, 2


@pytest.fixture
def service(db: Database) -> BaseService:
    return BaseService(db, FrozenClock(NOW))


@pytest.fixture
def lists(db: Database) -> DecayService:
    return DecayService(db, FrozenClock(NOW))


@pytest.fixture
async def marsh(db: Database) -> ServerId:
    """Return a server with two tribes; Nia is in the first, and Ann in none of them."""
    marsh = (await add_servers(db, GUILD, "marsh"))["marsh"]
    await add_tribe(db, marsh, REEDS, "Reed Court")
    await add_tribe(db, marsh, MUD, "Mud Guild")
    await tie_survivor(db, GUILD, NIA, marsh, tribe_id=REEDS)
    return marsh


@pytest.fixture
async def save_id(db: Database, marsh: ServerId) -> SaveId:
    return await add_save(db, marsh, NOW - timedelta(minutes=18))


def actor(member_id: MemberId, level: Level = Level.MEMBER, guild_id: GuildId = GUILD) -> Actor:
    return Actor(guild_id=guild_id, member_id=member_id, name="Nia", level=level, reference="REF")


STAFF = actor(SAM, Level.STAFF)


async def test_a_name_is_seen_by_the_tribe_and_staff_and_by_nobody_else(
    db: Database, service: BaseService, lists: DecayService, marsh: ServerId, save_id: SaveId
) -> None:
    base = await add_base(db, marsh, REEDS, NOW + timedelta(days=2))

    named = await service.name(actor(NIA), str(base), " Swamp \u202efort\n")

    assert (named.base.name, named.before) == ("Swamp fort", "")
    for who, name in [(actor(NIA), "Swamp fort"), (STAFF, "Swamp fort"), (actor(ANN), "")]:
        assert [one.name for one in (await lists.bases(who, None, None)).bases] == [name]
        assert [one.name for one in (await lists.decaying(who, None, "7d")).bases] == [name]
    assert [one.name for one in (await lists.watch(GUILD)).upcoming] == [""]


async def test_naming_is_on_record_and_can_be_undone(
    db: Database, service: BaseService, marsh: ServerId, save_id: SaveId
) -> None:
    base = str(await add_base(db, marsh, REEDS, None))

    await service.name(actor(NIA), base, "Fort")
    await service.name(actor(NIA), base, "Castle")
    gone = await service.name(actor(NIA), base, "  ")

    assert (gone.base.name, gone.before) == ("", "Castle")
    assert "not called **“Castle”** any more" in (named_card(gone).description or "")
    async with db.connection() as conn:
        entries = await list_audit(conn, GUILD, limit=5)
        left = await conn.fetchval("SELECT count(*) FROM base_names")
    assert left == 0
    assert [(each.target, dict(each.arguments)) for each in reversed(entries)] == [
        (f"marsh base {base}", {"before": "", "after": "Fort"}),
        (f"marsh base {base}", {"before": "Fort", "after": "Castle"}),
        (f"marsh base {base}", {"before": "Castle", "after": ""}),
    ]


async def test_who_is_not_in_the_tribe_can_neither_name_a_base_nor_learn_that_it_is_there(
    db: Database, service: BaseService, marsh: ServerId, save_id: SaveId
) -> None:
    base = str(await add_base(db, marsh, MUD, None))
    elsewhere = GuildId(2)
    await add_servers(db, elsewhere, "dune")

    for who in (actor(NIA), actor(ANN), actor(SAM, Level.OWNER, elsewhere)):
        with pytest.raises(NotFoundError, match="/link"):
            await service.name(who, base, "Mine")
        assert await service.choices(who, "") == []
    async with db.connection() as conn:
        assert await conn.fetchval("SELECT count(*) FROM base_names") == 0
        assert await list_audit(conn, GUILD, limit=1) == []


async def test_the_tribe_of_one_server_says_nothing_of_the_same_number_on_another(
    db: Database, service: BaseService, marsh: ServerId, save_id: SaveId
) -> None:
    dune = (await add_servers(db, GUILD, "dune"))["dune"]
    await add_base(db, dune, REEDS, None)

    assert await service.choices(actor(NIA), "") == []


async def test_a_survivor_without_a_tribe_names_what_they_built_alone(
    db: Database, service: BaseService, marsh: ServerId, save_id: SaveId
) -> None:
    await tie_survivor(db, GUILD, ANN, marsh, tribe_id=0, player_id=77_000)
    base = await add_base(db, marsh, 77_000, None)

    named = await service.name(actor(ANN), str(base), "Hut")

    assert named.base.name == "Hut"
    assert [choice.base.id for choice in await service.choices(actor(ANN), "")] == [base]


async def test_bases_are_offered_by_name_tribe_and_server_the_largest_first(
    db: Database, service: BaseService, marsh: ServerId, save_id: SaveId
) -> None:
    small = await add_base(db, marsh, REEDS, None, structures=5)
    large = await add_base(db, marsh, REEDS, None, structures=50)
    other = await add_base(db, marsh, MUD, None, structures=500)
    await service.name(actor(NIA), str(small), "Cliff 100%")

    async def offered(who: Actor, typed: str) -> list[int]:
        return [choice.base.id for choice in await service.choices(who, typed)]

    assert await offered(actor(NIA), "") == [large, small]
    assert await offered(actor(NIA), "cliff 100%") == [small]
    assert await offered(actor(NIA), "reed") == [large, small]
    assert await offered(actor(NIA), "_") == []
    assert await offered(STAFF, "mars") == [other, large, small]


@pytest.mark.parametrize("picked", ["", "fort", "-1", "1e3", "9" * 19, "²", "\u0661"])
def test_only_what_is_in_the_list_can_be_picked(picked: str) -> None:
    with pytest.raises(NotFoundError, match="Pick one from the list"):
        base_id_of(picked)


def test_a_name_is_one_visible_line_of_bounded_length() -> None:
    assert base_id_of(" 17 ") == BaseId(17)
    assert name_of("a\tb\x00\ud800\u200b  c") == "a b c"
    assert len(name_of("é" * 60)) == 60
    with pytest.raises(InvalidInputError, match="at most 60"):
        name_of("x" * 61)


async def test_what_changes_nothing_is_refused(
    db: Database, service: BaseService, marsh: ServerId, save_id: SaveId
) -> None:
    base = str(await add_base(db, marsh, REEDS, None))

    with pytest.raises(InvalidInputError, match="no name"):
        await service.name(actor(NIA), base, "")
    await service.name(actor(NIA), base, "Fort")
    with pytest.raises(InvalidInputError, match="already"):
        await service.name(actor(NIA), base, "Fort")


async def test_the_history_is_of_ones_own_bases_the_newest_first(
    db: Database, service: BaseService, marsh: ServerId, save_id: SaveId
) -> None:
    base = await add_base(db, marsh, REEDS, None, structures=52)
    await service.name(actor(NIA), str(base), "Fort")
    for kind, age, numbers in [
        ("born", 5, {"after": 40}),
        ("grown", 4, {"before": 40, "after": 50, "shared": 39}),
        ("shrunk", 3, {"before": 50, "after": 45, "shared": 45}),
    ]:
        await add_base_event(db, marsh, save_id, base, REEDS, kind, NOW - timedelta(hours=age), **numbers)
    at = NOW - timedelta(minutes=18)
    await add_base_event(
        db, marsh, save_id, 800, REEDS, "merged", at, other=base, before=9, after=52, shared=7
    )
    await add_base_event(
        db, marsh, save_id, 801, REEDS, "split", at, other=base, before=45, after=6, shared=5
    )
    await add_base_event(db, marsh, save_id, 802, MUD, "ended", at, before=11)

    own = await service.history(actor(NIA), None, None)
    everything = await service.history(STAFF, "marsh", None)
    one = await service.history(actor(NIA), None, str(base))

    assert [done.event.kind.value for done in own.happened] == ["split", "merged", "shrunk", "grown", "born"]
    assert len(everything.happened) == 6
    assert {done.event.base_id for done in one.happened} == {base}
    (card,) = history_cards(own)
    text = card.description or ""
    assert (
        f"**Base 801** of Reed Court on Marsh came off base {base}: 6 structures, 5 of them from there"
        in text
    )
    assert f"grew together with base {base}, which has 7 of its 9 structures now" in text
    assert "**“Fort”** of Reed Court on Marsh grew from 40 to 50 structures" in text
    assert f"<t:{int(at.timestamp())}:R>, by save {save_id} of <t:{int(at.timestamp())}:f>" in text
    assert card.footer.text == "Decay · save 18 min old"


async def test_a_look_of_staff_is_on_record_and_a_members_is_not(
    db: Database, service: BaseService, marsh: ServerId, save_id: SaveId
) -> None:
    await add_base_event(db, marsh, save_id, 5, REEDS, "born", NOW, after=40)

    await service.history(actor(NIA), None, None)
    await service.history(STAFF, None, "5")

    async with db.connection() as conn:
        entries = await list_audit(conn, GUILD, limit=5)
    assert [(each.action, dict(each.arguments), each.result) for each in entries] == [
        ("base.history", {"base": "5"}, "saw 1 events")
    ]


async def test_who_is_known_as_nobody_is_told_how_to_prove_who_they_are(
    service: BaseService, marsh: ServerId, save_id: SaveId
) -> None:
    with pytest.raises(NotFoundError, match="/link"):
        await service.history(actor(ANN), None, None)

    nothing = await service.history(actor(NIA), None, None)
    assert "it takes two saves" in (history_cards(nothing)[0].description or "")


async def test_a_name_that_the_next_owner_gave_is_not_told_to_the_one_before(
    db: Database, service: BaseService, marsh: ServerId, save_id: SaveId
) -> None:
    base = await add_base(db, marsh, MUD, None)
    await service.name(STAFF, str(base), "Behind the falls")
    await add_base_event(db, marsh, save_id, base, REEDS, "born", NOW, after=40)

    (seen,) = (await service.history(actor(NIA), None, None)).happened

    assert seen.event.base_name == ""


async def test_a_long_history_is_told_in_part_with_hostile_names_and_a_banner(
    db: Database, service: BaseService, marsh: ServerId, save_id: SaveId
) -> None:
    await doubt_save(db, marsh, NOW, "A rollback. " * 100)
    await add_tribe(db, marsh, 3, "**@everyone** <@1> `" + "x" * 300)
    base = await add_base(db, marsh, 3, None)
    await service.name(STAFF, str(base), "*_~|`[" * 10)
    for number in range(105):
        await add_base_event(db, marsh, save_id, base, 3, "grown", NOW, before=number, after=number + 1)

    history = await service.history(STAFF, None, None)
    cards = history_cards(history)

    assert (len(history.happened), history.has_more) == (100, True)
    assert "There is more than these 100" in (cards[-1].description or "")
    for card in cards:
        assert len(card) <= TOTAL
        assert len(card.description or "") < DESCRIPTION
        assert "A rollback" in (card.description or "")
        assert "**@everyone**" not in (card.description or "")
