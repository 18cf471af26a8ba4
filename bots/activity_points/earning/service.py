"""Reads the event log and books what was earned, in the transaction that moves the reader's cursor."""

from __future__ import annotations

import copy
from collections.abc import Sequence

from bots.activity_points.domain import AccountId, Posting, Source
from bots.activity_points.earning import queries
from bots.activity_points.earning.domain import Earning, Question
from bots.activity_points.earning.fold import Earner
from bots.activity_points.earning.people import People, Person, find_mentions
from bots.activity_points.ledger import book
from bots.activity_points.queries import add_accounts, add_source, list_accounts, lock_players, set_names
from shared.cache import Wakeups
from shared.cache.keys import COMMANDS_QUEUED
from shared.clock import Clock
from shared.db import Connection
from shared.domain.sessions import OpenSession, SessionBook
from shared.ids import GuildId
from shared.runtime.readers import Batch
from shared.store.answers import add_answer
from shared.store.quarantine import list_quarantined
from shared.store.server_by_id import get_server_by_id
from shared.store.servers import GameServer


class EarningService:
    """Points for what happens in the game."""

    def __init__(self, wakeups: Wakeups, clock: Clock) -> None:
        self._wakeups = wakeups
        self._clock = clock
        self._has_answers = False

    async def apply(self, conn: Connection, batch: Batch) -> None:
        """Let a batch of events take effect."""
        server = await get_server_by_id(conn, batch.server_id)
        earner, before = await _load(conn, server, batch)
        for stored in batch.events:
            earner.apply(stored.seq, stored.event, stored.occurred_at)
        await _store(conn, earner, before, server)
        await _book(conn, server.guild_id, earner.earnings)
        for question in earner.questions:
            await self._answer(conn, server, question)

    async def committed(self) -> None:
        """Wake who sends the answers."""
        if self._has_answers:
            self._has_answers = False
            await self._wakeups.send(COMMANDS_QUEUED)

    async def _answer(self, conn: Connection, server: GameServer, question: Question) -> None:
        """Tell the player alone how many points they have; history is not answered."""
        players = [question.player] if question.player is not None else []
        accounts = await list_accounts(conn, server.guild_id, players)
        self._has_answers |= await add_answer(
            conn,
            server,
            survivor=question.survivor,
            text=_answer_text(question, accounts[0].balance if accounts else 0),
            asked_at=question.at,
            now=self._clock.now(),
            bot="activity_points",
            key=f"{question.seq}:points",
        )


def _answer_text(question: Question, balance: int) -> str:
    if question.player is None:
        return "The log does not tell whose account you are, so there are no points yet. Leave and join once."
    return f"You have {balance:,} points. /points why in Discord tells where each came from."


Remembered = dict[str, tuple[Person, OpenSession | None]]


async def _load(conn: Connection, server: GameServer, batch: Batch) -> tuple[Earner, Remembered]:
    """Return the reader's memory as far as these events touch it."""
    mentions = find_mentions(stored.event for stored in batch.events)
    ids = await queries.list_survivor_ids(conn, server.id, sorted(mentions.survivor_ids))
    names = sorted(mentions.names | {name for _, name in ids})
    survivors = await queries.list_survivors(conn, server.id, names)
    players = sorted(mentions.players | {player for _, player in survivors})
    known = await queries.list_people(conn, server.id, players=players, names=names)
    clock = await queries.find_clock(conn, server.id)
    before = {person.player: (copy.deepcopy(person), session) for person, session in known}
    sessions = [session for _, session in known if session is not None]
    earner = Earner(
        server_id=server.id,
        server_name=server.name,
        people=People(
            is_ase=server.game == "ase",
            persons=[person for person, _ in known],
            survivors=survivors,
            survivor_ids=ids,
        ),
        sessions=SessionBook(sessions, alive_at=clock.alive_at if clock else None),
        now=clock.now_at if clock else None,
        counts_since=clock.counts_since if clock else None,
    )
    return earner, before


async def _store(conn: Connection, earner: Earner, before: Remembered, server: GameServer) -> None:
    """Keep what changed."""
    people, sessions = earner.people, earner.sessions
    after = {key: (person, sessions.open.get(key)) for key, person in people.persons.items()}
    await queries.set_people(
        conn, server.id, [after[key] for key in sorted(after) if after[key] != before.get(key)]
    )
    await queries.add_survivors(conn, server.id, sorted(people.learned_survivors))
    await queries.set_survivor_ids(conn, server.id, people.learned_ids)
    if earner.now is not None:
        clock = queries.ServerTime(
            now_at=earner.now, counts_since=earner.counts_since or earner.now, alive_at=sessions.alive_at
        )
        await queries.set_clock(conn, server.id, clock)


async def _book(conn: Connection, guild_id: GuildId, earnings: Sequence[Earning]) -> None:
    # Where several people share one id, what one of them does would be everybody's.
    shared = await list_quarantined(conn, guild_id, sorted({earning.player for earning in earnings}))
    earnings = [earning for earning in earnings if earning.player not in shared]
    if not earnings:
        return
    names = {earning.player: earning.name for earning in earnings}
    await add_accounts(conn, guild_id, names)
    accounts = await lock_players(conn, guild_id, list(names))
    await set_names(conn, guild_id, names)
    source = await add_source(conn, guild_id, Source.REWARDS)
    await book(conn, guild_id, [_posting(each, source, accounts[each.player].id) for each in earnings])


def _posting(earning: Earning, source: AccountId, target: AccountId) -> Posting:
    return Posting(
        dedupe_key=earning.dedupe_key,
        at=earning.at,
        rule=earning.rule.value,
        source=source,
        target=target,
        amount=earning.amount,
        text=earning.text,
        server_id=earning.server_id,
        seq=earning.seq,
    )
