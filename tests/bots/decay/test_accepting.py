"""Vouching for a doubtful save."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bots.decay.accepting.service import AcceptingService
from bots.decay.accepting.views import AcceptButton, question_card, question_view
from bots.decay.service import DecayService
from shared.clock import FrozenClock
from shared.db import Database
from shared.domain.permissions import Actor, Level
from shared.errors import ForbiddenError, InvalidInputError, NotFoundError
from shared.ids import GuildId, MemberId, SaveId, ServerId
from shared.store.audit import list_audit
from shared.store.saves import SaveLevel, list_newest_verdicts
from tests.bots.decay.builders import add_save, add_servers, doubt_save, refuse_save

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
GUILD = GuildId(1)
WHY = "we restored it"


@pytest.fixture
def service(db: Database) -> AcceptingService:
    return AcceptingService(db, FrozenClock(NOW))


@pytest.fixture
async def marsh(db: Database) -> ServerId:
    marsh = (await add_servers(db, GUILD, "marsh"))["marsh"]
    await add_save(db, marsh, NOW - timedelta(hours=2))
    return marsh


@pytest.fixture
async def doubtful(db: Database, marsh: ServerId) -> SaveId:
    return await doubt_save(db, marsh, NOW - timedelta(minutes=5), "Older by 5 h 40 min: a rollback.")


def actor(level: Level = Level.STAFF, guild_id: GuildId = GUILD) -> Actor:
    return Actor(guild_id=guild_id, member_id=MemberId(9), name="Sam", level=level, reference="REF")


async def test_staff_accept_the_newest_save_with_a_reason_on_record(
    db: Database, service: AcceptingService, doubtful: SaveId
) -> None:
    doubt = await service.doubt(actor(), "marsh", WHY)
    await service.accept(actor(), doubt.save_id, doubt.reason)

    assert doubt.save_id == doubtful
    assert "a rollback" in (question_card(doubt).description or "")
    async with db.connection() as conn:
        (verdict,) = await list_newest_verdicts(conn, GUILD)
        (entry,) = await list_audit(conn, GUILD, limit=5)
        accepted = await conn.fetchrow("SELECT accepted_at, accepted_by FROM saves WHERE id = $1", doubtful)
    assert (verdict.save_id, verdict.level) == (doubtful, SaveLevel.GOOD)
    assert accepted is not None
    assert tuple(accepted) == (NOW, "Sam (9)")
    assert (entry.action, entry.target, entry.reason) == ("decay.accept", f"marsh save {doubtful}", WHY)
    assert entry.arguments["because"] == "Older by 5 h 40 min: a rollback."


async def test_the_banner_goes_with_the_acceptance(
    db: Database, service: AcceptingService, doubtful: SaveId
) -> None:
    lists = DecayService(db, FrozenClock(NOW))
    before = await lists.watch(GUILD)

    await service.accept(actor(), doubtful, WHY)

    assert before.sources[0].refusal is not None
    assert (await lists.watch(GUILD)).sources[0].refusal is None


async def test_members_and_other_communities_cannot_accept(
    db: Database, service: AcceptingService, doubtful: SaveId
) -> None:
    elsewhere = GuildId(2)
    await add_servers(db, elsewhere, "dune")

    with pytest.raises(ForbiddenError):
        await service.doubt(actor(Level.MEMBER), "marsh", WHY)
    with pytest.raises(ForbiddenError):
        await service.accept(actor(Level.MEMBER), doubtful, WHY)
    with pytest.raises(NotFoundError):
        await service.doubt(actor(Level.OWNER, elsewhere), "marsh", WHY)
    with pytest.raises(NotFoundError):
        await service.accept(actor(Level.OWNER, elsewhere), doubtful, WHY)
    async with db.connection() as conn:
        (verdict,) = await list_newest_verdicts(conn, GUILD)
    assert verdict.level is SaveLevel.SUSPECT


async def test_a_second_press_and_a_save_that_was_followed_by_another_are_refused(
    db: Database, service: AcceptingService, marsh: ServerId, doubtful: SaveId
) -> None:
    newer = await doubt_save(db, marsh, NOW - timedelta(minutes=1), "Another map.")

    with pytest.raises(NotFoundError, match="not the newest"):
        await service.accept(actor(), doubtful, WHY)
    await service.accept(actor(), newer, WHY)
    with pytest.raises(NotFoundError, match="somebody has accepted it"):
        await service.accept(actor(), newer, WHY)

    async with db.connection() as conn:
        assert len(await list_audit(conn, GUILD, limit=5)) == 1


async def test_a_good_an_unreadable_and_no_save_cannot_be_accepted(
    db: Database, service: AcceptingService, marsh: ServerId
) -> None:
    await add_servers(db, GUILD, "dune")

    with pytest.raises(InvalidInputError, match="nothing to accept"):
        await service.doubt(actor(), "marsh", WHY)
    with pytest.raises(InvalidInputError, match="none to accept"):
        await service.doubt(actor(), "dune", WHY)
    await refuse_save(db, marsh, NOW, "The file ends at 61 %.")
    with pytest.raises(InvalidInputError, match=r"could not be read.*61 %"):
        await service.doubt(actor(), "marsh", WHY)


@pytest.mark.parametrize("reason", ["", " \u200b\n", "x" * 61, "🦖" * 31])
async def test_a_reason_is_asked_for_that_fits_into_the_button(
    service: AcceptingService, doubtful: SaveId, reason: str
) -> None:
    with pytest.raises(InvalidInputError, match="1 to 60"):
        await service.doubt(actor(), "marsh", reason)


async def test_the_button_remembers_save_and_reason_within_discords_limit(
    service: AcceptingService, doubtful: SaveId
) -> None:
    reason = ("a:b " * 15).strip() + "!"

    doubt = await service.doubt(actor(), "marsh", reason)
    (button,) = question_view(doubt).children

    assert isinstance(button, AcceptButton)
    match = button.template.fullmatch(button.custom_id)
    assert match is not None
    assert (int(match["id"]), match["reason"]) == (doubtful, reason)
    assert len(AcceptButton(SaveId(10**18 - 1), "x" * 60).custom_id) <= 100
