"""What is said in tickets is kept, once, with all it said before."""

from __future__ import annotations

import hashlib
import itertools
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bots.tickets.domain import Court, Form, Kind
from bots.tickets.keeping.domain import TICKET_BYTES, Copy, Heard
from bots.tickets.keeping.download import FileAwayError, FileGoneError, fetch
from bots.tickets.keeping.files import DiskError, FileStore
from bots.tickets.keeping.queries import list_files, list_messages
from bots.tickets.keeping.service import KeepingService
from bots.tickets.service import TicketService
from bots.tickets.upkeep.service import UpkeepService
from shared.clock import FrozenClock
from shared.db import Database
from shared.ids import ChannelId, MessageId, TicketId
from tests.bots.tickets.builders import NOW, STAFF, actor, heard, heard_file, staff


@pytest.fixture
async def ticket_id(guild: Database, clock: FrozenClock) -> TicketId:
    opened = await TicketService(guild, clock).open(actor(), Kind.HELP, Form(subject="x"), form_key=1)
    await UpkeepService(guild, clock).thread_made(opened.id, ChannelId(500))
    return opened.id


@pytest.fixture
def keeping(guild: Database, clock: FrozenClock) -> KeepingService:
    return KeepingService(guild, clock)


def edited(number: int, content: str, after: int) -> Heard:
    return heard(number, content, edited_at=NOW + timedelta(minutes=after))


async def said(db: Database, ticket_id: TicketId) -> list[tuple[int, str, tuple[str, ...], bool]]:
    async with db.connection() as conn:
        found = await list_messages(conn, ticket_id)
    return [(one.message_id, one.content, one.earlier, one.deleted_at is not None) for one in found]


async def test_a_message_that_comes_live_and_late_is_kept_once(
    keeping: KeepingService, guild: Database, ticket_id: TicketId
) -> None:
    for number in (2, 1, 2, 1):
        await keeping.take(ticket_id, heard(number))

    assert [number for number, *_ in await said(guild, ticket_id)] == [1, 2]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_edits_end_with_the_newest_text_in_whatever_order_they_come(
    keeping: KeepingService, guild: Database, ticket_id: TicketId, order: tuple[int, ...]
) -> None:
    versions = [heard(1, "first"), edited(1, "second", 1), edited(1, "third", 2)]

    for place in (*order, *order):
        await keeping.take(ticket_id, versions[place])

    ((_, content, earlier, _),) = await said(guild, ticket_id)
    assert content == "third"
    assert len(earlier) == len(set(earlier))
    assert "third" not in earlier
    if order == (0, 1, 2):
        assert earlier == ("first", "second")


async def test_reading_a_part_marks_what_is_no_longer_in_it(
    keeping: KeepingService, guild: Database, ticket_id: TicketId
) -> None:
    for number in range(1, 6):
        await keeping.take(ticket_id, heard(number))

    await keeping.has_read(
        ticket_id, after=MessageId(1), upto=MessageId(4), seen=[MessageId(2), MessageId(4)], is_complete=True
    )

    assert [number for number, _, _, is_deleted in await said(guild, ticket_id) if is_deleted] == [3]
    assert await keeping.read_upto(ticket_id) == 4


async def test_a_part_with_files_to_come_is_read_again(keeping: KeepingService, ticket_id: TicketId) -> None:
    await keeping.has_read(ticket_id, after=MessageId(0), upto=MessageId(9), seen=[], is_complete=False)

    assert await keeping.read_upto(ticket_id) == 0


async def test_the_last_to_speak_passes_the_turn_and_late_messages_do_not(
    keeping: KeepingService, guild: Database, clock: FrozenClock, ticket_id: TicketId
) -> None:
    upkeep = UpkeepService(guild, clock)
    await TicketService(guild, clock).claim(staff(), ticket_id)

    await keeping.take(ticket_id, heard(5, author_id=STAFF))
    after_staff = (await upkeep.get(ticket_id)).waits_on
    await keeping.take(ticket_id, heard(4))
    after_late = (await upkeep.get(ticket_id)).waits_on
    await keeping.take(ticket_id, heard(6, by_person=False))
    after_bot = (await upkeep.get(ticket_id)).waits_on
    await keeping.take(ticket_id, heard(7))

    assert (after_staff, after_late, after_bot) == (Court.PLAYER, Court.PLAYER, Court.PLAYER)
    assert (await upkeep.get(ticket_id)).waits_on is Court.STAFF


async def test_files_over_the_tickets_limit_are_refused_and_named(
    keeping: KeepingService, guild: Database, ticket_id: TicketId
) -> None:
    half = TICKET_BYTES // 2
    files = (heard_file(1, half), heard_file(2, half + 1), heard_file(3, half))

    wanted = await keeping.take(ticket_id, heard(1, files=files))

    async with guild.connection() as conn:
        states = [file.state for file in await list_files(conn, ticket_id)]
    assert [file.id for file in wanted] == [1, 3]
    assert states == [Copy.PENDING, Copy.REFUSED, Copy.PENDING]


async def test_a_file_is_asked_for_until_it_is_kept_or_gone(
    keeping: KeepingService, ticket_id: TicketId
) -> None:
    message = heard(1, files=(heard_file(1), heard_file(2)))
    await keeping.take(ticket_id, message)
    await keeping.delayed(message.files[0], "Discord answered 503")
    assert len(await keeping.take(ticket_id, message)) == 2

    await keeping.kept(message.files[0], "ab" * 32)
    await keeping.refused(message.files[1], "Discord no longer had it")

    assert await keeping.take(ticket_id, message) == ()
    assert not await keeping.has_pending(ticket_id)


async def test_a_store_keeps_a_content_once_and_notices_damage(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "tickets")

    first, second = await store.save(b"proof"), await store.save(b"proof")

    assert first == second == hashlib.sha256(b"proof").hexdigest()
    assert [path.name for path in (tmp_path / "tickets").iterdir()] == [first]
    assert await store.load(first) == b"proof"
    assert await store.load("../../etc/passwd") is None
    assert await store.load("0" * 64) is None
    (tmp_path / "tickets" / first).write_bytes(b"other")
    assert await store.load(first) is None


async def test_a_disk_that_takes_nothing_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "tickets").write_text("a file in the folder's place")

    with pytest.raises(DiskError, match="cannot be written"):
        await FileStore(tmp_path / "tickets").save(b"proof")


async def test_a_download_is_bounded_and_says_whether_asking_again_helps() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=int(request.match_info["status"]), body=b"x" * 1000)

    app = web.Application()
    app.router.add_get("/{status}", answer)
    async with TestServer(app, host="127.0.0.1") as server:
        base = str(server.make_url("/"))
        assert await fetch(base + "200", 1000) == b"x" * 1000
        with pytest.raises(FileGoneError, match="larger"):
            await fetch(base + "200", 999)
        with pytest.raises(FileGoneError):
            await fetch(base + "404", 1000)
        with pytest.raises(FileAwayError):
            await fetch(base + "503", 1000)
    with pytest.raises(FileAwayError):
        await fetch(base + "200", 1000)
